// Package payload turns events into the body of one request. It never parses
// or changes an event.
package payload

import (
	"bytes"
	"fmt"
)

// Format is how the events of a request are written.
type Format string

// The formats.
const (
	JSONArray Format = "json-array"
	NDJSON    Format = "ndjson"
)

// ParseFormat reads the name of a format.
func ParseFormat(s string) (Format, error) {
	switch f := Format(s); f {
	case JSONArray, NDJSON:
		return f, nil
	}
	return "", fmt.Errorf("unknown format %q: json-array or ndjson", s)
}

// ContentType is what a body in this format is by default; Fluentd accepts no
// other for NDJSON.
func (f Format) ContentType() string {
	if f == NDJSON {
		return "application/x-ndjson"
	}
	return "application/json"
}

// Append appends the body of the lines (events, each followed by '\n') to dst.
// A JSON array has no white space and no final line feed; NDJSON ends each
// event with one.
func (f Format) Append(dst []byte, lines ...[]byte) []byte {
	if f == NDJSON {
		for _, l := range lines {
			dst = append(dst, l...)
		}
		return dst
	}
	dst = append(dst, '[')
	for _, l := range lines {
		start := len(dst)
		dst = append(dst, l...)
		// An event holds no line feed, so each one ends an event.
		for rest := dst[start:]; ; {
			i := bytes.IndexByte(rest, '\n')
			if i < 0 {
				break
			}
			rest[i] = ','
			rest = rest[i+1:]
		}
	}
	dst[len(dst)-1] = ']'
	return dst
}
