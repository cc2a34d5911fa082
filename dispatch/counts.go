package dispatch

import (
	"strconv"
	"time"

	"github.com/wnotify/wnotify/dispatch/collector"
	"github.com/wnotify/wnotify/retry"
	"github.com/wnotify/wnotify/store"
)

// count adds one request to the failure window and forgets what has left it. What
// was counted ahead of now, before the clock was set back, counts as of now:
// where it stands it would stay for up to two windows.
func count(rec *store.Record, p retry.Policy, now time.Time, failures int64) {
	kept := rec.Window[:0]
	current := store.Counts{Slot: retry.SlotOf(now), Requests: 1, Failures: failures}
	for _, c := range rec.Window {
		switch {
		case !p.Inside(c.Slot, now):
		case c.Slot >= current.Slot:
			current.Requests += c.Requests
			current.Failures += c.Failures
		default:
			kept = append(kept, c)
		}
	}
	kept = append(kept, current)
	rec.Window = kept
}

// WindowSum is the number of requests and failures of a lane in the trailing
// window.
func WindowSum(window []store.Counts, p retry.Policy, now time.Time) (requests, failures int64) {
	for _, c := range window {
		if p.Inside(c.Slot, now) {
			requests += c.Requests
			failures += c.Failures
		}
	}
	return requests, failures
}

// failure says in a few words why an attempt failed.
func failure(r collector.Reply) string {
	if r.Err != nil {
		return r.Err.Error()
	}
	s := "HTTP " + strconv.Itoa(r.Status)
	if r.Location != "" {
		return s + " redirect to " + r.Location
	}
	if r.Answer != "" {
		return s + ": " + r.Answer
	}
	return s
}
