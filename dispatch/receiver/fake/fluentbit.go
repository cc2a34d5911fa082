package fake

import (
	"cmp"
	"net/http"

	"github.com/wnotify/wnotify/dispatch/receiver"
)

// FluentBit is the input http of Fluent Bit.
type FluentBit struct {
	Limit int64 // buffer_max_size, bytes; default 4 MB
}

// Greet refuses what is too large.
func (f *FluentBit) Greet(q receiver.Request) receiver.Behaviour {
	if q.Size > cmp.Or(f.Limit, 4_000_000) {
		return receiver.Behaviour{MaxBody: 1}
	}
	return receiver.Behaviour{}
}

// Take stores what comes by POST as application/json, whether it is an array or
// one value after another.
func (f *FluentBit) Take(q *receiver.Request) receiver.Answer {
	refused := receiver.Answer{Status: http.StatusBadRequest, Body: "error: invalid request\n"}
	if q.Method != http.MethodPost || media(q) != "application/json" {
		return refused
	}
	list, err := values(q.Body)
	if err != nil {
		return refused
	}
	for _, v := range list {
		more, err := elements(v)
		if err != nil {
			return refused
		}
		q.Events = append(q.Events, more...)
	}
	q.Stored = true
	return receiver.Answer{Status: http.StatusCreated}
}
