package trigger

import (
	"net/netip"
	"strconv"
	"time"

	"github.com/wnotify/wnotify/dispatch/event"
)

// Alert is what a rule sends when it fires.
type Alert struct {
	Rule Rule

	// ID names this crossing of this trigger; no other alert of the queue has
	// it. The same events counted again from the same state make the same one.
	ID string

	At     time.Time // the newest event seen, whole seconds: the end of the window
	Count  int64     // what was counted at the crossing
	Source string    // the address whose payloads were counted, or ""

	event *event.Event // that the alert is about, for conditions without a threshold
}

// alert makes the alert of a crossing.
func (s *state) alert(n *Note, count int64) *Alert {
	s.fired++
	a := &Alert{
		Rule:  s.rule.Rule,
		ID:    "alert/" + s.rule.Name + "/" + strconv.FormatInt(s.born, 36) + "/" + strconv.FormatInt(s.fired, 10),
		At:    time.Unix(s.newest, 0).UTC(),
		Count: count,
		event: n.event,
	}
	if n.event != nil {
		a.At = time.Unix(n.at, 0).UTC()
	}
	if n.source != (netip.Addr{}) {
		a.Source = n.source.String()
	}
	return a
}

// Line is the alert as an event on one line of JSON, with the published texts.
func (a Alert) Line(account event.Account) []byte {
	if a.event != nil {
		return account.EventAlert(a.Rule.Name, *a.event)
	}
	c := event.Crossing{
		Trigger: a.Rule.Name, Condition: a.Rule.Condition, Address: a.Source,
		Count: a.Count, MoreThan: a.Rule.MoreThan, Per: a.Rule.Per,
		From: a.At.Add(-a.Rule.Per), To: a.At,
	}
	for _, f := range a.Rule.Filters {
		c.Clauses = append(c.Clauses, event.Clause(f))
	}
	return account.ThresholdAlert(c)
}
