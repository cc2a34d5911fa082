package dispatch

import (
	"context"
	"testing"
	"testing/synctest"
	"time"
)

// behindBy is a run whose one lane, which flows, has so many MiB in memory.
func behindBy(ctx context.Context, mib int) *run {
	r := &run{ctx: ctx, hot: newHot(), lanes: map[string]*lane{}}
	l := &lane{run: r, name: "siem"}
	l.flows.Store(true)
	r.lanes["siem"] = l
	for i := range mib {
		b := newBlock(append(make([]byte, 1<<20-1), '\n'), nil, nil)
		r.hot.put(b, map[string]uint64{"siem": uint64(i + 1)})
	}
	return r
}

func paced(r *run, mib int) time.Duration {
	start := time.Now()
	r.pace(mib << 20)
	return time.Since(start).Round(5 * time.Millisecond)
}

// What has been accepted cannot be lost, so accepting waits only a little for a
// lane that does not move, and not at all for one that keeps up.
func TestPaceOfLanesThatStandStill(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		if r := behindBy(t.Context(), 3); paced(r, 1) != 0 {
			t.Error("it waits for a lane that keeps up")
		}
		r := behindBy(t.Context(), 12)
		if got := paced(r, 2); got != 2*paceMin {
			t.Errorf("it waits %v for a lane that stands still", got)
		}
		r.lanes["siem"].flows.Store(false)
		if got := paced(r, 2); got != 0 {
			t.Errorf("it waits %v for a lane that waits itself", got)
		}
	})
}

// A lane that moves is waited for until it has nearly caught up.
func TestPaceOfLanesThatMove(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := behindBy(t.Context(), 12)
		go func() { // 10 MiB a second
			for i := range 12 {
				time.Sleep(100 * time.Millisecond)
				r.hot.passed("siem", uint64(i+1))
				r.lanes["siem"].passed.Add(1 << 20)
			}
		}()
		r.pacer.credit = 100 * time.Millisecond
		if got := paced(r, 1); got < 850*time.Millisecond || got > 950*time.Millisecond {
			t.Errorf("after %v there are still %d MiB", got, r.hot.behind("siem")>>20)
		}
		synctest.Wait()
		time.Sleep(time.Minute)
	})
}

// A lane that nearly keeps step with the fastest is waited for before it has
// to read from disk; one that is much slower is not.
func TestPaceOfLanesBehindTheFastest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, c := range []struct {
			mib    int   // of the second lane in memory
			passed int64 // by it, when the fastest has 100
			waits  bool
		}{
			{7, 90, false}, {9, 90, true}, {9, 76, true}, {9, 74, false},
		} {
			r := behindBy(t.Context(), c.mib)
			r.lanes["siem"].passed.Store(c.passed)
			fast := &lane{run: r, name: "soc"}
			fast.flows.Store(true)
			fast.passed.Store(100)
			r.lanes["soc"] = fast
			r.pacer.seen = 100 + c.passed
			if waited := paced(r, 1) > 0; waited != c.waits {
				t.Errorf("%d MiB behind, %d %% of the fastest: waited %v", c.mib, c.passed, waited)
			}
		}
	})
}
