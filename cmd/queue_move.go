package cmd

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/wnotify/wnotify/cmd/ui"
	"github.com/wnotify/wnotify/store"
)

func (a *app) queueMove() *cobra.Command {
	return &cobra.Command{
		Use:   "move OLD NEW",
		Short: "Append the queue of one integration to that of another",
		Long: `Append everything that waits for OLD, and its dead letters, to the queue of NEW:
so the queue of an integration that was renamed is adopted. Batches that were on
the wire keep their Idempotency-Key; their schedules begin anew.`,
		Example:           "  wnotify queue move old-siem siem && wnotify flush siem",
		ValidArgsFunction: a.completeIntegrations,
		Args: func(_ *cobra.Command, args []string) error {
			switch {
			case len(args) != 2:
				return usagef("two names are needed, OLD and NEW")
			case args[0] == args[1]:
				return usagef("OLD and NEW are both %s", args[0])
			}
			return nil
		},
		RunE: func(c *cobra.Command, args []string) error {
			return a.work(c.Context(), func(e *engine) error {
				return a.moveQueue(c.Context(), e, args[0], args[1])
			})
		},
	}
}

func (a *app) moveQueue(ctx context.Context, e *engine, from, to string) error {
	if _, ok := e.Settings().Integration(to); !ok {
		return unknownIntegration(e.file, to)
	}
	if err := e.known(ctx, []string{from}); err != nil {
		return err
	}
	events, letters, err := e.Move(ctx, from, to)
	if errors.Is(err, store.ErrBusy) && events == 0 {
		return &failure{
			code: exitTryAgain, err: fmt.Errorf("%s is being delivered by another wnotify", from),
			fix: "repeat the command, or disable it before: wnotify integration disable " + from,
		}
	}
	if a.flags.json() {
		return errors.Join(err, ui.JSON(a.out, struct {
			Changed bool   `json:"changed"`
			From    string `json:"from"`
			To      string `json:"to"`
			Events  int64  `json:"events"`
			Letters int    `json:"dead"`
		}{events > 0 || letters > 0, from, to, events, letters}))
	}
	switch {
	case letters > 0:
		a.sayf("moved %s and %s from %s to %s", ui.Plural(events, "event"), ui.Plural(int64(letters), "dead letter"), from, to)
	case events > 0 || err == nil:
		a.sayf("moved %s from %s to %s", ui.Plural(events, "event"), from, to)
	}
	return err
}
