//go:build unix

package collectors

import (
	"encoding/json"
	"strconv"
	"strings"
)

// telegrafKeeps reads a metric back. Of an array Telegraf makes one of each
// element, with the members as flat fields; NDJSON is kept as the text it was.
func telegrafKeeps(d *desk, format, stored string) []string {
	fields, _ := decoded(d, stored)["fields"].(map[string]any)
	if format == "ndjson" {
		text, _ := fields["value"].(string)
		return strings.Split(strings.TrimSpace(text), "\n")
	}
	event, err := json.Marshal(fields)
	d.must(err)
	return []string{string(event)}
}

// flatten names the members of a value as Telegraf does. It keeps no null, and
// nothing of what is empty.
func flatten(into map[string]any, name string, v any) {
	join := func(key string) string { return strings.Trim(name+"_"+key, "_") }
	switch v := v.(type) {
	case map[string]any:
		for key, member := range v {
			flatten(into, join(key), member)
		}
	case []any:
		for i, element := range v {
			flatten(into, join(strconv.Itoa(i)), element)
		}
	case nil:
	default:
		into[name] = v
	}
}
