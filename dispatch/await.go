package dispatch

import (
	"context"
	"time"
)

// await waits until a piece is due, or says that this run does not wait that
// long. It wakes each minute: after a sleep of the machine timers are late.
func (l *lane) await(ctx context.Context, due time.Time) error {
	if end, ok := l.deadline(); ok && due.After(end) {
		return errLeave
	}
	if soon := time.Now().Add(time.Minute); soon.Before(due) {
		due = soon
	}
	l.sleep(ctx, due)
	return nil
}

// allowed reports whether an attempt may start: not after the end of --wait,
// except while requests succeed.
func (l *lane) allowed(now time.Time) bool {
	end, ok := l.deadline()
	return !ok || !now.After(end) || l.healthy || l.wait.For == 0 && !l.tried
}

// sleep waits until a time, a kick, or the end of the run.
func (l *lane) sleep(ctx context.Context, until time.Time) {
	wait := time.Until(until)
	if wait <= 0 {
		return
	}
	t := time.NewTimer(wait)
	defer t.Stop()
	select {
	case <-t.C:
	case <-l.kick:
	case <-ctx.Done():
	}
}
