package dispatch

import (
	"context"
	"fmt"
	"testing"
	"testing/synctest"
	"time"
	"unsafe"

	"github.com/wnotify/wnotify/dispatch/collector"
	"github.com/wnotify/wnotify/retry"
	"github.com/wnotify/wnotify/store"
	"github.com/wnotify/wnotify/store/memory"
)

// jump makes queue "a" look as if the clock had been put forward by so much since
// it was written, or back if that is negative.
func jump(t *testing.T, s store.Store, by time.Duration) {
	t.Helper()
	rec := clone(laneOf(t, s, "a").Record)
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
	if _, err := s.Commit(t.Context(), store.Change{Settles: []store.Settle{{Lane: "a", Revision: rec.Revision, Record: rec}}}); err != nil {
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
		jump(t, s, by)
		jumped = true
	}
	done := make(chan error)
	go func() {
		_, err := dispatcher(process(s), f, set).Flush(t.Context(), nil, Wait{Drain: true})
		done <- err
	}()
	time.Sleep(25 * time.Second) // it waits 10 s, after the fourth or fifth failure
	if !jumped {
		jump(t, s, by)
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
				jump(t, s, by)
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

// A clock that was ahead for a while, and is set right again in the middle of a
// run or between runs, leaves its failures in the window for as long as those of
// now, and no longer.
func TestFailuresOfAClockThatWasAhead(t *testing.T) {
	for _, ahead := range []time.Duration{10 * time.Minute, time.Hour, 11 * time.Hour} {
		t.Run(ahead.String(), func(t *testing.T) {
			p := Policy{Schedule: retry.Default(), Repeat: true, Disable: settingsFor().AutoDisable}
			rec := store.Record{Pieces: []store.Piece{{Key: "done", First: 1, Last: 1, Events: 1}, {Key: "k", First: 2, Last: 2, Events: 1}}}
			fail := func(at time.Time) (tripped bool) {
				v := p.Judge(rec, "k", status(500), at)
				rec = v.Record
				return v.Tripped
			}
			for i := range 19 {
				fail(noon.Add(ahead + time.Duration(i)*time.Second))
			}
			rec = p.Judge(rec, "done", status(200), noon).Record
			if requests, failures := WindowSum(rec.Window, p.Disable.Policy, noon); requests != 20 || failures != 19 {
				t.Errorf("%d of %d: what was counted ahead is not forgotten", failures, requests)
			}
			if later := noon.Add(12*time.Hour + retry.Slot); fail(later) {
				t.Errorf("disabled for one failure in 12 hours: %+v", rec.Window)
			}
		})
	}
}

// The clock goes back and forth between runs, each of which tries once what is
// due: not more often than it jumps back, and nothing is disabled or dies of it.
func TestClockThatGoesBackAndForth(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := memory.New()
		f := &fakes{answer: func(context.Context, sent) collector.Reply { return status(503) }}
		put(t, s, 1, 1, "a")
		d := dispatcher(process(s), f, settingsFor("a"))
		const back = 2
		for range back {
			for _, by := range []time.Duration{time.Hour, -time.Hour} {
				for range 10 { // cron, which comes each second here
					if _, err := d.Flush(t.Context(), nil, Wait{}); err != nil {
						t.Fatal(err)
					}
					time.Sleep(time.Second)
				}
				jump(t, s, by)
			}
		}
		end := time.Since(f.to("a")[0].at)
		scheduled := 1
		for at := time.Duration(0); scheduled <= len(published); scheduled++ {
			if at += time.Duration(published[scheduled-1]) * time.Second; at > end {
				break
			}
		}
		if n := len(f.to("a")); n > scheduled+2*back {
			t.Errorf("%d attempts in %v, the schedule has %d and the clock jumped %d times", n, end, scheduled, 2*back)
		}
		if rec := laneOf(t, s, "a").Record; rec.Tripped != nil || rec.Dead > 0 {
			t.Errorf("%+v", rec)
		}
	})
}

// asleep is a moment so long after another one, which the machine slept through:
// the monotonic clock stood still, the one on the wall did not.
func asleep(t time.Time, d time.Duration) time.Time {
	t = t.Add(d)
	(*struct { // time.Time, of which only this can be set from nowhere else
		wall uint64
		ext  int64
		loc  *time.Location
	})(unsafe.Pointer(&t)).ext -= int64(d)
	return t
}

// A wait is over when the machine wakes up late (G02), and the lane looks each
// minute.
func TestWaitIsOverAfterASleep(t *testing.T) {
	now := time.Now()
	woken := asleep(now, 8*time.Hour)
	if woken.Sub(now) != 0 || woken.Round(0).Sub(now.Round(0)) != 8*time.Hour {
		t.Fatalf("the clocks did not part: %v after %v", woken, now)
	}
	p := store.Piece{NotBefore: now.Add(25 * time.Minute), Wait: 30 * time.Minute}
	if due := Due(p, woken); due.After(woken) {
		t.Errorf("after 8 hours of sleep it waits until %v", due)
	}
	if due := Due(p, asleep(now, 5*time.Minute)); !due.Equal(p.NotBefore) {
		t.Errorf("after 5 minutes of sleep it is due at %v, want %v", due, p.NotBefore)
	}
	synctest.Test(t, func(t *testing.T) {
		begun := time.Now()
		l := &lane{run: &run{wait: Wait{Follow: true}}, kick: make(chan struct{}, 1)}
		if err := l.await(t.Context(), begun.Add(30*time.Minute)); err != nil || time.Since(begun) > time.Minute {
			t.Errorf("it looked after %v: %v", time.Since(begun), err)
		}
	})
}
