package fake

import (
	"bytes"
	"cmp"
	"encoding/json"
	"net/http"
	"slices"
	"strings"

	"github.com/wnotify/wnotify/dispatch/receiver"
)

// Logstash is the input http of Logstash.
type Logstash struct {
	// Codecs are additional_codecs: json or json_lines for a media type; default
	// json for application/json. Any other body is text.
	Codecs map[string]string

	Authorization string // of user and password, as "Basic …"; empty: none is asked for
	AddHeaders    bool   // request_headers_target_field => "headers"
	Limit         int64  // max_content_length, bytes; default 100 MiB
}

// NDJSON are the codecs with which Logstash reads both formats.
func NDJSON() map[string]string {
	return map[string]string{"application/json": "json", "application/x-ndjson": "json_lines"}
}

// broken are the names at the top level of an event at which Logstash, with
// ECS, fails when they hold a text: it wants to write below them.
var broken = []string{"host", "event", "url", "http", "user_agent"}

// Greet refuses what is too large.
func (l *Logstash) Greet(q receiver.Request) receiver.Behaviour {
	if q.Size > cmp.Or(l.Limit, 100<<20) {
		return receiver.Behaviour{MaxBody: 1}
	}
	return receiver.Behaviour{}
}

// Take stores an event for nearly everything, whatever the method.
func (l *Logstash) Take(q *receiver.Request) receiver.Answer {
	if l.Authorization != "" && q.Header.Get("Authorization") != l.Authorization {
		return receiver.Answer{Status: http.StatusUnauthorized}
	}
	q.Stored = true
	found, ok := l.decode(l.codec(media(q)), q.Body)
	for i, v := range found {
		if fails(v) {
			found, ok = found[:i], false
			break
		}
		if l.AddHeaders {
			found[i] = l.headed(v, q)
		}
	}
	q.Events = found
	if !ok {
		return receiver.Answer{Status: http.StatusInternalServerError}
	}
	return receiver.Answer{Status: http.StatusOK, Body: "ok"}
}

// codec is chosen by the media type as it is written.
func (l *Logstash) codec(kind string) string {
	if l.Codecs == nil && kind == "application/json" {
		return "json"
	}
	return l.Codecs[kind]
}

// decode makes events of a body; false when it fails as a whole.
func (l *Logstash) decode(codec string, body []byte) (events []json.RawMessage, ok bool) {
	switch codec {
	case "json":
		return one(body)
	case "json_lines":
		for line := range bytes.Lines(body) {
			more, ok := one(line)
			if !ok {
				return events, false
			}
			events = append(events, more...)
		}
		return events, true
	}
	return []json.RawMessage{text(body, false)}, true
}

// one decodes one JSON document; what comes behind it is lost.
func one(body []byte) (events []json.RawMessage, ok bool) {
	if len(bytes.TrimSpace(body)) == 0 {
		return nil, true
	}
	list, err := values(body)
	if len(list) == 0 && err != nil {
		return []json.RawMessage{text(body, true)}, true
	}
	events, err = elements(list[0])
	for _, v := range events {
		if _, isObject := object(v); !isObject {
			return nil, false
		}
	}
	return events, err == nil
}

// text is an event whose message is the body as it came.
func text(body []byte, failed bool) json.RawMessage {
	event := map[string]any{"message": string(body)}
	if failed {
		event["tags"] = []string{"_jsonparsefailure"}
	}
	v, err := json.Marshal(event)
	if err != nil {
		return nil // a map of texts can be marshalled
	}
	return v
}

func fails(v json.RawMessage) bool {
	members, _ := object(v)
	return slices.ContainsFunc(broken, func(name string) bool { return bytes.HasPrefix(members[name], []byte(`"`)) })
}

// headed is an event with the request's headers in its field headers.
func (l *Logstash) headed(v json.RawMessage, q *receiver.Request) json.RawMessage {
	fields := map[string]string{"request_method": q.Method, "request_path": q.Path}
	for name := range q.Header {
		fields[strings.ToLower(strings.ReplaceAll(name, "-", "_"))] = q.Header.Get(name)
	}
	headers, err := json.Marshal(map[string]any{"headers": fields})
	if err != nil {
		return v // a map of texts can be marshalled
	}
	v = bytes.TrimSuffix(bytes.TrimSpace(v), []byte("}"))
	return slices.Concat(v, []byte(","), headers[1:])
}
