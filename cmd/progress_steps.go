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
	if !a.showsProgress() {
		return func(int, int) {}, func() {}
	}
	var done, of atomic.Int64
	speed := &pace{}
	end = a.drawing(ctx, func(_ context.Context, after time.Duration) []string {
		return []string{stepLine(a.err, speed, verb, things, done.Load(), of.Load(), after)}
	})
	return func(n, all int) { done.Store(int64(n)); of.Store(int64(all)) }, end
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
