package cmd

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/wnotify/wnotify/cmd/ui"
)

// showSteps shows on a terminal, when it takes longer than a moment, how many
// of some things are done; of is 0 while nobody knows how many there are. End
// it before anything else is shown.
func (a *app) showSteps(ctx context.Context, verb, things string) (step func(done, of int), end func()) {
	if !a.err.Terminal || a.flags.quiet || a.flags.json() {
		return func(int, int) {}, func() {}
	}
	var done, of atomic.Int64
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
		for speed := (&pace{}); ; {
			p.Show([]string{stepLine(a.err, speed, verb, things, done.Load(), of.Load(), a.env.Now().Sub(begin))})
			if !waited(ctx, progressEvery) {
				return
			}
		}
	}()
	return func(n, all int) { done.Store(int64(n)); of.Store(int64(all)) }, func() { cancel(); <-ended }
}

// stepLine tells how far it is after some time.
func stepLine(s *ui.Stream, p *pace, verb, things string, done, of int64, after time.Duration) string {
	rate := p.at(done, after)
	if of < done || of == 0 {
		return fmt.Sprintf("%s %s %s  %s", verb, ui.Count(done), things, perSecond(rate))
	}
	return fmt.Sprintf("%s %s %s of %s %s  %s%s", verb, s.Bar(float64(done)/float64(of), 0, 14), ui.Count(done), ui.Count(of), things,
		perSecond(rate), eta(of-done, rate))
}
