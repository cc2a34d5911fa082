package cmd

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/wnotify/wnotify/cmd/ui"
)

func (a *app) rejectsDrop() *cobra.Command {
	var s selecting
	yes := false
	c := &cobra.Command{
		Use:     "drop [ID...]",
		Short:   "Throw rejects away, for good",
		Long:    "Throw rejects away, for good. It asks before, unless --yes.",
		Example: "  wnotify rejects drop --all --yes",
		RunE: func(c *cobra.Command, args []string) error {
			return a.change(c.Context(), &s, args, func(e *engine) error {
				return a.dropRejects(c.Context(), e, &s, yes)
			})
		},
	}
	s.registerRejects(a, c)
	c.Flags().BoolVarP(&yes, "yes", "y", false, "do not ask")
	return c
}

func (a *app) dropRejects(ctx context.Context, e *engine, s *selecting, yes bool) error {
	var ids []string
	for r, err := range s.rejects(ctx, e) {
		if err != nil {
			return err
		}
		ids = append(ids, r.ID)
	}
	if len(ids) > 0 {
		q := question{
			what: "dropping rejects", ask: fmt.Sprintf("Drop %s for good?", ui.Plural(int64(len(ids)), "reject")), fix: "add --yes",
		}
		if err := a.confirm(ctx, yes, q); err != nil {
			return err
		}
		if err := e.Forget(ctx, ids); err != nil {
			return err
		}
	}
	if a.flags.json() {
		return ui.JSON(a.out, struct {
			Changed bool `json:"changed"`
			Rejects int  `json:"rejects"`
		}{len(ids) > 0, len(ids)})
	}
	if len(ids) == 0 {
		a.sayf("there is nothing to drop")
		return nil
	}
	a.sayf("dropped %s", ui.Plural(int64(len(ids)), "reject"))
	return nil
}
