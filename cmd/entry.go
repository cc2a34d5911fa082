package cmd

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/wnotify/wnotify/cmd/config"
	"github.com/wnotify/wnotify/cmd/ui"
)

// entry is one setting as it counts: for people, and as JSON has it.
type entry struct {
	key   string // as in the file; headers.X-Team for one of a table
	text  string
	value any
	given bool // it stands in the file
}

// entriesOf are the settings of an integration.
func entriesOf(settings []config.Setting) []entry {
	list := make([]entry, 0, len(settings))
	for _, s := range settings {
		list = append(list, entry{s.Key, s.Value, typed(s.Key, s.Value), s.Given})
	}
	return list
}

// typed is the value of a setting as JSON has it: durations in milliseconds,
// sizes in bytes.
func typed(key, value string) any {
	switch key {
	case "events", "retry":
		if key == "retry" && value == "none" {
			return []string{}
		}
		return strings.Split(value, ", ")
	case "request_timeout", "connection_timeout":
		if d, err := config.ParseDuration(value); err == nil {
			return ui.Milliseconds(d)
		}
	case "batch_bytes":
		if n, err := config.ParseSize(value); err == nil {
			return n
		}
	case "batch_events":
		if n, err := strconv.Atoi(value); err == nil {
			return n
		}
	case "enabled", "include_hit_headers", "verify_tls", "allow_http":
		if b, err := strconv.ParseBool(value); err == nil {
			return b
		}
	}
	return value
}

// The entries of tables that exist once are made from values.

func word(key string, value any) entry { return entry{key: key, text: fmt.Sprint(value), value: value} }

func size(key string, n int64) entry { return entry{key: key, text: ui.Bytes(n), value: n} }

func lasting(key string, d time.Duration) entry {
	return entry{key: key, text: ui.Duration(d), value: ui.Milliseconds(d)}
}

// entryBehind is the column in which the values of entries begin.
const entryBehind = 23

// printEntries prints entries one on a line; what is empty is left out.
func (a *app) printEntries(list []entry) {
	for _, e := range list {
		if e.text == "" {
			continue
		}
		text, note := ui.Clean(e.text), ""
		if !e.given {
			note = "  (default)"
		}
		text = a.out.Fold(text+note, entryBehind, entryBehind)
		if rest, whole := strings.CutSuffix(text, note); whole && note != "" {
			text = rest + a.out.Paint(ui.Faint, note)
		}
		fmt.Fprintf(a.out, "  %-20s %s\n", e.key, text)
	}
}

// object is a JSON object whose members keep their order.
type object []member

type member struct {
	name  string
	value any
}

// MarshalJSON writes the members in order.
func (o object) MarshalJSON() ([]byte, error) {
	out := []byte{'{'}
	for i, m := range o {
		name, err := json.Marshal(m.name)
		if err != nil {
			return nil, err
		}
		value, err := json.Marshal(m.value)
		if err != nil {
			return nil, err
		}
		if i > 0 {
			out = append(out, ',')
		}
		out = append(append(append(out, name...), ':'), value...)
	}
	return append(out, '}'), nil
}

// objectOf is entries as an object; those of one table are an object in it.
func objectOf(list []entry) object {
	o := object{}
	for _, e := range list {
		table, name, nested := strings.Cut(e.key, ".")
		switch {
		case e.text == "":
			continue
		case !nested:
			o = append(o, member{e.key, e.value})
			continue
		}
		name = unquoted(name)
		inner := object{}
		if last := len(o) - 1; last >= 0 && o[last].name == table {
			inner, _ = o[last].value.(object)
			o = o[:last]
		}
		o = append(o, member{table, append(inner, member{name, e.value})})
	}
	return o
}

// unquoted is a key of TOML without its quotes, if it has any.
func unquoted(key string) string {
	if text, err := strconv.Unquote(key); err == nil {
		return text
	}
	return key
}

// withName is an object with a name before everything else.
func withName(name string, o object) object { return append(object{{"name", name}}, o...) }
