package storetest

import (
	"fmt"
	"strconv"
	"time"

	"github.com/wnotify/wnotify/store"
)

// attempt makes an attempt of two events and 100 bytes, a minute after noon.
func attempt(minute int, outcome string) store.Attempt {
	return store.Attempt{
		At: after(minute), Key: fmt.Sprint("key-", minute), First: 1, Last: 2, Events: 2, Bytes: 100, Number: 3, Status: 503,
		Latency: 30 * time.Millisecond, Error: "503", Answer: "<html>", Outcome: outcome,
	}
}

// tried adds attempts to the history of a lane.
func (b *bench) tried(lane string, retention time.Duration, attempts ...store.Attempt) {
	b.Helper()
	b.settle(lane, func(s *store.Settle) { s.Attempts, s.Retention = attempts, retention })
}

// history returns the keys of attempts.
func (b *bench) history(lane string, since time.Time) []string {
	b.Helper()
	var keys []string
	for a, err := range b.s.History(b.Context(), lane, since) {
		if err != nil {
			b.Fatalf("reading the history of %s: %v", lane, err)
		}
		keys = append(keys, a.Key)
	}
	return keys
}

var historyChecks = []check{
	{"history/attempts come back whole", func(b *bench) {
		want := attempt(1, "retry")
		b.tried("siem", 0, want)
		for got, err := range b.s.History(b.Context(), "siem", time.Time{}) {
			gotText, wantText := asJSON(got), asJSON(want)
			if err != nil || gotText != wantText {
				b.Errorf("an attempt came back as %s, %v\nwant %s", gotText, err, wantText)
			}
		}
		b.equal("history", b.history("siem", time.Time{}), []string{"key-1"})
	}},
	{"history/oldest first, since a time, of one lane", func(b *bench) {
		b.tried("siem", 0, attempt(1, "retry"), attempt(2, "retry"))
		b.tried("soc", 0, attempt(3, "retry"))
		b.tried("siem", 0, attempt(4, "retry"))
		b.tried("siem", 0, attempt(10, store.Delivered))
		b.equal("all", b.history("siem", time.Time{}), []string{"key-1", "key-2", "key-4", "key-10"})
		b.equal("since minute 3", b.history("siem", after(3)), []string{"key-4", "key-10"})
		b.equal("since minute 11", b.history("siem", after(11)), nil)
		b.equal("of soc", b.history("soc", time.Time{}), []string{"key-3"})
		b.equal("of a lane without", b.history("mail", time.Time{}), nil)
	}},
	{"history/attempts at one time are all kept", func(b *bench) {
		one, two := attempt(1, "halved"), attempt(1, store.Delivered)
		two.Key = "key-1b"
		b.tried("siem", 0, one, two)
		b.tried("siem", 0, one)
		if got := b.history("siem", time.Time{}); len(got) != 3 {
			b.Errorf("of three attempts that ended at the same time history has %v", got)
		}
	}},
	{"history/retention ends at the newest attempt", func(b *bench) {
		b.tried("siem", time.Hour, attempt(0, "retry"), attempt(30, "retry"))
		b.tried("siem", time.Hour, attempt(70, "retry"))
		b.equal("after 70 minutes", b.history("siem", time.Time{}), []string{"key-30", "key-70"})
		b.tried("siem", 0, attempt(300, "retry"))
		b.equal("without retention", b.history("siem", time.Time{}), []string{"key-30", "key-70", "key-300"})
		b.tried("siem", time.Hour, attempt(310, store.Delivered))
		b.equal("with it again", b.history("siem", time.Time{}), []string{"key-300", "key-310"})
	}},
	{"history/a clock that was ahead does not empty it", func(b *bench) {
		ahead := attempt(0, "retry")
		ahead.At, ahead.Key = noon.AddDate(10, 0, 0), "ahead"
		b.tried("siem", time.Hour, ahead)
		b.tried("siem", time.Hour, attempt(1, "retry"))
		b.tried("siem", time.Hour, attempt(2, "retry"))
		b.equal("history", b.history("siem", time.Time{}), []string{"key-1", "key-2", "ahead"})
	}},
	{"history/has a bound", func(b *bench) {
		n := 0
		for range 3 {
			var attempts []store.Attempt
			for range store.HistoryMax/2 - 10 {
				n++
				attempts = append(attempts, store.Attempt{At: noon.Add(time.Duration(n) * time.Second), Key: strconv.Itoa(n), Outcome: "retry"})
			}
			b.tried("siem", 0, attempts...)
		}
		got := b.history("siem", time.Time{})
		if len(got) > store.HistoryMax || len(got) < store.HistoryMax/2 {
			b.Errorf("after %d attempts history has %d, want at most %d and not much less", n, len(got), store.HistoryMax)
		}
		for i, key := range got {
			if want := strconv.Itoa(n - len(got) + i + 1); key != want {
				b.Fatalf("attempt %d of the history is %s, want %s: the newest are to be kept", i, key, want)
			}
		}
	}},
	{"history/a refused settle leaves none", func(b *bench) {
		b.tried("siem", 0, attempt(1, "retry"))
		stale := store.Settle{Lane: "siem", Record: store.Record{ID: "x"}, Attempts: []store.Attempt{attempt(2, "retry")}}
		b.conflict(store.Change{Settles: []store.Settle{stale}}, "lane siem")
		b.equal("history", b.history("siem", time.Time{}), []string{"key-1"})
		b.equal("slots", b.slots("siem", time.Time{}), []string{"03-14 12:00 5m0s: 1 requests"})
	}},
}
