package dispatch

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/wnotify/wnotify/store"
)

// The states of an integration, as status shows them.
const (
	StateOK           = "ok"
	StateWaiting      = "waiting"       // events wait for a next attempt, or for somebody to deliver them
	StateDisabled     = "disabled"      // by a person
	StateAutoDisabled = "auto-disabled" // too many requests failed
	StateOrphaned     = "orphaned"      // a queue whose integration has gone from the configuration
)

// Health is how one integration fares.
type Health struct {
	Name        string
	Integration *Integration // nil: orphaned
	State       string
	Lane        store.Lane
	NextAttempt time.Time // of what fails at the moment
	Attempt     int       // failures so far of the batch at the head
	LastError   string
	Requests    int64 // in the failure window
	Failures    int64
	Today       int64   // events delivered since midnight UTC
	Spark       []int64 // events delivered in each of the last 12 hours, oldest first
	SparkFailed []int64 // requests failed in each of them
}

// Percent is the share of failed requests in the window, rounded down.
func (h Health) Percent() int64 { return h.Failures * 100 / max(h.Requests, 1) }

// Health describes every integration of the configuration, in its order, then
// the orphaned queues.
func (d *Dispatcher) Health(ctx context.Context, now time.Time) ([]Health, error) {
	s := d.Settings()
	lanes, err := d.Store.Lanes(ctx)
	if err != nil {
		return nil, err
	}
	var out []Health
	for _, i := range s.Integrations {
		at := slices.IndexFunc(lanes, func(l store.Lane) bool { return l.Name == i.Name })
		l := store.Lane{Name: i.Name, Next: 1}
		if at >= 0 {
			l = lanes[at]
		}
		h, err := d.health(ctx, s, &i, l, now)
		if err != nil {
			return nil, err
		}
		out = append(out, h)
	}
	for _, l := range lanes {
		if _, known := s.Integration(l.Name); known || l.Events == 0 && l.Dead == 0 {
			continue
		}
		h, err := d.health(ctx, s, nil, l, now)
		if err != nil {
			return nil, err
		}
		out = append(out, h)
	}
	return out, nil
}

func (d *Dispatcher) health(ctx context.Context, s *Settings, i *Integration, l store.Lane, now time.Time) (Health, error) {
	h := Health{Name: l.Name, Integration: i, Lane: l, State: state(i, l)}
	h.Requests, h.Failures = WindowSum(l.Record.Window, s.AutoDisable.Policy, now)
	for _, p := range slices.Concat(l.Record.Pieces, l.Record.Aside) {
		if p.Attempt == 0 {
			continue
		}
		if due := Due(p, now); h.NextAttempt.IsZero() || due.Before(h.NextAttempt) {
			h.NextAttempt, h.Attempt = due, p.Attempt
		}
	}
	if l.Record.LastFailure.After(l.Record.LastSuccess) {
		h.LastError = l.Record.LastError
	}
	const hours = 12
	h.Spark, h.SparkFailed = make([]int64, hours), make([]int64, hours)
	midnight := now.UTC().Truncate(24 * time.Hour)
	since := now.Add(-hours * time.Hour)
	for slot, err := range d.Store.Slots(ctx, l.Name, earlier(since, midnight)) {
		if err != nil {
			return h, err
		}
		if !slot.Start.Before(midnight) {
			h.Today += slot.Events
		}
		if at := hours - 1 - int(now.Sub(slot.Start)/time.Hour); at >= 0 && at < hours {
			h.Spark[at] += slot.Events
			h.SparkFailed[at] += slot.Failures
		}
	}
	return h, nil
}

func state(i *Integration, l store.Lane) string {
	switch {
	case i == nil:
		return StateOrphaned
	case !i.Enabled:
		return StateDisabled
	case l.Record.Tripped != nil:
		return StateAutoDisabled
	case l.Events > 0:
		return StateWaiting
	}
	return StateOK
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}

// Shown is the state in words: why and since when.
func (h Health) Shown(limit string) string {
	t := h.Lane.Record.Tripped
	if h.State != StateAutoDisabled || t == nil {
		return h.State
	}
	var b strings.Builder
	b.WriteString("disabled (auto: ")
	b.WriteString(itoa(t.Failures * 100 / max(t.Requests, 1)))
	b.WriteString("% of " + itoa(t.Requests) + " requests failed in " + limit + ")")
	return b.String()
}
