package trigger_test

import (
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/wnotify/wnotify/dispatch/event"
	"github.com/wnotify/wnotify/dispatch/trigger"
	"github.com/wnotify/wnotify/store/memory"
)

// seen is a hit as the brute force knows it: it forgets none.
type seen struct {
	at              int64
	attack, address string
	payloads        []string
}

// brute counts by going through the whole list for every event.
type brute struct {
	rule   trigger.Rule
	per    int64
	newest int64
	all    []seen          // that were in the window when they came
	firsts []int64         // of attacks: when their first hits were
	spent  map[string]bool // by address; "" for all
}

func newBrute(r trigger.Rule) *brute {
	return &brute{rule: r, per: int64(r.Per / time.Second), spent: map[string]bool{}}
}

// take returns how many alerts an event sends.
func (b *brute) take(h seen, arrival int64) (alerts int) {
	if h.at > arrival+300 {
		h.at = arrival
	}
	if b.rule.Condition == "payloads" && len(h.payloads) == 0 {
		return 0 // nothing of it is counted, so it does not move the window either
	}
	b.newest = max(b.newest, h.at)
	if h.at <= b.newest-b.per {
		return 0
	}
	switch b.rule.Condition {
	case "hits":
		had := b.hits()
		b.all = append(b.all, h)
		alerts = b.judge("", had, b.hits())
	case "attacks":
		had := b.attacks()
		first := true
		for _, o := range b.all {
			if o.attack == h.attack && max(o.at-h.at, h.at-o.at) <= 3600 {
				first = false
			}
		}
		if first {
			b.firsts = append(b.firsts, h.at)
		}
		b.all = append(b.all, h)
		alerts = b.judge("", had, b.attacks())
	case "payloads":
		for _, p := range h.payloads {
			had := b.payloads(h.address)
			b.all = append(b.all, seen{at: h.at, address: h.address, payloads: []string{p}})
			alerts += b.judge(h.address, had, b.payloads(h.address))
		}
	}
	return alerts
}

func (b *brute) judge(who string, had, has int64) int {
	if has <= b.rule.MoreThan || had == 0 {
		b.spent[who] = false
	}
	if b.spent[who] || has <= b.rule.MoreThan {
		return 0
	}
	b.spent[who] = true
	return 1
}

func (b *brute) hits() (n int64) {
	for _, o := range b.all {
		if o.at > b.newest-b.per {
			n++
		}
	}
	return n
}

func (b *brute) attacks() (n int64) {
	for _, at := range b.firsts {
		if at > b.newest-b.per {
			n++
		}
	}
	return n
}

func (b *brute) payloads(address string) int64 {
	different := map[string]bool{}
	for _, o := range b.all {
		if o.address == address && o.at > b.newest-b.per {
			different[o.payloads[0]] = true
		}
	}
	return int64(len(different))
}

// story draws a rule and its events, which two processes take in turns, that
// now and then end and begin again, count without committing, and get in each
// other's way between a count and its commit. Alerts go out when, and only when,
// the brute force says so, and no two have the same name.
func story(rt *rapid.T, t *testing.T, condition string, periods []int64, spread func(*rapid.T, int64) int64) {
	per := rapid.SampledFrom(periods).Draw(rt, "per")
	moreThan := rapid.Int64Range(0, 6).Draw(rt, "more than")
	rule := counting(condition, moreThan, time.Duration(per)*time.Second)
	s := memory.New()
	both := []*process{newProcess(t, s, rule), newProcess(t, s.Process(), rule)}
	model := newBrute(rule)
	now := start.Unix()
	names := map[string]bool{}

	draw := func(who string) (list []*event.Event, known []seen) {
		for range rapid.IntRange(1, 5).Draw(rt, "events of "+who) {
			h := seen{
				at:       now + spread(rt, per),
				attack:   rapid.SampledFrom([]string{"/a", "/b", "/c"}).Draw(rt, "path"),
				address:  rapid.SampledFrom([]string{"192.0.2.1", "192.0.2.2"}).Draw(rt, "address"),
				payloads: rapid.SliceOfN(rapid.SampledFrom([]string{"1", "2", "3", "4", "5", "6", "7", "8", "9"}), 0, 3).Draw(rt, "payloads"),
			}
			known = append(known, h)
			list = append(list, hit(t, m{"request_time": h.at, "path": h.attack, "remote_addr4": h.address, "payloads": h.payloads}))
		}
		return list, known
	}
	check := func(alerts []trigger.Alert, known []seen) {
		want := 0
		for _, h := range known {
			want += model.take(h, now)
		}
		if len(alerts) != want {
			rt.Fatalf("%d alerts, the brute force says %d", len(alerts), want)
		}
		for _, a := range alerts {
			if names[a.ID] {
				rt.Fatalf("two alerts are named %s", a.ID)
			}
			names[a.ID] = true
		}
	}
	for range rapid.IntRange(1, 40).Draw(rt, "steps") {
		now += rapid.Int64Range(0, 1+per/2).Draw(rt, "pause")
		arrival := time.Unix(now, 0)
		i := rapid.IntRange(0, 1).Draw(rt, "process")
		events, known := draw("the first")
		var between func()
		switch rapid.SampledFrom([]string{"", "", "restart", "conflict", "abandon"}).Draw(rt, "what else") {
		case "restart":
			both[i] = newProcess(t, s.Process(), rule)
		case "conflict":
			between = func() {
				events, known := draw("the other")
				check(both[1-i].take(arrival, nil, events...), known)
			}
		case "abandon":
			var notes []trigger.Note
			for _, e := range events {
				notes = both[i].Note(notes, e, arrival)
			}
			if _, _, err := both[i].Count(notes); err != nil {
				rt.Fatal(err)
			}
		}
		check(both[i].take(arrival, between, events...), known)
	}
}

// near spreads times over the window, late ones and future ones included.
func near(rt *rapid.T, per int64) int64 {
	return rapid.OneOf(
		rapid.Just(int64(0)),
		rapid.Int64Range(-per, 0),
		rapid.Int64Range(-2*per-2, 1),
		rapid.Int64Range(-3, 3),
		rapid.Int64Range(250, 350),
		rapid.Just(int64(2_000_000_000)),
	).Draw(rt, "time")
}

func TestWindowsAreExact(t *testing.T) {
	for _, condition := range []string{"hits", "attacks", "payloads"} {
		for name, periods := range map[string][]int64{
			"short": {1, 2, 10, 60, 64, 65, 100, 129},
			"long":  {3600, 7200, 86400, 2_592_000},
		} {
			t.Run(fmt.Sprint(condition, " ", name), func(t *testing.T) {
				rapid.Check(t, func(rt *rapid.T) { story(rt, t, condition, periods, near) })
			})
		}
	}
}
