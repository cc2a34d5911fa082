package bolt_test

import (
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"testing"

	"github.com/wnotify/wnotify/store"
	"github.com/wnotify/wnotify/store/bolt"
)

func TestGroupFencesEachChange(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "s")
	s := open(t, dir)
	ctx := t.Context()
	if _, err := s.Commit(ctx, store.Change{ID: "first", Riders: []store.Rider{{Key: "k", Value: []byte("1")}}}); err != nil {
		t.Fatal(err)
	}
	let := bolt.Hold(t, s)
	before := bolt.Commits(t, s)
	capped := block("x\n", "full")
	capped.Lanes[0].Cap = 1
	changes := []store.Change{
		{Blocks: []store.Block{block("a\n", "a")}, Riders: []store.Rider{{Key: "new", Value: []byte("v")}}},
		{Blocks: []store.Block{block("b\n", "a")}, Riders: []store.Rider{{Key: "k", Revision: 7, Value: []byte("v")}}},
		{Blocks: []store.Block{block("c\n", "a"), capped}},
		{ID: "first", Blocks: []store.Block{block("d\n", "a")}},
		{Blocks: []store.Block{{Lanes: []store.Target{{Lane: "a"}}, Count: 2, Data: []byte("e\n")}}},
		{Blocks: []store.Block{block("f\n", "a")}, Settles: []store.Settle{{Lane: "a", Next: 2, Record: store.Record{ID: "x"}}}},
		{Blocks: []store.Block{block("g\n", "a")}, Settles: []store.Settle{{Lane: "a", Next: 2, Revision: 1, Record: store.Record{ID: "x"}}}},
	}
	receipts, errs := make([]store.Receipt, len(changes)), make([]error, len(changes))
	var all sync.WaitGroup
	for i, c := range changes {
		all.Go(func() { receipts[i], errs[i] = s.Commit(ctx, c) })
		bolt.Waiting(s, i+1)
	}
	let()
	all.Wait()
	if n := bolt.Commits(t, s) - before; n != 1 {
		t.Errorf("%d transactions", n)
	}
	var conflict *store.ConflictError
	var full *store.FullError
	if errs[0] != nil || errs[5] != nil {
		t.Error(errs[0], errs[5])
	}
	if !errors.As(errs[1], &conflict) || conflict.Rider != "k" {
		t.Error(errs[1])
	}
	if !errors.As(errs[2], &full) || full.Room["full"] != 1 {
		t.Error(errs[2])
	}
	if errs[3] != nil || !receipts[3].Repeated {
		t.Error(receipts[3], errs[3])
	}
	if errs[4] == nil {
		t.Error("a block that lies about its events was taken")
	}
	if !errors.As(errs[6], &conflict) || conflict.Lane != "a" {
		t.Error(errs[6])
	}
	runs, err := s.Read(ctx, "a", 1, store.Limit{})
	if err != nil || len(runs) != 2 || string(runs[0].Data)+string(runs[1].Data) != "a\nf\n" {
		t.Errorf("%v %v", runs, err)
	}
}

// What is put after such a record would never be delivered.
func TestRecordThroughWhatIsNotThereIsRefused(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "s"))
	put := []store.Block{block("1\n2\n", "a")}
	for _, c := range []struct {
		blocks  []store.Block
		through uint64
		ok      bool
	}{{nil, 1, false}, {put, 3, false}, {put, 2, true}, {nil, 3, false}, {put, 4, true}} {
		l, err := s.Lane(t.Context(), "a")
		if err != nil {
			t.Fatal(err)
		}
		r := store.Record{ID: "x", Through: c.through, Delivered: int64(c.through), GoneBytes: 2 * int64(c.through)}
		_, err = s.Commit(t.Context(), store.Change{Blocks: c.blocks, Settles: []store.Settle{{Lane: "a", Revision: l.Record.Revision, Record: r}}})
		if (err == nil) != c.ok {
			t.Errorf("through with %d: %v", c.through, err)
		}
	}
}

