package trigger_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/wnotify/wnotify/dispatch/event"
	"github.com/wnotify/wnotify/dispatch/trigger"
	"github.com/wnotify/wnotify/store/memory"
)

// some makes n rules of the same condition with different filters; the hits of
// these tests match one in ten.
func some(n int, condition string) []trigger.Rule {
	rules := make([]trigger.Rule, n)
	for i := range rules {
		kind := "xss"
		if i%10 == 0 {
			kind = "sqli"
		}
		rules[i] = counting(condition, 1_000_000, time.Hour,
			trigger.Filter{Field: "attack_type", Values: []string{kind, fmt.Sprint("other", i)}},
			trigger.Filter{Field: "domain", Not: true, Values: []string{fmt.Sprint("host", i, ".example.com")}})
		if condition == "payloads" {
			rules[i].MoreThan = 3
		}
		rules[i].Name = fmt.Sprint("t", i)
	}
	return rules
}

func BenchmarkNote(b *testing.B) {
	published := parsed(b, event.Sample("new_hits"))
	for _, condition := range []string{"hits", "attacks", "payloads"} {
		for _, n := range []int{1, 10, 100, 1000} {
			b.Run(fmt.Sprint(condition, "/", n), func(b *testing.B) {
				c := trigger.NewCounter(some(n, condition), nil)
				var notes []trigger.Note
				b.ReportAllocs()
				for b.Loop() {
					if len(notes) > 100_000 {
						notes = notes[:0]
					}
					notes = c.Note(notes, published, start)
				}
			})
		}
	}
}

// BenchmarkWants is what an event costs that no rule looks at.
func BenchmarkWants(b *testing.B) {
	c := trigger.NewCounter(some(1000, "hits"), nil)
	k := event.Lookup("vuln")
	for b.Loop() {
		if c.Wants(k) {
			b.Fatal("it is wanted")
		}
	}
}

// BenchmarkCount counts a change of 1000 hits and makes its riders; an operation
// is one change.
func BenchmarkCount(b *testing.B) {
	for _, condition := range []string{"hits", "attacks", "payloads"} {
		for _, n := range []int{1, 10, 100} {
			b.Run(fmt.Sprint(condition, "/", n), func(b *testing.B) {
				p := newProcess(b, memory.New(), some(n, condition)...)
				var notes []trigger.Note
				for i := range 1000 {
					notes = p.Note(notes, hit(b, m{
						"request_time": start.Unix() + int64(i), "path": fmt.Sprint("/", i), "payloads": []string{fmt.Sprint(i)}, "remote_addr4": fmt.Sprint("192.0.2.", i%250),
					}), start)
				}
				b.ReportAllocs()
				for b.Loop() {
					riders, _, err := p.Count(notes)
					if err != nil {
						b.Fatal(err)
					}
					if err := p.commit(riders); err != nil {
						b.Fatal(err)
					}
					p.Committed()
				}
			})
		}
	}
}
