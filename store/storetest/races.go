package storetest

import (
	"errors"
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"

	"github.com/wnotify/wnotify/store"
)

// together runs a function n times at once and waits for all.
func together(n int, f func(i int)) {
	var all sync.WaitGroup
	for i := range n {
		all.Go(func() { f(i) })
	}
	all.Wait()
}

const (
	writers = 6
	rounds  = 15
)

var raceChecks = []check{
	{"race/every acknowledged event is there, in the order of its writer", func(b *bench) {
		together(writers, func(w int) {
			for i := range rounds {
				own := fmt.Sprint("own-", w)
				c := blocks(block("all "+own, fmt.Sprintf("w%d-%d-a", w, i), fmt.Sprintf("w%d-%d-b", w, i)))
				if _, err := b.s.Commit(b.Context(), c); err != nil {
					b.Errorf("writer %d, round %d: %v", w, i, err)
				}
			}
		})
		var want []string
		for w := range writers {
			var own []string
			for i := range rounds {
				own = append(own, fmt.Sprintf("%d:w%d-%d-a", 2*i+1, w, i), fmt.Sprintf("%d:w%d-%d-b", 2*i+2, w, i))
			}
			b.equal(fmt.Sprint("lane own-", w), b.read(fmt.Sprint("own-", w), 1, store.Limit{}), own)
			want = append(want, own...)
		}
		b.merged(b.read("all", 1, store.Limit{}), len(want))
	}},
	{"race/who reads while others write misses nothing", func(b *bench) {
		total := writers * rounds
		done := make(chan []string)
		go func() { done <- b.follow("all", total) }()
		together(writers, func(w int) {
			for i := range rounds {
				if _, err := b.s.Commit(b.Context(), blocks(block("all", fmt.Sprintf("w%d-%d-a", w, i)))); err != nil {
					b.Errorf("writer %d, round %d: %v", w, i, err)
				}
			}
		})
		b.merged(<-done, total)
	}},
	{"race/who settles while others write gets each event once", func(b *bench) {
		total := writers * rounds
		done := make(chan []string)
		go func() { done <- b.deliver("all", total) }()
		together(writers, func(w int) {
			for i := range rounds {
				if _, err := b.s.Commit(b.Context(), blocks(block("all rest", fmt.Sprintf("w%d-%d-a", w, i)))); err != nil {
					b.Errorf("writer %d, round %d: %v", w, i, err)
				}
			}
		})
		b.merged(<-done, total)
		b.counts("all", 0, 0, 0)
		b.merged(b.read("rest", 1, store.Limit{}), total)
	}},
	{"race/no queue grows over its cap", func(b *bench) {
		var taken atomic.Int64
		together(writers, func(int) {
			for range rounds {
				_, err := b.s.Commit(b.Context(), blocks(capped(50, "siem", "1234")))
				if err == nil {
					taken.Add(1)
				} else if _, full := errors.AsType[*store.FullError](err); !full {
					b.Errorf("putting into a small queue: %v", err)
				}
			}
		})
		b.counts("siem", taken.Load(), 5*taken.Load(), 0)
		if taken.Load() != 10 {
			b.Errorf("a queue of 50 bytes took %d events of 5, want 10", taken.Load())
		}
	}},
	{"race/no update of a rider is lost", func(b *bench) {
		var won atomic.Int64
		together(writers, func(int) {
			for range rounds {
				r, err := b.s.Rider(b.Context(), "requests/h")
				if err != nil {
					b.Errorf("reading the rider: %v", err)
					return
				}
				runtime.Gosched() // let others overtake
				c := rides("requests/h", r.Revision, string(r.Value)+"+")
				if b.won(c) {
					won.Add(1)
				}
			}
		})
		r, err := b.s.Rider(b.Context(), "requests/h")
		if err != nil || int64(len(r.Value)) != won.Load() || int64(r.Revision) != won.Load() || won.Load() == 0 {
			b.Errorf("after %d updates that were acknowledged the rider has %d at revision %d, %v", won.Load(), len(r.Value), r.Revision, err)
		}
	}},
	{"race/no settle is lost", func(b *bench) {
		var won atomic.Int64
		together(writers, func(int) {
			for range rounds {
				lane, err := b.s.Lane(b.Context(), "siem")
				if err != nil {
					b.Errorf("reading the lane: %v", err)
					return
				}
				s := store.Settle{Lane: "siem", Revision: lane.Record.Revision, Record: lane.Record}
				s.Record.Epoch++
				runtime.Gosched()
				c := store.Change{Settles: []store.Settle{s}}
				if b.won(c) {
					won.Add(1)
				}
			}
		})
		if r := b.lane("siem").Record; int64(r.Epoch) != won.Load() || int64(r.Revision) != won.Load() || won.Load() == 0 {
			b.Errorf("after %d settles that were acknowledged the record is %+v", won.Load(), r)
		}
	}},
	{"race/one leader", func(b *bench) {
		var leading, led atomic.Int64
		together(writers, func(int) {
			for range rounds {
				l, err := b.s.Lead(b.Context(), "siem")
				if errors.Is(err, store.ErrBusy) {
					continue
				}
				if err != nil {
					b.Errorf("leading: %v", err)
					return
				}
				if n := leading.Add(1); n != 1 {
					b.Errorf("%d lead the lane at once", n)
				}
				led.Add(1)
				runtime.Gosched()
				leading.Add(-1)
				if err := l.Release(); err != nil {
					b.Errorf("releasing: %v", err)
				}
			}
		})
		if led.Load() == 0 {
			b.Errorf("of many who tried to lead nobody did")
		}
	}},
	{"race/one change committed by many is done once", func(b *bench) {
		c := everything()
		c.ID = "one"
		together(writers, func(int) {
			if _, err := b.s.Commit(b.Context(), c); err != nil {
				b.Errorf("committing what others commit too: %v", err)
			}
		})
		b.holds("siem", "1:one 2:two")
		b.rider("cursors/f", 1, "12")
	}},
}