func TestHandlesTakeTurns(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "s")
	stores := []*bolt.Store{open(t, dir), open(t, dir), open(t, dir)}
	ctx := t.Context()
	var all sync.WaitGroup
	for i, s := range stores {
		for j := range 2 {
			all.Go(func() {
				for n := range 30 {
					text := fmt.Sprintf("%d-%d-%d\n", i, j, n)
					if _, err := s.Commit(ctx, store.Change{ID: text, Blocks: []store.Block{block(text, "a", "b", fmt.Sprint(i))}}); err != nil {
						t.Error(err)
						return
					}
				}
			})
		}
		all.Go(func() { // takes lane b away, whoever else does too
			for range 60 {
				l, err := s.Lane(ctx, "b")
				if err != nil {
					t.Error(err)
				}
				r := l.Record
				runs, err := s.Read(ctx, "b", r.Through+1, store.Limit{Events: 3})
				if err != nil {
					t.Error(err)
				}
				for _, run := range runs {
					r.Through += uint64(run.Count)
					r.Delivered += int64(run.Count)
					r.GoneBytes += int64(len(run.Data))
				}
				_, err = s.Commit(ctx, store.Change{Settles: []store.Settle{{Lane: "b", Revision: r.Revision, Record: r}}})
				var conflict *store.ConflictError
				if err != nil && !errors.As(err, &conflict) {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	l, err := stores[0].Lane(ctx, "a")
	if err != nil || l.Events != 180 {
		t.Error(l.Events, err)
	}
	if install(t, stores[0]) != install(t, stores[2]) {
		t.Error("two install IDs")
	}
}

func TestBlocksGoWithTheirLastReference(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "s")
	s := open(t, dir)
	ctx := t.Context()
	commit := func(c store.Change) {
		t.Helper()
		if _, err := s.Commit(ctx, c); err != nil {
			t.Fatal(err)
		}
	}
	blocks := func(want int) {
		t.Helper()
		if n := bolt.Blocks(t, s); n != want {
			t.Errorf("%d blocks, want %d", n, want)
		}
	}
	commit(store.Change{Blocks: []store.Block{block("1\n2\n3\n4\n5\n6\n", "a", "b", "c")}})
	commit(store.Change{Settles: []store.Settle{{Lane: "a", Record: store.Record{Through: 6, Delivered: 6, GoneBytes: 12}}}})
	blocks(1)
	commit(store.Change{Settles: []store.Settle{{Lane: "b", Drop: []store.Span{{First: 2, Last: 3}, {First: 5, Last: 5}}, Record: store.Record{Dropped: 3, GoneBytes: 6}}}})
	commit(store.Change{Remove: []string{"c"}})
	commit(store.Change{Blocks: []store.Block{block("x\ny\n", "c")}}) // the same numbers again
	blocks(2)
	commit(store.Change{Settles: []store.Settle{{Lane: "b", Revision: 1, Record: store.Record{Through: 5, Delivered: 2, Dropped: 3, GoneBytes: 10, Aside: nil}}}})
	blocks(2)
	commit(store.Change{Settles: []store.Settle{{Lane: "b", Revision: 2, Drop: []store.Span{{First: 6, Last: 99}}, Record: store.Record{Through: 5, Delivered: 2, Dropped: 4, GoneBytes: 12}}}})
	blocks(1)
	commit(store.Change{Remove: []string{"a", "b", "c", "nobody"}})
	blocks(0)
}

func TestRepeatsAreKnown(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "s"))
	for _, c := range []store.Change{
		{ID: "riders", Riders: []store.Rider{{Key: "k", Value: []byte("1")}}},
		{ID: "settle", Settles: []store.Settle{{Lane: "a", Record: store.Record{ID: "x"}}}},
		{ID: "gone", Riders: []store.Rider{{Key: "k", Revision: 1}}},
		{ID: "blocks", Blocks: []store.Block{block("x\n", "a")}},
	} {
		for i := range 3 {
			if i == 2 {
				for n := range 400 {
					if _, err := s.Commit(t.Context(), store.Change{ID: fmt.Sprint(c.ID, n), Bury: []string{"x"}}); err != nil {
						t.Fatal(err)
					}
				}
			}
			r, err := s.Commit(t.Context(), c)
			if err != nil || r.Repeated != (i > 0) {
				t.Errorf("%s, time %d: %v, %v", c.ID, i, r, err)
			}
		}
	}
}
