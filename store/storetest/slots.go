package storetest

import (
	"fmt"
	"time"

	"github.com/wnotify/wnotify/store"
)

// slots returns the start, width and requests of slots.
func (b *bench) slots(lane string, since time.Time) []string {
	b.Helper()
	var slots []string
	for s, err := range b.s.Slots(b.Context(), lane, since) {
		if err != nil {
			b.Fatalf("reading the slots of %s: %v", lane, err)
		}
		slots = append(slots, fmt.Sprintf("%s %s: %d requests", s.Start.UTC().Format("01-02 15:04"), s.Width, s.Requests))
	}
	return slots
}

const hour = 60 // minutes

var slotChecks = []check{
	{"slot/counts attempts by five minutes", func(b *bench) {
		dead := attempt(2, "dead")
		dead.Latency = time.Minute
		b.tried("siem", 0, attempt(1, store.Delivered), dead)
		b.tried("siem", 0, attempt(4, "retry"), attempt(5, store.Delivered))
		b.tried("siem", 0, attempt(17, "retry"))
		b.equal("slots", b.slots("siem", time.Time{}), []string{
			"03-14 12:00 5m0s: 3 requests", "03-14 12:05 5m0s: 1 requests", "03-14 12:15 5m0s: 1 requests",
		})
		b.equal("slots since 12:05", b.slots("siem", after(5)), []string{"03-14 12:05 5m0s: 1 requests", "03-14 12:15 5m0s: 1 requests"})
		b.equal("slots of another lane", b.slots("soc", time.Time{}), nil)

		want := store.Slot{Start: noon, Width: store.SlotWidth}
		want.Add(attempt(1, store.Delivered))
		want.Add(dead)
		want.Add(attempt(4, "retry"))
		for got, err := range b.s.Slots(b.Context(), "siem", time.Time{}) {
			if got.Start = got.Start.UTC(); err != nil || got != want {
				b.Errorf("the first slot is %+v, %v\nwant %+v", got, err, want)
			}
			break
		}
	}},
	{"slot/days follow after 48 hours", func(b *bench) {
		b.tried("siem", 0, attempt(-11*hour, "retry"), attempt(1, store.Delivered), attempt(7, "retry"))
		b.tried("siem", 0, attempt(40*hour, "retry"))
		b.equal("after 40 hours", b.slots("siem", time.Time{}), []string{
			"03-14 00:00 24h0m0s: 1 requests", "03-14 12:00 5m0s: 1 requests", "03-14 12:05 5m0s: 1 requests", "03-16 04:00 5m0s: 1 requests",
		})
		b.tried("siem", 0, attempt(80*hour, store.Delivered))
		b.equal("after 80 hours", b.slots("siem", time.Time{}), []string{
			"03-14 00:00 24h0m0s: 3 requests", "03-16 04:00 5m0s: 1 requests", "03-17 20:00 5m0s: 1 requests",
		})
		b.tried("siem", 0, attempt(200*hour, store.Delivered))
		b.equal("after 200 hours", b.slots("siem", time.Time{}), []string{
			"03-14 00:00 24h0m0s: 3 requests", "03-16 00:00 24h0m0s: 1 requests", "03-17 00:00 24h0m0s: 1 requests",
			"03-22 20:00 5m0s: 1 requests",
		})
	}},
	{"slot/a day holds the sum of its slots", func(b *bench) {
		want := store.Slot{Start: noon.Add(-12 * time.Hour), Width: 24 * time.Hour}
		for i := range 40 {
			a := attempt(7*i, []string{store.Delivered, "retry", "dead"}[i%3])
			a.Latency = time.Duration(i*i) * 10 * time.Millisecond
			want.Add(a)
			b.tried("siem", time.Hour, a)
		}
		b.tried("siem", 0, attempt(90*hour, "retry"))
		for got, err := range b.s.Slots(b.Context(), "siem", time.Time{}) {
			if got.Start = got.Start.UTC(); err != nil || got != want {
				b.Errorf("the day is %+v, %v\nwant %+v", got, err, want)
			}
			break
		}
	}},
	{"slot/an attempt that comes late counts for its own time", func(b *bench) {
		b.tried("siem", 0, attempt(100*hour, "retry"))
		b.tried("siem", 0, attempt(1, "retry"))
		b.tried("siem", 0, attempt(98*hour, "retry"))
		b.equal("slots", b.slots("siem", time.Time{}), []string{
			"03-14 00:00 24h0m0s: 1 requests", "03-18 14:00 5m0s: 1 requests", "03-18 16:00 5m0s: 1 requests",
		})
	}},
	{"slot/outlives history", func(b *bench) {
		b.tried("siem", time.Minute, attempt(1, "retry"))
		b.tried("siem", time.Minute, attempt(20, "retry"))
		b.equal("history", b.history("siem", time.Time{}), []string{"key-20"})
		b.equal("slots", b.slots("siem", time.Time{}), []string{"03-14 12:00 5m0s: 1 requests", "03-14 12:20 5m0s: 1 requests"})
	}},
}
