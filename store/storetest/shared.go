package storetest

import (
	"context"
	"fmt"
	"testing"

	"github.com/wnotify/wnotify/store"
)

// Shared holds several handles on one state to the contract, as several
// processes have them. open makes an empty state and returns what opens a handle
// on it; the suite closes the handles. A state outlives them: for a while, none
// may be open.
func Shared(t *testing.T, open func(t *testing.T) func() store.Store) {
	t.Helper()
	for _, c := range sharedChecks {
		t.Run(c.name, func(t *testing.T) {
			runShared(t, c, open(t))
		})
	}
}

type sharedCheck struct {
	name string
	run  func(open func() *bench, shut func(*bench))
}

func runShared(t T, c sharedCheck, open func() store.Store) {
	opened := map[*bench]bool{}
	shut := func(b *bench) {
		delete(opened, b)
		if err := b.s.Close(); err != nil {
			t.Errorf("closing a handle: %v", err)
		}
	}
	defer func() {
		for b := range opened {
			shut(b)
		}
	}()
	c.run(func() *bench {
		b := &bench{T: t, s: open()}
		opened[b] = true
		return b
	}, shut)
}

var sharedChecks = []sharedCheck{
	{"shared/each sees what the others commit", func(open func() *bench, _ func(*bench)) {
		one, two := open(), open()
		if one.install() != two.install() || one.install() == "" {
			one.Errorf("two handles on one state say install %q and %q", one.install(), two.install())
		}
		one.busy("siem")
		two.put("siem", "d")
		one.commit(rides("cursors/f", 0, "1"))
		two.rider("cursors/f", 1, "1")
		two.commit(rides("cursors/f", 1, "2"))
		one.conflict(rides("cursors/f", 1, "3"), "rider cursors/f")
		one.advance("siem", 2)
		two.holds("siem", "3:c 4:d")
		two.unchanged("looking with another handle", one.state())
	}},
	{"shared/a settle fences the others", func(open func() *bench, _ func(*bench)) {
		one, two := open(), open()
		one.put("siem", "a", "b")
		stale := two.computed("siem", func(s *store.Settle) { s.Record.Through = 2 })
		one.advance("siem", 1)
		two.conflict(store.Change{Settles: []store.Settle{stale}}, "lane siem")
		two.holds("siem", "2:b")
	}},
	{"shared/a change wakes the others", func(open func() *bench, _ func(*bench)) {
		one, two := open(), open()
		mark := two.mark()
		ctx, cancel := context.WithTimeout(two.Context(), patience)
		defer cancel()
		woken := make(chan error)
		go func() {
			_, err := two.s.Changed(ctx, mark)
			woken <- err
		}()
		one.put("siem", "a")
		if err := <-woken; err != nil {
			two.Errorf("waiting for a change by another handle got %v", err)
		}
	}},
	{"shared/one leader among all", func(open func() *bench, _ func(*bench)) {
		one, two, three := open(), open(), open()
		l := one.lead("siem")
		two.led("siem")
		file := two.lead("file/1")
		one.led("file/1")
		one.release(l)
		three.release(three.lead("siem"))
		three.led("file/1")
		two.release(file)
		three.release(three.lead("file/1"))
	}},
	{"shared/a repeat is known to the others", func(open func() *bench, _ func(*bench)) {
		one, two := open(), open()
		c := everything()
		c.ID = "all"
		one.commit(c)
		two.again(c)
	}},
	{"shared/outlives every handle", func(open func() *bench, shut func(*bench)) {
		one := open()
		one.three()
		c := everything()
		c.ID, c.Riders = "all", nil
		c.Blocks[0].Seal = &store.Seal{Key: "sealed", Format: "ndjson"}
		one.commit(c)
		one.aside("siem", 2, store.Span{First: 1, Last: 1})
		install, before := one.install(), one.state()
		shut(one)

		two := open()
		if got := two.install(); got != install {
			two.Errorf("the install is %q, and was %q before the state was opened again", got, install)
		}
		two.unchanged("closing and opening", before)
		two.again(c)
		two.put("siem", "next")
		two.holds("siem", "1:one 3:next")
	}},
	{"shared/a closed handle refuses", func(open func() *bench, shut func(*bench)) {
		one, two := open(), open()
		two.put("siem", "a")
		shut(two)
		if _, err := two.s.Commit(two.Context(), blocks(block("siem", "b"))); err == nil {
			two.Errorf("a closed handle takes a change")
		}
		if _, err := two.s.Read(two.Context(), "siem", 1, store.Limit{}); err == nil {
			two.Errorf("a closed handle reads")
		}
		one.holds("siem", "1:a")
	}},
	{"shared/many writers", func(open func() *bench, _ func(*bench)) {
		handles := []*bench{open(), open(), open()}
		together(len(handles), func(w int) {
			for i := range rounds {
				c := blocks(block("all", fmt.Sprintf("w%d-%d-a", w, i), fmt.Sprintf("w%d-%d-b", w, i)))
				if _, err := handles[w].s.Commit(handles[w].Context(), c); err != nil {
					handles[w].Errorf("writer %d, round %d: %v", w, i, err)
				}
			}
		})
		for _, b := range handles {
			b.merged(b.read("all", 1, store.Limit{}), 2*len(handles)*rounds)
		}
	}},
}
