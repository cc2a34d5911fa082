package dispatch

import (
	"context"
	"crypto/rand"
	"slices"
	"strings"

	"github.com/wnotify/wnotify/dispatch/collector"
	"github.com/wnotify/wnotify/dispatch/event"
	"github.com/wnotify/wnotify/dispatch/payload"
)

// Trial is one test request and what became of it. Tests are not queued, not
// repeated and not counted.
type Trial struct {
	Event   event.TestEvent
	Line    []byte // the event
	Request collector.Request
	Reply   collector.Reply
	Advice  string // what to do, or to know
}

// OK reports whether the collector took the test.
func (t Trial) OK() bool { return t.Reply.OK() }

// Try sends test events to an integration, one request each, in the given
// format; "" is its own.
func (d *Dispatcher) Try(ctx context.Context, i Integration, events []event.TestEvent, format payload.Format) []Trial {
	if format == "" {
		format = i.Format
	}
	account := d.Settings().Account
	trials := make([]Trial, 0, len(events))
	for _, e := range events {
		line := account.Test(e.Kind, e.Risk)
		t := Trial{Event: e, Line: line, Request: single(line, format, "test_")}
		t.Reply = d.Sender.Send(ctx, i.Endpoint, t.Request)
		t.Advice = collector.Explain(i.Endpoint, t.Reply)
		trials = append(trials, t)
		if ctx.Err() != nil {
			break
		}
	}
	return trials
}

// single is a request for one event that is in no queue.
func single(line []byte, format payload.Format, prefix string) collector.Request {
	return collector.Request{
		Body: format.Body(append(slices.Clip(line), format.Separator())),
		Key:  prefix + strings.ToLower(rand.Text()), Type: format.ContentType(),
	}
}
