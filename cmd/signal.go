package cmd

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"github.com/wnotify/wnotify/cmd/ui"
)

// StoppedError is the cause of a context that a signal ended.
type StoppedError struct {
	Signal syscall.Signal

	at *cobra.Command // that was stopped
}

func (e *StoppedError) Error() string { return "stopped by " + e.name() }

func (e *StoppedError) name() string {
	if e.Signal == syscall.SIGTERM {
		return "SIGTERM"
	}
	return "SIGINT"
}

// sameStop is how soon after a signal the same one again is still that stop:
// timeout(1) and systemd send it to the process and then to its group. A person
// cannot press twice so fast.
const sameStop = 100 * time.Millisecond

// withSignals returns a context that SIGINT or SIGTERM end with a
// [StoppedError]; a second one ends the process. A signal that was ignored when
// we started (nohup, a background job of a shell) stays ignored. SIGPIPE never
// kills: what was accepted is settled even if nobody listens any more.
func withSignals(ctx context.Context, say *ui.Stream, exit func(int)) (context.Context, func()) {
	// Taken, not ignored: programs we start (an editor) must not inherit it.
	pipe := make(chan os.Signal, 1)
	signal.Notify(pipe, syscall.SIGPIPE)
	ctx, cancel := context.WithCancelCause(ctx)
	arrived := make(chan os.Signal, 2)
	for _, s := range []os.Signal{syscall.SIGINT, syscall.SIGTERM} {
		if !signal.Ignored(s) {
			signal.Notify(arrived, s)
		}
	}
	done := make(chan struct{})
	go attend(arrived, done, exit, func(stop syscall.Signal) {
		if say.Terminal {
			fmt.Fprintln(say, "stopping; once more ends it at once")
		}
		cancel(&StoppedError{Signal: stop})
	})
	return ctx, func() {
		signal.Stop(arrived)
		signal.Stop(pipe)
		close(done)
		cancel(nil)
	}
}

// attend calls stop with the first signal that arrives, and exit with the code
// of the next, until done is closed.
func attend(arrived <-chan os.Signal, done <-chan struct{}, exit func(int), stop func(syscall.Signal)) {
	stopped := false
	var same os.Signal // as the first one, while it is no other stop
	var over <-chan time.Time
	for {
		select {
		case <-done:
			return
		case <-over:
			same = nil
		case s := <-arrived:
			number, _ := s.(syscall.Signal)
			switch {
			case !stopped:
				stopped, same, over = true, s, time.After(sameStop)
				stop(number)
			case s != same:
				exit(signalled + int(number))
				return
			}
		}
	}
}

// explainStop adds the signal that was the reason for a "context canceled".
func explainStop(ctx context.Context, err error) error {
	stopped, ok := errors.AsType[*StoppedError](context.Cause(ctx))
	if !ok || !errors.Is(err, context.Canceled) {
		return err
	}
	return errors.Join(stopped, err)
}
