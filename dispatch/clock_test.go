package dispatch

import (
	"context"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/wnotify/wnotify/dispatch/collector"
	"github.com/wnotify/wnotify/retry"
	"github.com/wnotify/wnotify/store"
	"github.com/wnotify/wnotify/store/memory"
)

// jump makes a queue look as if the clock had been put forward by so much since
// it was written, or back if that is negative.
func jump(t *testing.T, s store.Store, lane string, by time.Duration) {
	t.Helper()
	rec := clone(laneOf(t, s, lane).Record)
	move := func(at *time.Time) {
		if !at.IsZero() {
			*at = at.Add(-by)
		}
	}
	for _, list := range [][]store.Piece{rec.Pieces, rec.Aside} {
		for i := range list {
			move(&list[i].NotBefore)
			move(&list[i].Created)
		}
	}
	for i := range rec.Window {
		rec.Window[i].Slot -= int64(by / time.Second)
	}
	move(&rec.LastFailure)
	move(&rec.LastSuccess)
	if _, err := s.Commit(t.Context(), store.Change{Settles: []store.Settle{{Lane: lane, Revision: rec.Revision, Record: rec}}}); err != nil {
		t.Fatal(err)
	}
}

// jumps are by hours and years, both ways.
var jumps = []time.Duration{
	-20 * 365 * 24 * time.Hour, -400 * 24 * time.Hour, -13 * time.Hour, -time.Hour, -2 * time.Minute,
	2 * time.Minute, time.Hour, 13 * time.Hour, 20 * 365 * 24 * time.Hour,
}

// The clock jumps in the middle of a wait. The wait is not longer for it, there
// is one attempt for each step of the schedule, and nothing dies early.
func TestClockJumpsDuringBackOff(t *testing.T) {
	for _, by := range jumps {
		for _, between := range []bool{false, true} {
			t.Run(fmt.Sprintf("%v between runs %v", by, between), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) { jumpDuringBackOff(t, by, between) })
			})
		}
	}
}

func jumpDuringBackOff(t *testing.T, by time.Duration, between bool) {
	s := memory.New()
	f := &fakes{answer: func(context.Context, sent) collector.Reply { return status(503) }}
	put(t, s, 1, 1, "a")
	set := settingsFor("a")
	set.AutoDisable.Enabled = false
	if between {
		if _, err := dispatcher(process(s), f, set).Flush(t.Context(), nil, Wait{For: 25 * time.Second}); err != nil {
			t.Fatal(err)
		}
	}
	jumped := false
	if between {
		jump(t, s, "a", by)
		jumped = true
	}
	done := make(chan error)
	go func() {
		_, err := dispatcher(process(s), f, set).Flush(t.Context(), nil, Wait{Drain: true})
		done <- err
	}()
	time.Sleep(25 * time.Second) // it waits 10 s, after the fourth or fifth failure
	if !jumped {
		jump(t, s, "a", by)
	}
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	got := f.to("a")
	if len(got) != 17 {
		t.Fatalf("%d attempts, want 17", len(got))
	}
	early := 0
	for i, wait := range published {
		scheduled := time.Duration(wait) * time.Second
		gap := got[i+1].at.Sub(got[i].at)
		if most := scheduled + scheduled/10 + 2*time.Second; gap > most {
			t.Errorf("wait %d took %s, the schedule says %s", i+1, gap, scheduled)
		}
		if gap < scheduled {
			early++
		}
	}
	if early > 1 {
		t.Errorf("%d attempts came early for one jump", early)
	}
}

// The clock jumps with failures in the window. Those of another age do not
// count, so a healthy integration is not disabled for them, and one that fails
// is, however the clock goes.
func TestClockJumpsInTheWindow(t *testing.T) {
	for _, by := range jumps {
		t.Run(by.String(), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := memory.New()
				fails := true
				f := &fakes{answer: func(context.Context, sent) collector.Reply {
					if fails {
						return status(500)
					}
					return status(200)
				}}
				set := settingsFor("a")
				set.Integrations[0].BatchEvents = 1
				set.Integrations[0].Schedule = retry.Schedule{} // one attempt for each
				put(t, s, 1, 19, "a")
				flush := func() {
					t.Helper()
					if _, err := dispatcher(process(s), f, set).Flush(t.Context(), nil, Wait{Drain: true}); err != nil {
						t.Fatal(err)
					}
				}
				flush()
				jump(t, s, "a", by)
				fails = false
				put(t, s, 20, 40, "a")
				flush()
				if r := laneOf(t, s, "a").Record; r.Tripped != nil || r.Delivered != 40 {
					t.Errorf("a healthy integration: tripped %+v, %d delivered", r.Tripped, r.Delivered)
				}
				fails = true
				put(t, s, 60, 120, "a")
				flush()
				if r := laneOf(t, s, "a").Record; r.Tripped == nil {
					t.Error("an integration that fails is not disabled")
				}
			})
		})
	}
}
