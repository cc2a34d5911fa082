// Package fake has programs for a receiver: they store and answer as Fluentd,
// Logstash and Fluent Bit were seen to do, so that tests find out what becomes
// of an event where an answer of 200 does not say it. What was seen were
// Fluentd 1.16.11, 1.18.0 and 1.19.3 (in_http), Logstash 8.7.1 with
// logstash-input-http 3.6.1 and 4.1.13, and Fluent Bit 5.1.1 (input http).
//
// It is for tests. It refuses to be more than their way with requests: no
// buffers, no outputs, no configuration files.
package fake

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/wnotify/wnotify/dispatch/receiver"
)

// Blocked stores a request but answers it only when the sender has left: a
// Fluentd with overflow_action block, a Logstash whose queue is full.
func Blocked(requests int) receiver.Behaviour {
	return receiver.Behaviour{Delay: time.Hour, Times: requests}
}

// FluentdFull is a Fluentd whose buffer is full.
func FluentdFull(requests int) receiver.Behaviour {
	return receiver.Behaviour{
		Status: http.StatusInternalServerError, Times: requests,
		Body: "500 Internal Server Error\nbuffer space has too many data\n",
	}
}

// LogstashFull is a Logstash whose queue has been full for some seconds. It
// does not say when to come again.
func LogstashFull(requests int) receiver.Behaviour {
	return receiver.Behaviour{Status: http.StatusTooManyRequests, Times: requests}
}

// values parses JSON values one after another; a first error ends it.
func values(body []byte) (list []json.RawMessage, err error) {
	d := json.NewDecoder(bytes.NewReader(body))
	for {
		var v json.RawMessage
		if err := d.Decode(&v); errors.Is(err, io.EOF) {
			return list, nil
		} else if err != nil {
			return list, err
		}
		list = append(list, v)
	}
}

// elements are those of an array, or the value itself.
func elements(v json.RawMessage) ([]json.RawMessage, error) {
	if !bytes.HasPrefix(bytes.TrimSpace(v), []byte("[")) {
		return []json.RawMessage{v}, nil
	}
	var list []json.RawMessage
	err := json.Unmarshal(v, &list)
	return list, err
}

// object reports whether a value is an object, and parses its members.
func object(v json.RawMessage) (members map[string]json.RawMessage, ok bool) {
	return members, json.Unmarshal(v, &members) == nil && members != nil
}

// with appends members to an object.
func with(v json.RawMessage, members map[string]string) json.RawMessage {
	more, err := json.Marshal(members)
	if err != nil || len(members) == 0 {
		return v
	}
	v = bytes.TrimSuffix(bytes.TrimSpace(v), []byte("}"))
	comma := ","
	if bytes.HasSuffix(bytes.TrimSpace(v), []byte("{")) {
		comma = ""
	}
	return append(append(bytes.Clone(v), comma...), more[1:]...)
}

// media is a content type without its parameters, in the case in which it came.
func media(q *receiver.Request) string {
	m, _, _ := strings.Cut(q.Header.Get("Content-Type"), ";")
	return strings.TrimSpace(m)
}
