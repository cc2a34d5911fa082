package dispatch

import (
	"context"
	"crypto/rand"
	"errors"
	"slices"
	"sync"
	"time"
)

// retryFile is how long a followed file that was read before, and cannot be
// read any more, is left alone: permissions come after a rotation.
const retryFile = 2 * time.Second

// follow reads all sources side by side, for none of them ends by itself. It
// returns when it is stopped, or when none can be read.
func (a *accept) follow(ctx context.Context) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	paths := slices.Compact(slices.Sorted(slices.Values(a.in.Paths)))
	errs := make([]error, len(paths))
	var w sync.WaitGroup
	for n, path := range paths {
		// Each has a chunk of its own; they meet in the committer.
		one := &accept{run: a.run, in: a.in, begun: a.begun, random: rand.Text(), queue: a.queue}
		w.Go(func() {
			if errs[n] = one.followOne(ctx, path); errs[n] != nil {
				stop()
			}
			one.offer()
		})
	}
	w.Wait()
	return errors.Join(errs...)
}

// followOne follows a file. One that cannot be read from the beginning is noted;
// one that fails later is tried again.
func (a *accept) followOne(ctx context.Context, path string) error {
	for said := ""; ; pause(ctx, retryFile) {
		err := a.source(ctx, path)
		unreadable, ok := errors.AsType[*UnreadableError](err)
		if !ok {
			return err
		}
		if text := unreadable.Error(); text != said {
			a.Log.Error().Err(unreadable).Msg("a followed file cannot be read")
			said = text
		}
		if !a.queue.came(path) {
			a.sum.unreadable(unreadable)
			return nil
		}
		a.in.From = ""
		if ctx.Err() != nil {
			return nil //nolint:nilerr // what could not be read was logged
		}
	}
}

// roomCheck is how often a followed file for which no queue has room is tried
// again.
const roomCheck = time.Second

// awaitRoom waits until it is worth trying again.
func (r *run) awaitRoom(ctx context.Context) {
	if !r.crowded {
		r.crowded = true
		r.Log.Warn().Msg("no queue has room: what is followed waits in its file")
	}
	pause(ctx, roomCheck)
}
