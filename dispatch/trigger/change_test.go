package trigger_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/wnotify/wnotify/dispatch/trigger"
	"github.com/wnotify/wnotify/store"
	"github.com/wnotify/wnotify/store/memory"
)

// What was counted under other settings means nothing; the integrations are not
// what is counted, and neither is the order of values.
func TestChangedRule(t *testing.T) {
	before := counting("hits", 2, time.Hour, trigger.Filter{Field: "attack_type", Values: []string{"sqli", "xss"}})
	change := func(edit func(*trigger.Rule)) trigger.Rule {
		r := before
		edit(&r)
		return r
	}
	for name, c := range map[string]struct {
		after trigger.Rule
		goes  bool // on with the count
	}{
		"nothing":          {before, true},
		"the integrations": {change(func(r *trigger.Rule) { r.Integrations = []string{"soc"} }), true},
		"order and case": {change(func(r *trigger.Rule) {
			r.Filters = []trigger.Filter{{Field: "attack_type", Values: []string{"XSS", "sqli", "xss"}}}
		}), true},
		"the threshold": {change(func(r *trigger.Rule) { r.MoreThan = 1 }), false},
		"the period":    {change(func(r *trigger.Rule) { r.Per = 2 * time.Hour }), false},
		"the filters":   {change(func(r *trigger.Rule) { r.Filters = nil }), false},
		"the condition": {change(func(r *trigger.Rule) { r.Condition = "attacks" }), false},
	} {
		for _, how := range []string{"restart", "reload"} {
			t.Run(name+", "+how, func(t *testing.T) {
				s := memory.New()
				p := newProcess(t, s, before)
				p.take(start, nil, at(t, 0), at(t, 1))
				if how == "restart" {
					p = newProcess(t, s, c.after)
				} else {
					p.Use([]trigger.Rule{c.after})
				}
				alerts := p.take(start, nil, at(t, 2))
				if got := len(alerts) == 1; got != c.goes {
					t.Errorf("it fires: %t, want %t", got, c.goes)
				}
				for _, a := range alerts {
					if fmt.Sprint(a.Rule.Integrations) != fmt.Sprint(c.after.Integrations) {
						t.Errorf("the alert goes to %v, want %v", a.Rule.Integrations, c.after.Integrations)
					}
				}
				for r, err := range s.Riders(t.Context(), trigger.PartsPrefix("t")) {
					if err != nil || len(r.Value) == 0 {
						t.Errorf("%s is left (%v)", r.Key, err)
					}
				}
			})
		}
	}
}

// A rule that begins anew removes what it had, and its alerts keep counting.
func TestNamesOfAlertsAreNotUsedTwice(t *testing.T) {
	s := memory.New()
	names := map[string]bool{}
	for i := range 10 {
		r := counting("payloads", int64(i%2), time.Hour)
		for _, a := range newProcess(t, s, r).take(start, nil, hit(t, m{"payloads": []string{"a", "b", "c"}})) {
			names[a.ID] = true
		}
	}
	if len(names) != 10 {
		t.Errorf("%d names for 10 alerts: %v", len(names), names)
	}
	if riders := held(t, s); riders != 2 {
		t.Errorf("%d riders are left, want the head and one shard", riders)
	}
	r := counting("hits", 5, time.Hour)
	newProcess(t, s, r).take(start, nil, at(t, 0))
	for r, err := range s.Riders(t.Context(), "triggers/") {
		if err != nil || r.Key == "triggers/t/t0" {
			t.Errorf("%s %v", r.Key, err)
		}
	}
	if riders := held(t, s); riders != 2 {
		t.Errorf("%d riders are left, want the head and one segment", riders)
	}
}

// Notes of a rule that has gone, or counts something else by now, are left out.
func TestNotesOutliveTheirRule(t *testing.T) {
	p := newProcess(t, memory.New(), counting("hits", 0, time.Hour))
	notes := p.Note(nil, at(t, 0), start)
	for _, rules := range [][]trigger.Rule{nil, {counting("hits", 1, time.Hour)}} {
		p.Use(rules)
		if riders, alerts, err := p.Count(notes); riders != nil || alerts != nil || err != nil {
			t.Errorf("with %v: %d riders, %d alerts, %v", rules, len(riders), len(alerts), err)
		}
	}
}

// Riders that are not what was written are an error, not a count.
func TestDamage(t *testing.T) {
	for _, part := range []string{"", "/s", "/t"} {
		for _, damage := range []string{"\x01\x02\x03", "\x01\xff", "\x01\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"} {
			s := memory.New()
			r := counting("attacks", 5, 24*time.Hour)
			newProcess(t, s, r).take(start, nil, at(t, 0), at(t, 40))
			for rider, err := range s.Riders(t.Context(), "triggers/t"+part) {
				if err != nil {
					t.Fatal(err)
				}
				rider.Value = []byte(damage)
				if _, err := s.Commit(t.Context(), store.Change{Riders: []store.Rider{rider}}); err != nil {
					t.Fatal(err)
				}
				break
			}
			p := newProcess(t, s, r)
			_, _, err := p.Count(p.Note(p.Note(nil, at(t, 1), start), hit(t, m{"path": "/another"}), start))
			var corrupt *store.CorruptError
			if !errors.As(err, &corrupt) || !errors.Is(err, store.ErrDamaged) {
				t.Errorf("triggers/t%s with %q: %v, want a *store.CorruptError", part, damage, err)
			}
		}
	}
}

// An error of the store is handed on, and the next count begins again.
func TestUnreadableState(t *testing.T) {
	s := memory.New()
	p := newProcess(t, s, counting("attacks", 1, time.Hour))
	p.take(start, nil, at(t, 0))
	p.Forget()
	broken := errors.New("the disk is gone")
	for fail := range 3 {
		left := fail
		s.Fail(func(op string) error {
			if left--; op == "rider" && left < 0 {
				return broken
			}
			return nil
		})
		if _, _, err := p.Count(p.Note(nil, hit(t, m{"type": "xss"}), start)); !errors.Is(err, broken) {
			t.Errorf("the error is %v, want %v", err, broken)
		}
	}
	s.Fail(nil)
	if alerts := p.take(start, nil, hit(t, m{"type": "xss"})); len(alerts) != 1 {
		t.Errorf("%d alerts after it, want 1", len(alerts))
	}
}
