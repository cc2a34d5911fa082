package trigger_test

import (
	"encoding/json"
	"errors"
	"maps"
	"testing"
	"time"

	"github.com/wnotify/wnotify/dispatch/event"
	"github.com/wnotify/wnotify/dispatch/scan"
	"github.com/wnotify/wnotify/dispatch/trigger"
	"github.com/wnotify/wnotify/store"
	"github.com/wnotify/wnotify/store/memory"
)

// start is when the events of these tests arrive.
var start = time.Date(2026, 5, 4, 3, 2, 1, 0, time.UTC)

// m is a JSON object to be.
type m = map[string]any

// of makes an event of a notification type with some details.
func of(t testing.TB, notificationType string, details m) *event.Event {
	t.Helper()
	all := m{"client_name": "TestCompany", "cloud": "US", "notification_type": notificationType}
	maps.Copy(all, details)
	raw, err := json.Marshal(m{"summary": "[Wallarm] a test", "details": all})
	if err != nil {
		t.Fatal(err)
	}
	return parsed(t, raw)
}

func parsed(t testing.TB, raw []byte) *event.Event {
	t.Helper()
	var f scan.Fields
	if _, err := scan.Value(raw, &f); err != nil {
		t.Fatalf("%s: %v", raw, err)
	}
	e, err := event.DefaultAccount().Identify(raw, &f, "")
	if err != nil {
		t.Fatalf("%s: %v", raw, err)
	}
	return &e
}

// hit makes a hit; what is given replaces what it has.
func hit(t testing.TB, more m) *event.Event {
	t.Helper()
	h := m{
		"domain": "www.example.com", "path": "/news", "point": []string{"post"}, "parameter": "POST_value", "payloads": []string{"say ni"},
		"remote_addr4": "8.8.8.8", "remote_addr6": "", "request_time": start.Unix(), "response_status": 200, "type": "sqli",
		"object_type": "hit", "applications": []string{"default"},
	}
	maps.Copy(h, more)
	return of(t, "new_hits", m{"hit": h})
}

// process is a counter on a store, as one process has it.
type process struct {
	*trigger.Counter

	t     testing.TB
	store store.Store
}

func newProcess(t testing.TB, s store.Store, rules ...trigger.Rule) *process {
	load := func(key string) (store.Rider, error) { return s.Rider(t.Context(), key) }
	return &process{trigger.NewCounter(rules, load), t, s}
}

// commit stores a count with the change of its events.
func (p *process) commit(riders []store.Rider) error {
	_, err := p.store.Commit(p.t.Context(), store.Change{Riders: riders})
	return err
}

// take counts events as the committer of dispatch does; between, if not nil, is
// called between the count and the commit of the first try.
func (p *process) take(arrival time.Time, between func(), events ...*event.Event) []trigger.Alert {
	p.t.Helper()
	var notes []trigger.Note
	for _, e := range events {
		if p.Wants(e.Kind) {
			notes = p.Note(notes, e, arrival)
		}
	}
	for {
		riders, alerts, err := p.Count(notes)
		if err != nil {
			p.t.Fatal(err)
		}
		if between != nil {
			between()
			between = nil
		}
		err = p.commit(riders)
		if _, ok := errors.AsType[*store.ConflictError](err); ok {
			p.Forget()
			continue
		}
		if err != nil {
			p.t.Fatal(err)
		}
		p.Committed()
		return alerts
	}
}

// counting is a rule with a threshold.
func counting(condition string, moreThan int64, per time.Duration, filters ...trigger.Filter) trigger.Rule {
	return trigger.Rule{
		Name: "t", Enabled: true, Condition: condition, MoreThan: moreThan, Per: per, Filters: filters, Integrations: []string{"siem"},
	}
}

// watching is a rule without one.
func watching(condition string, filters ...trigger.Filter) trigger.Rule {
	return trigger.Rule{Name: "t", Enabled: true, Condition: condition, Filters: filters, Integrations: []string{"siem"}}
}

// held is how many riders a store holds for triggers.
func held(t testing.TB, s *memory.Store) (riders int) {
	t.Helper()
	for _, err := range s.Riders(t.Context(), "triggers/") {
		if err != nil {
			t.Fatal(err)
		}
		riders++
	}
	return riders
}

// nothing is a store without anything.
func nothing(key string) (store.Rider, error) { return store.Rider{Key: key}, nil }

func clone(o m) m {
	if o == nil {
		return m{}
	}
	return maps.Clone(o)
}
