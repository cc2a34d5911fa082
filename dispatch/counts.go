package dispatch

import (
	"strconv"
	"time"

	"github.com/wnotify/wnotify/dispatch/collector"
	"github.com/wnotify/wnotify/retry"
	"github.com/wnotify/wnotify/store"
)

// count adds one request to the failure window and forgets what has left it.
func count(rec *store.Record, p retry.Policy, now time.Time, failures int64) {
	kept := rec.Window[:0]
	slot, found := retry.SlotOf(now), false
	for _, c := range rec.Window {
		if !p.Inside(c.Slot, now) {
			continue
		}
		if c.Slot == slot {
			c.Requests++
			c.Failures += failures
			found = true
		}
		kept = append(kept, c)
	}
	if !found {
		kept = append(kept, store.Counts{Slot: slot, Requests: 1, Failures: failures})
	}
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
