package cmd

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/wnotify/wnotify/cmd/ui"
	"github.com/wnotify/wnotify/dispatch"
)

func (a *app) flush() *cobra.Command {
	wait := ""
	now, require, follow := false, false, false
	c := &cobra.Command{
		Use:   "flush [NAME...]",
		Short: "Deliver what is due (cron, systemd timer)",
		Long: `Deliver what is due, of the named integrations or of all. When another process
is delivering, there is nothing to do: exit code 0, silent.

With --follow it stays and delivers whatever anybody queues. It takes up a
changed configuration within seconds, or on SIGHUP, and tells systemd when it is
ready, alive, reloading and stopping, and what waits (Type=notify-reload or
notify, WatchdogSec=).`,
		Example: `  wnotify flush
  wnotify flush --now siem
  wnotify flush --follow
  wnotify enqueue < events.json && wnotify flush --require-delivery`,
		ValidArgsFunction: a.completeIntegrations,
		RunE: func(c *cobra.Command, args []string) error {
			w, err := parseWait(wait)
			if err != nil {
				return err
			}
			if w.Follow = follow; follow && (require || c.Flags().Changed("wait")) {
				return usagef("--follow goes on until it is stopped: --wait and --require-delivery make no sense with it")
			}
			e, err := a.open(c.Context())
			if err != nil {
				return a.notBegun("flush", err)
			}
			err = a.runFlush(c.Context(), e, args, w, now, require)
			return errors.Join(err, a.leaveMetrics(c.Context(), e, "flush", err), e.close())
		},
	}
	c.Flags().StringVar(&wait, "wait", "30s", "try for `DURATION`; 0: once; drain: until all is delivered or dead")
	c.Flags().BoolVar(&now, "now", false, "make waiting batches due; it uses no place in the schedule")
	c.Flags().BoolVar(&require, "require-delivery", false, "exit 75 unless everything was delivered within --wait")
	c.Flags().BoolVar(&follow, "follow", false, "stay and deliver whatever anybody queues (for a service)")
	return c
}

func (a *app) runFlush(ctx context.Context, e *engine, names []string, w dispatch.Wait, now, require bool) error {
	for _, name := range names {
		if _, ok := e.Settings().Integration(name); !ok {
			return a.notBegun("flush", e.missing(ctx, name))
		}
	}
	if now {
		if err := makeDue(ctx, e, names); err != nil {
			return a.notBegun("flush", err)
		}
	}
	start := a.env.Now()
	defer a.attend(ctx, e, "flush", w.Follow)()
	a.showProgress(ctx, e, nil)
	s, err := e.Flush(ctx, names, w)
	if w.Follow {
		s = s.Told()
	}
	var left int64
	if require && err == nil {
		left, err = e.Delivered(ctx, names, start.Add(w.For), w.Drain)
	}
	err = errors.Join(err, a.summary(e, "flush", s))
	if left > 0 {
		err = errors.Join(err, &failure{
			code: exitTryAgain, err: fmt.Errorf("%s not delivered", ui.Plural(left, "event")),
			fix: "wnotify status shows why; they stay queued",
		})
	}
	return err
}

// makeDue makes what waits due, in the named queues or in all.
func makeDue(ctx context.Context, e *engine, names []string) error {
	lanes, err := e.Store.Lanes(ctx)
	if err != nil {
		return err
	}
	for _, l := range lanes {
		if len(names) > 0 && !slices.Contains(names, l.Name) || l.Events == 0 {
			continue
		}
		if _, err := e.Now(ctx, l.Name); err != nil {
			return err
		}
	}
	return nil
}

// briefly is how long what a person's command queued is tried: once.
var briefly = dispatch.Wait{For: time.Duration(0)}
