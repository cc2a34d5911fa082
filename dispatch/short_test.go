package dispatch

import (
	"context"
	"errors"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/wnotify/wnotify/dispatch/collector"
	"github.com/wnotify/wnotify/store/memory"
)

// A process without a descriptor left for a connection tries again every two
// seconds, as long as it waits at all. It uses no attempt, counts no failure and
// disables nothing; what was short is a problem of the run only if it lasts.
func TestShortOfDescriptors(t *testing.T) {
	for _, tc := range []struct {
		name     string
		wait     Wait
		lasts    time.Duration
		tries    int
		problems int
		ends     time.Duration
	}{
		{"for a moment", Wait{For: 30 * time.Second}, 9 * time.Second, 6, 0, 10 * time.Second},
		{"longer than it waits", Wait{For: 30 * time.Second}, time.Hour, 16, 1, 30 * time.Second},
		{"until it is empty", Wait{Drain: true}, time.Minute, 31, 0, time.Minute},
		{"without waiting", Wait{}, time.Hour, 1, 1, 0},
	} {
		t.Run(tc.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := memory.New()
				begun := time.Now()
				over := begun.Add(tc.lasts)
				f := &fakes{answer: func(context.Context, sent) collector.Reply {
					if time.Now().Before(over) {
						return collector.Reply{Cause: collector.Local, Err: &collector.ShortageError{Host: "c:443", Err: syscall.EMFILE}}
					}
					return status(200)
				}}
				set := settingsFor("a")
				set.AutoDisable.Policy.MinRequests = 1
				put(t, s, 1, 3, "a")
				sum, err := dispatcher(s, f, set).Flush(t.Context(), nil, tc.wait)
				if err != nil {
					t.Fatal(err)
				}
				if n, took := len(f.to("a")), time.Since(begun); n != tc.tries || took != tc.ends {
					t.Errorf("tried %d times in %v, want %d in %v", n, took, tc.tries, tc.ends)
				}
				local := new(LocalError)
				if p := sum.Problems(); len(p) != tc.problems || len(p) > 0 && !errors.As(p[0], &local) {
					t.Errorf("problems %v", p)
				}
				rec := laneOf(t, s, "a").Record
				if requests, failures := WindowSum(rec.Window, set.AutoDisable.Policy, time.Now()); failures != 0 || requests > 1 || rec.Tripped != nil {
					t.Errorf("%d of %d requests failed, %+v", failures, requests, rec.Tripped)
				}
				if len(rec.Pieces) > 0 && rec.Pieces[0].Attempt != 0 {
					t.Errorf("an attempt was used: %+v", rec.Pieces[0])
				}
			})
		})
	}
}
