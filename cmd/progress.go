package cmd

import (
	"context"
	"time"

	"github.com/wnotify/wnotify/dispatch"
)

// Progress is shown on a terminal, of runs that take longer than a moment.
const (
	progressAfter = time.Second
	progressEvery = 250 * time.Millisecond
	queueEvery    = time.Second // how often the queue is asked how much is left
)

// showsProgress reports whether somebody is there to see it.
func (a *app) showsProgress() bool {
	return a.err.Terminal && !a.flags.quiet && !a.flags.json()
}

// showProgress shows on stderr how a run gets on; sources are what it reads.
func (a *app) showProgress(ctx context.Context, e *engine, sources []string) {
	if !a.showsProgress() {
		return
	}
	size := a.sizeOf(sources)
	e.Watch = func(look func() dispatch.Progress) func() {
		w := gauge{stream: a.err, size: size, paces: map[string]*pace{}}
		var asked time.Time
		return a.drawing(ctx, func(ctx context.Context, after time.Duration) []string {
			if a.env.Now().Sub(asked) >= queueEvery {
				if lanes, err := e.Store.Lanes(ctx); err == nil {
					w.queue(lanes, look())
				}
				asked = a.env.Now()
			}
			return w.lines(look(), after)
		})
	}
}

// drawing shows lines again and again until end is called, which returns when they
// are gone; lines is told how long it has taken.
func (a *app) drawing(ctx context.Context, lines func(ctx context.Context, after time.Duration) []string) (end func()) {
	ctx, cancel := context.WithCancel(ctx)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		begin := a.env.Now()
		if !waited(ctx, progressAfter) {
			return
		}
		p := a.err.Progress()
		if p == nil {
			return
		}
		defer p.End()
		for {
			p.Show(lines(ctx, a.env.Now().Sub(begin)))
			if !waited(ctx, progressEvery) {
				return
			}
		}
	}()
	return func() {
		cancel()
		<-ended
	}
}

// waited reports whether a time passed before the context ended.
func waited(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}
