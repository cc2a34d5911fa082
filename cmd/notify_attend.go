package cmd

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"sync"
	"syscall"
	"time"

	"github.com/wnotify/wnotify/cmd/ui"
	"github.com/wnotify/wnotify/store"
)

// How often a run that stays tells how it fares.
const (
	metricsEvery = time.Minute // a scrape a minute is usual
	newsEvery    = 10 * time.Second
)

// attend does, while a run goes on, what the world asks for: SIGHUP makes it
// look at the configuration again. With stay it is a service: its manager is
// told that it is ready, alive, reloading and stopping, and metrics are written
// meanwhile. The returned function ends it.
func (a *app) attend(ctx context.Context, e *engine, command string, stay bool) (end func()) {
	ctx, cancel := context.WithCancel(ctx)
	var w sync.WaitGroup
	hangup := make(chan os.Signal, 1)
	if !signal.Ignored(syscall.SIGHUP) {
		signal.Notify(hangup, syscall.SIGHUP)
	}
	s := service{app: a, engine: e, command: command}
	if stay {
		s.manager = managerOf(a.env.Getenv, os.Getpid())
	}
	w.Go(func() { s.serve(ctx, hangup, stay) })
	return func() {
		signal.Stop(hangup)
		cancel()
		w.Wait()
	}
}

// service is a run as its manager sees it.
type service struct {
	*app

	engine  *engine
	command string
	manager manager
	ready   bool   // it was told
	told    string // the last status
}

// serve is what a run does beside its work.
func (s *service) serve(ctx context.Context, hangup <-chan os.Signal, stay bool) {
	var sign, news, metrics <-chan time.Time
	every := func(d time.Duration, wanted bool) (<-chan time.Time, func()) {
		if !wanted {
			return nil, func() {}
		}
		t := time.NewTicker(d)
		return t.C, t.Stop
	}
	sign, stop := every(max(s.manager.watchdog/2, 1), s.manager.watchdog > 0)
	defer stop()
	news, stop = every(newsEvery, s.manager.socket != "")
	defer stop()
	metrics, stop = every(metricsEvery, stay)
	defer stop()
	s.fare(ctx)
	for {
		select {
		case <-hangup:
			s.reload(ctx)
		case <-sign:
			if _, err := s.engine.Store.Lanes(ctx); err == nil { // who cannot read the queue does nothing
				s.tell(ctx, "WATCHDOG=1")
			}
		case <-news:
			s.fare(ctx)
		case <-metrics:
			if err := s.leaveMetrics(ctx, s.engine, s.command, nil); err != nil && ctx.Err() == nil {
				s.log.Error().Err(err).Msg("metrics")
			}
		case <-ctx.Done():
			s.tell(context.WithoutCancel(ctx), "STOPPING=1")
			return
		}
	}
}

// fare tells the manager how the service fares, when that is news. It is ready
// as soon as the queue answers.
func (s *service) fare(ctx context.Context) {
	if s.manager.socket == "" {
		return
	}
	lanes, err := s.engine.Store.Lanes(ctx)
	status := statusLine(lanes)
	if err != nil {
		status = "cannot read the queue: " + ui.Clean(err.Error())
	}
	state := "STATUS=" + status
	switch {
	case err == nil && !s.ready:
		s.ready = true
		state = "READY=1\n" + state
	case status == s.told:
		return
	}
	s.told = status
	s.tell(ctx, state)
}

// statusLine is how a service fares, on a line.
func statusLine(lanes []store.Lane) string {
	var queued, disabled int64
	for _, l := range lanes {
		queued += l.Events
		if l.Record.Tripped != nil {
			disabled++
		}
	}
	line := "nothing waits"
	if queued > 0 {
		line = ui.Plural(queued, "event") + " queued"
	}
	if disabled > 0 {
		line += fmt.Sprintf(", %s disabled automatically", ui.Plural(disabled, "integration"))
	}
	return line
}

// reload reads the configuration now.
func (s *service) reload(ctx context.Context) {
	s.log.Info().Msg("SIGHUP: the configuration is looked at again")
	s.tell(ctx, reloading())
	s.engine.reload()
	s.engine.Settings() // reads it, and tells when it is wrong
	s.tell(ctx, "READY=1")
}

func (s *service) tell(ctx context.Context, state string) {
	if err := s.manager.tell(ctx, state); err != nil {
		s.log.Warn().Err(err).Msg("service manager")
	}
}
