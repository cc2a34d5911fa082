package cmd

import (
	"context"
	"errors"

	"github.com/spf13/cobra"

	"github.com/wnotify/wnotify/cmd/ui"
	"github.com/wnotify/wnotify/dispatch"
)

func (a *app) deadReplay() *cobra.Command {
	var s selecting
	later := false
	c := &cobra.Command{
		Use:   "replay [ID...]",
		Short: "Queue dead letters again, and try them",
		Long: `Put dead letters back at the tail of their queues, under their original
Idempotency-Key and with a fresh schedule, then try what is due once, like
flush --wait 0. A letter that fails again stays queued.`,
		Example: `  wnotify dead replay mxh2c7nh4ivg
  wnotify dead replay -i siem --since 24h
  wnotify dead replay --all --no-flush`,
		RunE: func(c *cobra.Command, args []string) error {
			return a.change(c.Context(), &s, args, func(e *engine) error {
				return a.replay(c.Context(), e, &s, later)
			})
		},
	}
	s.register(a, c, "given up")
	c.Flags().BoolVar(&later, "no-flush", false, "queue them only; the next flush or send delivers")
	return c
}

// replayed is what became of the dead letters of one integration.
type replayed struct {
	letterCount

	Delivered int64 `json:"delivered"`
	Dead      int64 `json:"dead"`
	Queued    int64 `json:"queued"`
}

func (a *app) replay(ctx context.Context, e *engine, s *selecting, later bool) error {
	counts := map[string]*letterCount{}
	var names []string
	all, failed := s.countLetters(ctx, e)
	done := 0
	step, end := a.showSteps(ctx, "queueing", "dead letters")
	for l, err := range s.letters(ctx, e) {
		if err == nil {
			err = e.Replay(ctx, l)
		}
		if err != nil {
			failed = err
			break
		}
		if counts[l.Lane] == nil {
			names = append(names, l.Lane)
		}
		add(counts, l.Lane, int64(l.Events))
		done++
		step(done, all)
	}
	end()
	var sum dispatch.Summary
	if len(names) > 0 && !later && failed == nil {
		a.showProgress(ctx, e, nil)
		sum, failed = e.Flush(ctx, names, briefly)
	}
	return errors.Join(failed, a.printReplayed(ctx, e, names, counts, sum), errors.Join(sum.Problems()...))
}

func (a *app) printReplayed(ctx context.Context, e *engine, names []string, counts map[string]*letterCount, sum dispatch.Summary) error {
	items := []replayed{}
	for _, name := range names {
		r := replayed{letterCount: *counts[name]}
		for _, i := range sum.Integrations {
			if i.Name == name {
				r.Delivered, r.Dead = i.Delivered, i.Dead
			}
		}
		l, err := e.Store.Lane(context.WithoutCancel(ctx), name)
		if err != nil {
			return err
		}
		r.Queued = l.Events
		items = append(items, r)
	}
	if a.flags.json() {
		return ui.JSON(a.out, struct {
			Changed bool       `json:"changed"`
			Items   []replayed `json:"items"`
		}{len(items) > 0, items})
	}
	if len(items) == 0 {
		a.sayf("there is nothing to replay")
	}
	for _, r := range items {
		a.sayf("%s: %s (%s) queued again; %s delivered, %s queued", r.Integration, ui.Plural(r.Letters, "dead letter"),
			ui.Plural(r.Events, "event"), ui.Count(r.Delivered), ui.Count(r.Queued))
	}
	return nil
}
