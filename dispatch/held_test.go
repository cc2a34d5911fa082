package dispatch

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rs/zerolog"

	"github.com/wnotify/wnotify/dispatch/collector"
	"github.com/wnotify/wnotify/store/memory"
)

// TestAMendedFileIsTakenUp: a run that stays delivers within 5 s of the moment
// in which the file that held an integration can be used, though nobody queues
// anything; why it waits is told once.
func TestAMendedFileIsTakenUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := memory.New()
		mended := time.Now().Add(time.Minute)
		f := &fakes{answer: func(context.Context, sent) collector.Reply {
			if time.Now().Before(mended) {
				return collector.Reply{Cause: collector.Local, Err: errors.New("cannot read the token")}
			}
			return collector.Reply{Status: 200}
		}}
		put(t, s, 1, 1, "a")
		put(t, s, 2, 1, "b")
		d := dispatcher(s, f, settingsFor("a"))
		var said bytes.Buffer
		d.Log = zerolog.New(&said)
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan Summary)
		go func() {
			sum, err := d.Flush(ctx, nil, Wait{Follow: true})
			if err != nil && !errors.Is(err, ErrStopped) && !errors.Is(err, context.Canceled) {
				t.Error(err)
			}
			done <- sum
		}()
		time.Sleep(time.Minute + 5*time.Second)
		synctest.Wait()
		if l := laneOf(t, s, "a"); l.Events > 0 || l.Record.Window[0].Failures > 0 {
			t.Errorf("%d events wait, and the record is %+v", l.Events, l.Record)
		}
		cancel()
		if sum := <-done; len(sum.Problems()) > 0 {
			t.Errorf("problems that are over: %v", sum.Problems())
		}
		if n := strings.Count(said.String(), "cannot read the token"); n != 1 {
			t.Errorf("it was told %d times:\n%s", n, said.String())
		}
		if n := len(f.to("a")); n > 40 {
			t.Errorf("%d times were too many", n)
		}
	})
}
