package cmd

import (
	"context"
	"os"
	"os/signal"
	"sync"
	"syscall"
	"time"
)

// metricsEvery is how often a run that stays writes the textfile; a scrape a
// minute is usual.
const metricsEvery = time.Minute

// attend does, while a run goes on, what the world asks for: SIGHUP makes it
// look at the configuration again. With stay it is a service: its manager is
// told that it is ready, alive and stopping, and metrics are written meanwhile.
// The returned function ends it.
func (a *app) attend(ctx context.Context, e *engine, command string, stay bool) (end func()) {
	ctx, cancel := context.WithCancel(ctx)
	var w sync.WaitGroup
	hangup := make(chan os.Signal, 1)
	if !signal.Ignored(syscall.SIGHUP) {
		signal.Notify(hangup, syscall.SIGHUP)
	}
	w.Go(func() {
		for {
			select {
			case <-hangup:
				a.log.Info().Msg("SIGHUP: the configuration is looked at again")
				e.reload()
			case <-ctx.Done():
				return
			}
		}
	})
	if stay {
		w.Go(func() { a.serve(ctx, e, command) })
	}
	return func() {
		signal.Stop(hangup)
		cancel()
		w.Wait()
	}
}

// serve is what a service does beside its work.
func (a *app) serve(ctx context.Context, e *engine, command string) {
	m := managerOf(a.env.Getenv, os.Getpid())
	tell := func(ctx context.Context, state string) {
		if err := m.tell(ctx, state); err != nil {
			a.log.Warn().Err(err).Msg("service manager")
		}
	}
	if alive(ctx, e) {
		tell(ctx, "READY=1")
	}
	var sign <-chan time.Time
	if m.watchdog > 0 {
		t := time.NewTicker(m.watchdog / 2)
		defer t.Stop()
		sign = t.C
	}
	metrics := time.NewTicker(metricsEvery)
	defer metrics.Stop()
	for {
		select {
		case <-sign:
			if alive(ctx, e) {
				tell(ctx, "WATCHDOG=1")
			}
		case <-metrics.C:
			if err := a.leaveMetrics(ctx, e, command, nil); err != nil && ctx.Err() == nil {
				a.log.Error().Err(err).Msg("metrics")
			}
		case <-ctx.Done():
			tell(context.WithoutCancel(ctx), "STOPPING=1")
			return
		}
	}
}

// alive reports whether the queue answers: who cannot read it does nothing.
func alive(ctx context.Context, e *engine) bool {
	_, err := e.Store.Lanes(ctx)
	return err == nil
}
