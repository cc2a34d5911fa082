package ui

import (
	"bytes"
	"encoding/json"
	"fmt"
	"time"
)

// Schema is the version of everything printed as JSON. Fields are added, never
// renamed.
const Schema = 1

// JSON prints v, which must marshal to an object, as one line with "schema"
// first; on a terminal it is indented. Only what the stream says can fail when
// v can be marshalled.
func JSON(s *Stream, v any) error {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return fmt.Errorf("print JSON: %w", err)
	}
	members, ok := bytes.CutPrefix(b.Bytes(), []byte("{"))
	if !ok {
		return fmt.Errorf("print JSON: %T is not an object", v)
	}
	line := fmt.Appendf(nil, `{"schema":%d`, Schema)
	if members[0] != '}' {
		line = append(line, ',')
	}
	line = append(line, members...)
	if s.Terminal {
		b.Reset()
		if err := json.Indent(&b, line, "", "  "); err != nil {
			return fmt.Errorf("print JSON: %w", err)
		}
		line = b.Bytes()
	}
	_, err := s.Write(line)
	return err
}

// Items prints a list: {"schema":1,"items":[…]}. An empty one is [], not null.
func Items[T any](s *Stream, items []T) error {
	if items == nil {
		items = []T{}
	}
	return JSON(s, struct {
		Items []T `json:"items"`
	}{items})
}

// Milliseconds is a duration as JSON prints it.
type Milliseconds time.Duration

// MarshalJSON prints whole milliseconds.
func (m Milliseconds) MarshalJSON() ([]byte, error) {
	return fmt.Appendf(nil, "%d", time.Duration(m).Milliseconds()), nil
}
