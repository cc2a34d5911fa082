package bolt_test

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/wnotify/wnotify/store"
)

func block(lane string, text string) store.Block {
	n := 0
	for _, c := range text {
		if c == '\n' {
			n++
		}
	}
	return store.Block{Lanes: []store.Target{{Lane: lane}}, Count: n, Data: []byte(text), Put: time.Unix(1700000000, 0).UTC()}
}

func TestSmoke(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "s")
	a, b := open(t, dir), open(t, dir)
	ctx := t.Context()
	l, err := a.Lane(ctx, "x")
	t.Log(l, err)
	r, err := a.Commit(ctx, store.Change{ID: "1", Blocks: []store.Block{block("x", "a\nb\nc\n")}})
	t.Log(r, err)
	r, err = b.Commit(ctx, store.Change{ID: "1", Blocks: []store.Block{block("x", "a\nb\nc\n")}})
	t.Log(r, err)
	r, err = b.Commit(ctx, store.Change{ID: "2", Blocks: []store.Block{block("x", "d\ne\n")}})
	t.Log(r, err)
	runs, err := a.Read(ctx, "x", 2, store.Limit{Events: 3})
	t.Logf("%+v %v", runs, err)
	r, err = a.Commit(ctx, store.Change{ID: "3", Settles: []store.Settle{{Lane: "x", Record: store.Record{Through: 3, Delivered: 3, GoneBytes: 6}, Attempts: []store.Attempt{{At: time.Now(), Outcome: "delivered"}}}}})
	t.Log(r, err)
	runs, err = b.Read(ctx, "x", 1, store.Limit{})
	t.Logf("%+v %v", runs, err)
	l, err = b.Lane(ctx, "x")
	t.Logf("%+v %v", l, err)
	t.Log(a.Install() == b.Install())
}
