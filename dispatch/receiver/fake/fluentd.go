package fake

import (
	"bytes"
	"cmp"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"

	"github.com/wnotify/wnotify/dispatch/receiver"
)

// Fluentd is the input http of Fluentd.
type Fluentd struct {
	Match      []string // patterns of its <match>; default **
	AddHeaders bool     // add_http_headers
	Limit      int64    // body_size_limit, bytes; default 32 MiB

	large atomic.Int64 // bodies over the limit so far
}

// Greet refuses what is too large: by 413, or by a reset when it closed before
// the sender had read that.
func (f *Fluentd) Greet(q receiver.Request) receiver.Behaviour {
	if q.Size <= cmp.Or(f.Limit, 32<<20) {
		return receiver.Behaviour{}
	}
	if f.large.Add(1)%2 == 0 {
		return receiver.Behaviour{Fault: receiver.Reset}
	}
	return receiver.Behaviour{MaxBody: 1}
}

// Take stores the records that a <match> takes.
func (f *Fluentd) Take(q *receiver.Request) receiver.Answer {
	switch q.Method {
	case http.MethodGet:
		return receiver.Answer{Status: http.StatusOK}
	case http.MethodOptions:
		return receiver.Answer{Status: http.StatusForbidden}
	}
	if q.Problem != "" && q.Header.Get("Content-Encoding") == "gzip" {
		return receiver.Answer{Status: http.StatusBadRequest}
	}
	var found []json.RawMessage
	switch kind := q.Header.Get("Content-Type"); {
	case strings.HasPrefix(kind, "application/json"), strings.HasPrefix(kind, "application/csp-report"):
		found = document(q.Body)
	case strings.HasPrefix(kind, "application/x-ndjson"):
		for line := range bytes.Lines(q.Body) {
			found = append(found, document(line)...)
		}
	default:
		return badRequest("'json', 'ndjson' or 'msgpack' parameter is required")
	}
	records := found[:0]
	for _, v := range found {
		members, ok := object(v)
		if !ok {
			continue
		}
		if bytes.HasPrefix(members["time"], []byte(`"`)) {
			return badRequest("value must be numeric") // and nothing of the request is stored
		}
		if f.AddHeaders {
			v = with(v, f.headers(q))
		}
		records = append(records, v)
	}
	if f.matches(Tag(q.Path)) {
		q.Events, q.Stored = records, true
	}
	return receiver.Answer{Status: http.StatusOK}
}

// document is what its JSON parser finds: nothing unless the text is one value.
func document(text []byte) []json.RawMessage {
	list, err := values(text)
	if err != nil || len(list) != 1 {
		return nil
	}
	found, _ := elements(list[0]) // it has just been parsed
	return found
}

func badRequest(why string) receiver.Answer {
	return receiver.Answer{Status: http.StatusBadRequest, Body: "400 Bad Request\n" + why + "\n"}
}

// headers are the fields that add_http_headers adds to each record.
func (f *Fluentd) headers(q *receiver.Request) map[string]string {
	fields := map[string]string{}
	for name := range q.Header {
		fields["HTTP_"+strings.ToUpper(strings.ReplaceAll(name, "-", "_"))] = q.Header.Get(name)
	}
	return fields
}

// Tag is what Fluentd makes of the path of a URL: a.b of /a/b, "" of /.
func Tag(path string) string {
	if u, err := url.Parse(path); err == nil {
		path = u.Path
	}
	return strings.ReplaceAll(strings.Trim(path, "/"), "/", ".")
}

func (f *Fluentd) matches(tag string) bool {
	return len(f.Match) == 0 || slices.ContainsFunc(f.Match, func(pattern string) bool {
		if prefix, ok := strings.CutSuffix(pattern, "**"); ok {
			return prefix == "" || tag+"." == prefix || strings.HasPrefix(tag, prefix)
		}
		return tag == pattern
	})
}
