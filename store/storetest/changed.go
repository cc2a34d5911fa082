package storetest

import (
	"context"
	"errors"

	"github.com/wnotify/wnotify/store"
)

func (b *bench) mark() store.Mark {
	b.Helper()
	return b.changed(0)
}

// changed waits for a change that has happened or is about to.
func (b *bench) changed(since store.Mark) store.Mark {
	b.Helper()
	ctx, cancel := context.WithTimeout(b.Context(), patience)
	defer cancel()
	mark, err := b.s.Changed(ctx, since)
	if err != nil {
		b.Fatalf("waiting for a change after mark %d: %v", since, err)
	}
	if mark == 0 {
		b.Errorf("the new mark is 0, which is no mark")
	}
	return mark
}

var changedChecks = []check{
	{"changed/the zero mark returns at once", func(b *bench) {
		b.mark()
		b.put("siem", "a")
		b.mark()
	}},
	{"changed/sees what was committed before it was asked", func(b *bench) {
		for _, c := range []store.Change{
			blocks(block("siem", "a")),
			rides("a", 0, "1"),
			{Settles: []store.Settle{{Lane: "siem", Record: store.Record{ID: "lane-id"}}}},
			{Letters: []store.Letter{letter("one", "siem", 1)}},
			{Bury: []string{"one"}},
			{Rejects: []store.Reject{reject("one", 1, 1)}},
			{Remove: []string{"siem"}},
		} {
			mark := b.mark()
			b.commit(c)
			b.changed(mark)
		}
	}},
	{"changed/wakes who waits", func(b *bench) {
		for range 5 {
			mark := b.mark()
			woken := make(chan error, 3)
			ctx, cancel := context.WithTimeout(b.Context(), patience)
			for range 3 {
				go func() {
					_, err := b.s.Changed(ctx, mark)
					woken <- err
				}()
			}
			b.put("siem", "a")
			for range 3 {
				if err := <-woken; err != nil {
					b.Errorf("who waited for a change got %v", err)
				}
			}
			cancel()
		}
	}},
	{"changed/waits while nothing happens", func(b *bench) {
		b.put("siem", "a")
		mark := b.mark()
		ctx, cancel := context.WithTimeout(b.Context(), patience/20)
		defer cancel()
		var err error
		turns := 0 // an engine may wake without a change, but not all the time
		for err == nil && turns < 1000 {
			mark, err = b.s.Changed(ctx, mark)
			turns++
		}
		if !errors.Is(err, context.DeadlineExceeded) {
			b.Errorf("without a change Changed returned %d times and then %v, want the deadline", turns, err)
		}
	}},
	{"changed/ends with its context", func(b *bench) {
		mark := b.mark()
		ctx, cancel := context.WithCancel(b.Context())
		ended := make(chan error, 1)
		go func() {
			var err error
			for turns := 0; err == nil && turns < 1000; turns++ {
				mark, err = b.s.Changed(ctx, mark)
			}
			ended <- err
		}()
		cancel()
		if err := <-ended; !errors.Is(err, context.Canceled) {
			b.Errorf("after its context ended Changed returned %v", err)
		}
	}},
}
