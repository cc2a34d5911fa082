package memory_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/wnotify/wnotify/store"
	"github.com/wnotify/wnotify/store/memory"
)

func put(lane, lines string, count int) store.Change {
	return store.Change{Blocks: []store.Block{{Lanes: []store.Target{{Lane: lane}}, Count: count, Data: []byte(lines)}}}
}

// TestProcesses shows that handles share the state and not the leases.
func TestProcesses(t *testing.T) {
	ctx := t.Context()
	a := memory.New()
	b := a.Process()
	one, _ := a.Install(ctx)
	if two, _ := b.Install(ctx); one != two {
		t.Error("two processes on one state see two install IDs")
	}
	if _, err := a.Commit(ctx, put("siem", "x\n", 1)); err != nil {
		t.Fatal(err)
	}
	if lane, err := b.Lane(ctx, "siem"); err != nil || lane.Events != 1 {
		t.Errorf("the other process sees %d events, %v; want 1", lane.Events, err)
	}
	old, err := a.Lead(ctx, "siem")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := b.Lead(ctx, "siem"); !errors.Is(err, store.ErrBusy) {
		t.Errorf("leading a led lane: %v, want ErrBusy", err)
	}
	a.Crash()
	if _, err := a.Lane(ctx, "siem"); !errors.Is(err, memory.ErrClosed) {
		t.Errorf("a call after a crash: %v, want ErrClosed", err)
	}
	if _, err := b.Lead(ctx, "siem"); err != nil {
		t.Errorf("the lease of a crashed process is not free: %v", err)
	}
	if err := old.Release(); err != nil {
		t.Error(err)
	}
	if _, err := b.Lead(ctx, "siem"); !errors.Is(err, store.ErrBusy) {
		t.Errorf("the dead process released the lease of another one: %v", err)
	}
}

// TestSeize shows how a lease is lost.
func TestSeize(t *testing.T) {
	s := memory.New()
	if s.Seize("siem") {
		t.Error("seized what nobody held")
	}
	l, err := s.Lead(t.Context(), "siem")
	if err != nil {
		t.Fatal(err)
	}
	select {
	case <-l.Lost():
		t.Error("lost before it was seized")
	default:
	}
	if !s.Seize("siem") {
		t.Error("seized nothing")
	}
	<-l.Lost()
	if _, err := s.Lead(t.Context(), "siem"); err != nil {
		t.Errorf("a seized lane is not free: %v", err)
	}
}

// TestFail shows a fault before a change and one after it.
func TestFail(t *testing.T) {
	s := memory.New()
	broken := errors.New("broken")
	at := "commit"
	s.Fail(func(op string) error {
		if op == at {
			return broken
		}
		return nil
	})
	for _, c := range []struct {
		at     string
		events int64
	}{{"commit", 0}, {"committed", 1}} {
		at = c.at
		if _, err := s.Commit(t.Context(), put("siem", "x\n", 1)); !errors.Is(err, broken) {
			t.Errorf("failing at %s: %v, want %v", c.at, err, broken)
		}
		if lane, _ := s.Lane(t.Context(), "siem"); lane.Events != c.events {
			t.Errorf("failing at %s left %d events, want %d", c.at, lane.Events, c.events)
		}
	}
	s.Fail(nil)
	if _, err := s.Commit(t.Context(), put("siem", "x\n", 1)); err != nil {
		t.Errorf("after the faults: %v", err)
	}
}

// TestSenseless shows the changes that are refused as mistakes.
func TestSenseless(t *testing.T) {
	s := memory.New()
	for name, c := range map[string]store.Change{
		"count":      put("siem", "x\n", 2),
		"empty":      put("siem", "", 0),
		"no newline": put("siem", "x\ny", 1),
		"slash":      put("file/1", "x\n", 1),
		"no lane":    {Blocks: []store.Block{{Count: 1, Data: []byte("x\n")}}},
		"twice": {Blocks: []store.Block{{
			Lanes: []store.Target{{Lane: "a"}, {Lane: "a"}}, Count: 1, Data: []byte("x\n"),
		}}},
	} {
		if _, err := s.Commit(t.Context(), c); err == nil {
			t.Errorf("%s: the change was taken", name)
		}
	}
}

// TestBubble shows that waiting works in a bubble: time passes only while
// everybody is durably blocked.
func TestBubble(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := memory.New()
		mark, err := s.Changed(t.Context(), 0)
		if err != nil {
			t.Fatal(err)
		}
		go func() {
			time.Sleep(time.Hour)
			s.Commit(t.Context(), put("siem", "x\n", 1))
		}()
		start := time.Now()
		next, err := s.Changed(t.Context(), mark)
		if err != nil || next == mark || time.Since(start) != time.Hour {
			t.Errorf("Changed returned %d, %v after %s; want a new mark after 1h", next, err, time.Since(start))
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		if _, err := s.Changed(ctx, next); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("Changed without a change: %v, want the deadline", err)
		}
		go func() {
			time.Sleep(time.Second)
			s.Crash()
		}()
		if _, err := s.Changed(t.Context(), next); !errors.Is(err, memory.ErrClosed) {
			t.Errorf("Changed while the handle is closed: %v, want ErrClosed", err)
		}
	})
}
