package dispatch

import (
	"context"
	"errors"
	"fmt"
	"slices"
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

// SparkHours is how many hours [Health.Spark] goes back.
const SparkHours = 12

// Health is how one integration fares.
type Health struct {
	Name        string
	Integration *Integration // nil: orphaned
	State       string
	Lane        store.Lane
	NextAttempt time.Time // of what fails at the moment; zero when none is to be made
	Attempt     int       // failures so far of the batch that is tried next
	LastError   string    // of the last failure, however long ago
	Requests    int64     // in the failure window
	Failures    int64
	Today       int64   // events delivered since midnight UTC
	Spark       []int64 // events delivered in each of the last hours, oldest first
	SparkFailed []int64 // requests failed in each of them
}

// Percent is the share of failed requests in the window, rounded down.
func (h Health) Percent() int64 { return h.Failures * 100 / max(h.Requests, 1) }

// Failing reports whether the last request failed.
func (h Health) Failing() bool { return h.Lane.Record.LastFailure.After(h.Lane.Record.LastSuccess) }

// Health describes every integration of the configuration, in its order, then
// the orphaned queues. It reads records and statistics, never events, so it
// costs the same whatever the backlog. With an error about some it still
// returns the others; with none at all, nothing could be read.
func (d *Dispatcher) Health(ctx context.Context, now time.Time) ([]Health, error) {
	s := d.Settings()
	lanes, damage := d.Store.Lanes(ctx)
	broken, some := damagedLanes(damage)
	if !some {
		return nil, damage
	}
	var out []Health
	add := func(i *Integration, l store.Lane) {
		h, err := d.health(ctx, s, i, l, now)
		damage = errors.Join(damage, err)
		out = append(out, h)
	}
	for _, i := range s.Integrations {
		if slices.Contains(broken, i.Name) {
			continue
		}
		l := store.Lane{Name: i.Name, Next: 1}
		if at := slices.IndexFunc(lanes, func(l store.Lane) bool { return l.Name == i.Name }); at >= 0 {
			l = lanes[at]
		}
		add(&i, l)
	}
	for _, l := range lanes {
		if _, known := s.Integration(l.Name); !known && (l.Events > 0 || l.Dead > 0) {
			add(nil, l)
		}
	}
	return out, damage
}

// damagedLanes are the lanes that an error is about; false when it is about
// more than single lanes.
func damagedLanes(err error) (names []string, ok bool) {
	if err == nil {
		return nil, true
	}
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		for _, e := range joined.Unwrap() {
			some, ok := damagedLanes(e)
			if !ok {
				return nil, false
			}
			names = append(names, some...)
		}
		return names, true
	}
	c, ok := errors.AsType[*store.CorruptError](err)
	if !ok || c.Lane == "" {
		return nil, false
	}
	return []string{c.Lane}, true
}

func (d *Dispatcher) health(ctx context.Context, s *Settings, i *Integration, l store.Lane, now time.Time) (Health, error) {
	h := Health{Name: l.Name, Integration: i, Lane: l, State: state(i, l), LastError: l.Record.LastError}
	h.Requests, h.Failures = WindowSum(l.Record.Window, s.AutoDisable.Policy, now)
	if h.State == StateWaiting {
		h.NextAttempt, h.Attempt = nextAttempt(l.Record, now)
	}
	h.Spark, h.SparkFailed = make([]int64, SparkHours), make([]int64, SparkHours)
	midnight := now.UTC().Truncate(24 * time.Hour)
	since := now.Add(-SparkHours * time.Hour)
	if midnight.Before(since) {
		since = midnight
	}
	for slot, err := range d.Store.Slots(ctx, l.Name, since) {
		if err != nil {
			return h, err
		}
		if !slot.Start.Before(midnight) {
			h.Today += slot.Events
		}
		age := now.Sub(slot.Start)
		if at := SparkHours - 1 - int(age/time.Hour); age >= 0 && at >= 0 && slot.Width <= time.Hour {
			h.Spark[at] += slot.Events
			h.SparkFailed[at] += slot.Failures
		}
	}
	return h, nil
}

// nextAttempt is when the first of the batches that failed is tried again, and
// how often it has failed.
func nextAttempt(rec store.Record, now time.Time) (next time.Time, attempt int) {
	for _, p := range slices.Concat(rec.Pieces, rec.Aside) {
		if p.Attempt == 0 {
			continue
		}
		if due := Due(p, now); next.IsZero() || due.Before(next) {
			next, attempt = due, p.Attempt
		}
	}
	return next, attempt
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

// Shown is the state in words; of an automatic disable also why. Window is the
// length of the failure window, as people read it.
func (h Health) Shown(window string) string {
	t := h.Lane.Record.Tripped
	if h.State != StateAutoDisabled || t == nil {
		return h.State
	}
	return fmt.Sprintf("disabled (auto: %d%% of %d requests failed in %s)", t.Failures*100/max(t.Requests, 1), t.Requests, window)
}
