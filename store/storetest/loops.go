package storetest

import (
	"context"
	"errors"
	"iter"
	"time"

	"github.com/wnotify/wnotify/store"
)

// loops are the iterators of a store, over what busy leaves, with the number of
// things in each. touch is called in the body of the loop; it ends the loop by
// returning false.
func (b *bench) loops(ctx context.Context, touch func() bool) map[string]func() (int, error) {
	return map[string]func() (int, error){
		"Riders":  func() (int, error) { return count(b.s.Riders(ctx, ""), touch) },
		"Letters": func() (int, error) { return count(b.s.Letters(ctx, ""), touch) },
		"Rejects": func() (int, error) { return count(b.s.Rejects(ctx), touch) },
		"History": func() (int, error) { return count(b.s.History(ctx, "siem", time.Time{}), touch) },
		"Slots":   func() (int, error) { return count(b.s.Slots(ctx, "siem", time.Time{}), touch) },
	}
}

func count[V any](seq iter.Seq2[V, error], touch func() bool) (n int, err error) {
	for _, err := range seq {
		if err != nil {
			return n, err
		}
		n++
		if !touch() {
			break
		}
	}
	return n, nil
}

// three puts three things into whatever can be looped over.
func (b *bench) three() {
	b.Helper()
	b.tried("siem", 0, attempt(1, "retry"), attempt(11, "retry"), attempt(21, "retry"))
	for i, id := range []string{"a", "b", "c"} {
		c := rides(id, 0, "v")
		c.Letters = []store.Letter{letter(id, "siem", i)}
		c.Rejects = []store.Reject{reject(id, i, 5)}
		b.commit(c)
	}
}

var loopChecks = []check{
	{"loop/may end early and be repeated", func(b *bench) {
		b.three()
		before := b.state()
		for name, loop := range b.loops(b.Context(), func() bool { return false }) {
			for range 2 {
				if n, err := loop(); n != 1 || err != nil {
					b.Errorf("a loop over %s that ends at once saw %d, %v", name, n, err)
				}
			}
		}
		b.put("soc", "x")
		b.commit(store.Change{Remove: []string{"soc"}})
		b.unchanged("loops that ended early", before)
		for name, loop := range b.loops(b.Context(), func() bool { return true }) {
			if n, err := loop(); n != 3 || err != nil {
				b.Errorf("a whole loop over %s saw %d, %v; want 3", name, n, err)
			}
		}
	}},
	{"loop/its body may change the store", func(b *bench) {
		// "dead drop --all" is such a loop. An engine that keeps a lock or a
		// transaction between two steps stands still here.
		b.three()
		ctx, cancel := context.WithTimeout(b.Context(), patience)
		defer cancel()
		for name, loop := range b.loops(ctx, func() bool {
			_, err := b.s.Commit(ctx, blocks(block("soc", "x")))
			if err == nil {
				_, err = b.s.Read(ctx, "soc", 1, store.Limit{Events: 1})
			}
			return err == nil
		}) {
			done := make(chan struct{})
			var n int
			var err error
			go func() {
				defer close(done)
				n, err = loop()
			}()
			select {
			case <-done:
				if n != 3 || err != nil {
					b.Errorf("a loop over %s with changes in its body saw %d, %v; want 3", name, n, err)
				}
			case <-time.After(2 * patience):
				b.Fatalf("a loop over %s with changes in its body stands still", name)
			}
		}
	}},
	{"loop/says that its context has ended", func(b *bench) {
		b.three()
		ctx, cancel := context.WithCancel(b.Context())
		cancel()
		for name, loop := range b.loops(ctx, func() bool { return true }) {
			if _, err := loop(); !errors.Is(err, context.Canceled) {
				b.Errorf("a loop over %s without a context got %v, want that it was canceled", name, err)
			}
		}
	}},
}
