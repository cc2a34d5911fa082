package receiver

import (
	"encoding/json"
	"net/http"
	"slices"
	"time"
)

// Request is what was received, and what became of it.
type Request struct {
	Time    time.Time
	Conn    string // who called: the address of the other end
	Client  string // the name in its certificate, if it showed one
	Method  string
	Path    string // with the query
	Header  http.Header
	Size    int64             // of the body as it came
	Body    []byte            // decompressed
	Events  []json.RawMessage // of the body
	Problem string            // why the body, or its end, is none

	Status int   // of the answer; 0: none was given
	Fault  Fault // what went wrong on purpose
	Stored bool  // its events count as received
}

// Key is the Idempotency-Key.
func (r Request) Key() string { return r.Header.Get("Idempotency-Key") }

// Requests returns what is remembered, oldest first.
func (r *Receiver) Requests() []Request {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]Request(nil), r.requests...)
}

// Count is the number of requests it ever got.
func (r *Receiver) Count() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.total
}

// Events returns the events that were stored and are remembered, in the order
// in which they came; what came twice is there twice.
func (r *Receiver) Events() []json.RawMessage {
	var events []json.RawMessage
	for _, q := range r.Requests() {
		if q.Stored {
			events = append(events, q.Events...)
		}
	}
	return events
}

// Forget forgets the requests so far.
func (r *Receiver) Forget() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.requests, r.total = nil, 0
}

// keep remembers a request and hands it on.
func (r *Receiver) keep(q Request) {
	r.mu.Lock()
	r.total++
	r.requests = append(r.requests, q)
	if over := len(r.requests) - r.options.Keep; over > 0 {
		clear(r.requests[:over]) // their bodies may go
		r.requests = r.requests[over:]
	}
	if w := r.options.Events; w != nil && q.Stored {
		for _, e := range q.Events {
			_, _ = w.Write(append(slices.Clip(e), '\n')) // a reader that left is no fault of the sender's
		}
	}
	r.mu.Unlock()
	if r.options.OnRequest != nil {
		r.options.OnRequest(q)
	}
}
