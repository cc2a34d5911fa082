package dispatch

import (
	"context"
	"time"

	"github.com/wnotify/wnotify/store"
)

// Hosts that share a queue and stay hear of new events at the same moment, and
// the quickest would lead every lane. So each lets the others go first, a little
// longer for every lane that it leads already.
const (
	giveWayStep = 10 * time.Millisecond
	giveWayMost = 8 // steps
)

// giveWay counts the lane as led, and waits for its turn to ask for it.
func (l *lane) giveWay(ctx context.Context) {
	led := l.led.Add(1) - 1
	if _, shared := l.Store.(store.Shared); !shared || !l.wait.Follow || led == 0 {
		return
	}
	t := time.NewTimer(giveWayStep * time.Duration(min(led, giveWayMost)))
	defer t.Stop()
	select {
	case <-t.C:
	case <-ctx.Done():
	}
}

// leaderLives reports whether who leads the lane has said so since this run first
// asked: the promise of a host that died is worth nothing, so who relies on it
// stays until it is renewed, or can be taken over.
func (l *lane) leaderLives(ctx context.Context, s store.Shared) (bool, error) {
	now, err := s.Renewed(ctx, l.name)
	if err != nil {
		return false, err
	}
	if l.heard == 0 {
		l.heard = now
	}
	return now != 0 && now != l.heard, nil
}
