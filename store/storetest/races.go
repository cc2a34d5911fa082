package storetest

import (
	"errors"
	"fmt"
	"runtime"
	"strings"
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

// follow reads a lane as it grows, until it has seen so many events. It runs in
// a goroutine, so it must not end the check.
func (b *bench) follow(lane string, total int) (seen []string) {
	var mark store.Mark
	for len(seen) < total {
		var err error
		if mark, err = b.s.Changed(b.Context(), mark); err != nil {
			b.Errorf("the reader waited behind event %d and got %v", len(seen), err)
			return seen
		}
		for more := true; more; {
			next := uint64(len(seen)) + 1
			runs, err := b.s.Read(b.Context(), lane, next, store.Limit{Events: 7})
			if err != nil {
				b.Errorf("the reader got %v", err)
				return seen
			}
			lines, err := flat(runs, next)
			if err != nil || len(lines) > 0 && !strings.HasPrefix(lines[0], fmt.Sprint(next, ":")) {
				b.Errorf("behind event %d the reader got %s, %v", len(seen), brief(lines), err)
				return seen
			}
			seen = append(seen, lines...)
			more = len(lines) > 0
		}
	}
	return seen
}

// won commits a change that others may have overtaken, and says whether it was
// applied. Under a weak engine a conflict may follow a part that was applied;
// these changes have one part.
func (b *bench) won(c store.Change) bool {
	_, err := b.s.Commit(b.Context(), c)
	var conflict *store.ConflictError
	if err != nil && !errors.As(err, &conflict) {
		b.Errorf("committing in a race: %v", err)
	}
	return err == nil
}

// merged checks that a lane holds so many events, numbered without holes, each
// once, and those of a writer in its order.
func (b *bench) merged(lines []string, want int) {
	b.Helper()
	if len(lines) != want {
		b.Errorf("the lane has %d events, want %d", len(lines), want)
	}
	last := map[string]string{}
	for i, line := range lines {
		number, text, _ := strings.Cut(line, ":")
		if number != fmt.Sprint(i+1) {
			b.Fatalf("event %d of the lane has number %s", i+1, number)
		}
		var w, round int
		var part rune
		if _, err := fmt.Sscanf(text, "w%d-%d-%c", &w, &round, &part); err != nil {
			b.Fatalf("event %s was not put by anybody", line)
		}
		writer, place := fmt.Sprint(w), fmt.Sprintf("%06d%c", round, part)
		if place <= last[writer] {
			b.Errorf("event %s comes after %s of the same writer", line, last[writer])
		}
		last[writer] = place
	}
}
