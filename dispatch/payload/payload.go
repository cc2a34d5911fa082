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

// Separator is what stands behind each event of a body, but for the last of an
// array.
func (f Format) Separator() byte {
	if f == NDJSON {
		return '\n'
	}
	return ','
}

// Body returns the body of a request as pieces that lie where the events do:
// each event followed by the separator of the format and without a line feed
// inside, several to a slice if need be. A JSON array has no white space and no
// final line feed; NDJSON ends each event with one. Nothing is changed or copied.
//
// An array is one byte longer than its events, NDJSON as long as they are.
func (f Format) Body(events ...[]byte) [][]byte {
	if f == NDJSON {
		return events
	}
	pieces := make([][]byte, 0, len(events)+2)
	pieces = append(append(pieces, opening), events...)
	last := len(events)
	if last > 0 {
		pieces[last] = bytes.TrimSuffix(pieces[last], comma)
	}
	return append(pieces, closing)
}

var opening, comma, closing = []byte{'['}, []byte{','}, []byte{']'}

// Content is the body of lines, as the store has them, in one piece.
func (f Format) Content(lines []byte) []byte {
	separated := bytes.ReplaceAll(lines, []byte{'\n'}, []byte{f.Separator()})
	return bytes.Join(f.Body(separated), nil)
}
