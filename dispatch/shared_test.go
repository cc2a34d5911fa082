package dispatch

import (
	"context"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/wnotify/wnotify/store"
	"github.com/wnotify/wnotify/store/memory"
)

// many is an engine that hosts share.
type many struct {
	store.Store

	renewed *atomic.Uint64
}

func (m many) Host() string                                       { return "here" }
func (m many) Leaders(context.Context) (map[string]string, error) { return nil, nil }
func (m many) Renewed(context.Context, string) (uint64, error)    { return m.renewed.Load(), nil }

// promisedBy makes a lane with an event that its leader has promised to take.
func promisedBy(t *testing.T, s store.Store) {
	t.Helper()
	if _, err := s.Lead(t.Context(), "a"); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Commit(t.Context(), store.Change{Settles: []store.Settle{{
		Lane: "a", Record: store.Record{ID: "id", Epoch: 1, Promise: true},
	}}}); err != nil {
		t.Fatal(err)
	}
	put(t, s, 1, 1, "a")
}

// The promise of a host that died keeps nobody from delivering once its lease
// has ended.
func TestThePromiseOfTheDead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := memory.New()
		promisedBy(t, s)
		f := &fakes{}
		time.AfterFunc(15*time.Second, func() { s.Seize("a") })
		d := dispatcher(many{s.Process(), new(atomic.Uint64)}, f, settingsFor("a"))
		if _, err := d.Flush(t.Context(), nil, Wait{Drain: true}); err != nil {
			t.Fatal(err)
		}
		if n := len(f.to("a")); n != 1 {
			t.Errorf("%d requests, want 1", n)
		}
	})
}

// That of a host that lives does, as soon as it is known to live.
func TestThePromiseOfTheLiving(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := memory.New()
		promisedBy(t, s)
		f := &fakes{}
		m := many{s.Process(), new(atomic.Uint64)}
		m.renewed.Store(7)
		time.AfterFunc(4*time.Second, func() { m.renewed.Store(8) })
		begun := time.Now()
		if _, err := dispatcher(m, f, settingsFor("a")).Flush(t.Context(), nil, Wait{Drain: true}); err != nil {
			t.Fatal(err)
		}
		if took := time.Since(begun); took < 4*time.Second || took > 5*time.Second || len(f.to("a")) != 0 {
			t.Errorf("it stayed for %s and made %d requests", took, len(f.to("a")))
		}
	})
}
