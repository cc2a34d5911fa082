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

// Append appends the body of the lines to dst: events, each followed by a line
// feed and without one inside, several to a slice if need be. A JSON array has
// no white space and no final line feed; NDJSON ends each event with one. The
// lines are not changed and not kept.
//
// An array is one byte longer than its lines, NDJSON as long as they are.
func (f Format) Append(dst []byte, lines ...[]byte) []byte {
	if f == NDJSON {
		for _, l := range lines {
			dst = append(dst, l...)
		}
		return dst
	}
	dst = append(dst, '[')
	start := len(dst)
	for _, l := range lines {
		from := len(dst)
		dst = append(dst, l...)
		commas(dst[from:])
	}
	if len(dst) == start {
		return append(dst, ']')
	}
	dst[len(dst)-1] = ']' // the line feed of the last event
	return dst
}

// commas puts a comma where an event ends: events hold no line feeds.
func commas(lines []byte) {
	for {
		i := bytes.IndexByte(lines, '\n')
		if i < 0 {
			return
		}
		lines[i] = ','
		lines = lines[i+1:]
	}
}
