package dispatch

import (
	"context"
	"slices"
	"sync"
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
	meeting *meeting
}

// meeting is where runs tell each other what they lead.
type meeting struct {
	mu    sync.Mutex
	peers []store.Peer
}

func (m *meeting) tell(own store.Peer) []store.Peer {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.peers = slices.DeleteFunc(m.peers, func(p store.Peer) bool { return p.Run == own.Run })
	if len(own.Leads)+len(own.Asks) > 0 {
		m.peers = append(m.peers, own)
	}
	return slices.Clone(m.peers)
}

// loads are how many lanes each leads, the fewest first.
func (m *meeting) loads() (loads []int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, p := range m.peers {
		loads = append(loads, len(p.Leads))
	}
	slices.Sort(loads)
	return loads
}

func (m many) Host() string                                       { return "here" }
func (m many) Leaders(context.Context) (map[string]string, error) { return nil, nil }
func (m many) Renewed(context.Context, string) (uint64, error)    { return m.renewed.Load(), nil }
func (m many) Meet(_ context.Context, own store.Peer) ([]store.Peer, error) {
	return m.meeting.tell(own), nil
}

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
		d := dispatcher(many{s.Process(), new(atomic.Uint64), new(meeting)}, f, settingsFor("a"))
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
		m := many{s.Process(), new(atomic.Uint64), new(meeting)}
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

// Runs that follow share the lanes evenly, also those where nothing is queued
// any more, and who stays takes over what another one leaves.
func TestFollowersShare(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, m := memory.New(), new(meeting)
		lanes := []string{"a", "b", "c", "d", "e", "f"}
		put(t, s, 1, 1, lanes...)
		begin := func() (end func()) {
			ctx, cancel := context.WithCancel(t.Context())
			var w sync.WaitGroup
			w.Go(func() {
				d := dispatcher(many{s.Process(), new(atomic.Uint64), m}, &fakes{}, settingsFor(lanes...))
				if _, err := d.Flush(ctx, nil, Wait{Follow: true}); err != nil {
					t.Error(err)
				}
			})
			time.Sleep(5 * time.Second)
			return func() {
				cancel()
				w.Wait()
				time.Sleep(3 * time.Second)
			}
		}
		var ends []func()
		for _, want := range [][]int{{6}, {3, 3}, {2, 2, 2}} {
			ends = append(ends, begin())
			if got := m.loads(); !slices.Equal(got, want) {
				t.Errorf("%d runs lead %v lanes, want %v", len(ends), got, want)
			}
		}
		for n, want := range [][]int{{3, 3}, {6}, nil} {
			ends[n]()
			if got := m.loads(); !slices.Equal(got, want) {
				t.Errorf("when %d have ended the others lead %v lanes, want %v", n+1, got, want)
			}
		}
	})
}
