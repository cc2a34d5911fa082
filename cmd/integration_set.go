package cmd

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/wnotify/wnotify/cmd/config"
	"github.com/wnotify/wnotify/dispatch"
)

func (a *app) integrationSet() *cobra.Command {
	var (
		unset []string
		test  bool
	)
	c := &cobra.Command{
		Use:   "set NAME",
		Short: "Change settings of an integration",
		Long: `Change the settings that are given and leave the others alone. --event replaces
the whole list, -H that one header; --unset KEY takes a setting out of the file,
so that its default counts again.`,
		Example: `  wnotify integration set siem --request-timeout 30s
  wnotify integration set siem -H 'X-Team: appsec' --unset headers.X-Old`,
		Args:              one("NAME"),
		ValidArgsFunction: a.completeIntegrations,
	}
	s := newSettings(c)
	c.Flags().StringArrayVar(&unset, "unset", nil, "`KEY`: take a setting out, as it stands in the file, or headers.NAME")
	c.Flags().BoolVar(&test, "test", false, "save it only if a test of it passes")
	c.RunE = func(c *cobra.Command, args []string) error {
		draft := config.NewIntegration(args[0])
		s.fill(draft)
		for _, key := range unset {
			draft.Unset(key)
		}
		return a.setIntegration(c.Context(), draft, test)
	}
	return c
}

// setIntegration changes settings. One that is switched on or off by that is
// told to the queue as enable and disable do.
func (a *app) setIntegration(ctx context.Context, draft *config.Draft, test bool) error {
	var before dispatch.Settings
	set := func(d *config.Document) error {
		before = d.File().Settings()
		return d.Set(draft)
	}
	after, changes, err := a.preview(set)
	if err != nil {
		return err
	}
	if changes {
		if err := a.trial(ctx, after, draft.Name, test); err != nil {
			return err
		}
	}
	changed, err := a.edit(ctx, set)
	if err != nil {
		return err
	}
	settings := after.Settings()
	was, _ := before.Integration(draft.Name)
	now, _ := settings.Integration(draft.Name)
	if was.Enabled != now.Enabled {
		err := a.withKeeper(ctx, after, func(k keeper) error {
			if now.Enabled {
				_, err := k.Enabled(ctx, now.Name)
				return err
			}
			return k.Disabled(ctx, was)
		})
		if err != nil {
			return err
		}
	}
	if a.flags.json() {
		return a.printOutcome(draft.Name, changed)
	}
	if changed {
		a.sayf("changed integration %s", draft.Name)
	} else {
		a.sayf("integration %s has these settings already", draft.Name)
	}
	return nil
}
