package dispatch

import (
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/wnotify/wnotify/store"
	"github.com/wnotify/wnotify/store/memory"
	"github.com/wnotify/wnotify/store/storetest"
)

// Processes at the turn of the hour, while others count: nothing is lost, and no
// hour is told twice, there also on an engine without transactions.
func TestTheTurnOfTheHour(t *testing.T) {
	for name, wrap := range map[string]func(store.Store) store.Store{
		"whole":    func(s store.Store) store.Store { return s },
		"separate": storetest.SeparateRiders,
	} {
		t.Run(name, func(t *testing.T) {
			s := memory.New()
			var w sync.WaitGroup
			turn := tenPast.Add(50 * time.Minute)
			for range 4 {
				d := dispatcher(wrap(s.Process()), nil, settingsFor("siem"))
				w.Go(func() {
					for i := range 50 {
						at := turn.Add(time.Duration(i-25) * time.Second)
						if err := d.AddRequests(t.Context(), 1, at); err != nil {
							t.Error(err)
						}
						if _, err := d.QueueHours(t.Context(), at); err != nil {
							t.Error(err)
						}
						runtime.Gosched()
					}
				})
			}
			w.Wait()
			queueHours(t, dispatcher(s, nil, settingsFor("siem")), turn.Add(time.Hour))
			got := toldHours(t, s, "siem")
			var first, second int
			if len(got) != 2 {
				t.Fatalf("siem is told %v, want two hours", got)
			}
			if _, err := fmt.Sscanf(got[0]+" "+got[1], "04T02 %d 04T03 %d", &first, &second); err != nil || name == "whole" && (first+second != 200 || first < 25) {
				t.Errorf("siem is told %v, want 200 requests in all", got)
			}
		})
	}
}

// On an engine without transactions a request that is counted between the event
// of an hour and its end does not make a second event.
func TestCountingWhileAnHourIsTold(t *testing.T) {
	s := memory.New()
	d := dispatcher(storetest.SeparateRiders(s), nil, settingsFor("siem"))
	other := dispatcher(s.Process(), nil, settingsFor("siem"))
	add(t, d, 5, tenPast)
	commits := 0
	s.Fail(func(op string) error {
		if op != "commit" {
			return nil
		}
		if commits++; commits == 2 { // the riders, behind the block
			return other.AddRequests(t.Context(), 1, tenPast)
		}
		return nil
	})
	queueHours(t, d, tenPast.Add(time.Hour))
	s.Fail(nil)
	if got, want := toldHours(t, s, "siem"), []string{"04T02 5"}; !slices.Equal(got, want) || commits < 4 {
		t.Errorf("siem is told %v in %d commits, want %v", got, commits, want)
	}
}

// Whatever two processes do, and on an engine without transactions as well, no
// hour is told twice, and on one with transactions no request is lost.
func TestEveryHourOnce(t *testing.T) {
	for name, wrap := range map[string]func(store.Store) store.Store{
		"whole":    func(s store.Store) store.Store { return s },
		"repeated": storetest.LostReplies,
		"separate": storetest.SeparateRiders,
	} {
		t.Run(name, func(t *testing.T) {
			rapid.Check(t, func(rt *rapid.T) {
				s := memory.New()
				both := []*Dispatcher{dispatcher(wrap(s), nil, settingsFor("siem")), dispatcher(wrap(s.Process()), nil, settingsFor("siem"))}
				now, sum := tenPast, int64(0)
				for range rapid.IntRange(1, 60).Draw(rt, "steps") {
					now = now.Add(time.Duration(rapid.Int64Range(0, 40).Draw(rt, "minutes")) * time.Minute)
					d := both[rapid.IntRange(0, 1).Draw(rt, "process")]
					if rapid.Bool().Draw(rt, "tell") {
						if _, err := d.QueueHours(t.Context(), now); err != nil {
							rt.Fatal(err)
						}
						continue
					}
					n := rapid.Int64Range(0, 5).Draw(rt, "requests")
					late := time.Duration(rapid.Int64Range(0, 90).Draw(rt, "late")) * time.Minute
					if err := d.AddRequests(t.Context(), n, now.Add(-late)); err != nil {
						rt.Fatal(err)
					}
					sum += n
				}
				for range 2 {
					if _, err := both[0].QueueHours(t.Context(), now.Add(48*time.Hour)); err != nil {
						rt.Fatal(err)
					}
				}
				got := toldHours(rt, s, "siem")
				seen := map[string]bool{}
				for _, line := range got {
					hour, n, _ := strings.Cut(line, " ")
					if seen[hour] {
						rt.Fatalf("%s is told twice: %v", hour, got)
					}
					seen[hour] = true
					var requests int64
					if _, err := fmt.Sscan(n, &requests); err != nil {
						rt.Fatal(err)
					}
					sum -= requests
				}
				if sum != 0 {
					rt.Fatalf("%d requests are missing in %v", sum, got)
				}
			})
		})
	}
}
