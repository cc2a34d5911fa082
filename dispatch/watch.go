package dispatch

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/wnotify/wnotify/store"
)

// watch wakes waiting lanes when another process, or a person with an editor,
// may have changed something. A run that follows also takes up lanes that
// others put events into, and tells of an hour when it is over. The returned
// function ends it, also the second time.
func (r *run) watch() (stop func()) {
	ctx, cancel := context.WithCancel(r.ctx)
	var w sync.WaitGroup
	w.Go(func() {
		settings := r.Settings()
		mark, err := r.Store.Changed(ctx, 0)
		if r.follows && r.feeds {
			r.fail(r.flush(ctx))
		}
		hour, looked, met := hourOf(time.Now()), time.Now(), time.Now()
		defer r.meet() // to take leave
		for ctx.Err() == nil && (err == nil || errors.Is(err, context.DeadlineExceeded)) {
			next := time.Now().Add(poll)
			if mark, err = r.changed(ctx, mark, next); err == nil {
				r.each(func(l *lane) { l.stale.Store(true) })
			}
			if s := r.Settings(); err == nil || s != settings {
				settings = s
				r.each((*lane).wake)
				if r.follows && r.feeds {
					r.fail(r.flush(ctx))
				}
			}
			if now := time.Now(); r.staying() && now.Sub(looked) >= heldAgain {
				looked = now
				r.tryHeld()
			}
			if now := time.Now(); now.Sub(met) >= meetEvery {
				met = now
				r.meet()
			}
			if now := hourOf(time.Now()); r.follows && now != hour {
				hour = now
				r.fail(r.queueHours(time.Now()))
			}
			pause(ctx, time.Until(next))
		}
		if r.follows && ctx.Err() == nil {
			r.fail(err) // deaf, it would wait for ever
		}
	})
	return func() {
		cancel()
		w.Wait()
	}
}

// heldAgain is how often a run that stays looks whether a file that holds an
// integration has been mended: within 5 s it is taken up. Any run looks as often
// whether there are descriptors again.
const heldAgain = 2 * time.Second

// tryHeld lets the lanes that are held by something of ours be tried again.
// Meanwhile nobody leads them: another host may have a file that is well.
func (r *run) tryHeld() {
	var held []*lane
	r.each(func(l *lane) {
		if l.held.Swap(false) {
			held = append(held, l)
		}
	})
	for _, l := range held {
		r.start(l)
	}
}

// changed waits for a commit of anybody until a time.
func (r *run) changed(ctx context.Context, since store.Mark, until time.Time) (store.Mark, error) {
	ctx, done := context.WithDeadline(ctx, until)
	defer done()
	now, err := r.Store.Changed(ctx, since)
	if err != nil {
		now = since
	}
	return now, err
}

// pause waits so long, or until the context ends.
func pause(ctx context.Context, d time.Duration) {
	if d <= 0 {
		return
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-ctx.Done():
	}
}
