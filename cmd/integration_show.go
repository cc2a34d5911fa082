package cmd

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/wnotify/wnotify/cmd/config"
	"github.com/wnotify/wnotify/cmd/ui"
)

func (a *app) integrationShow() *cobra.Command {
	return &cobra.Command{
		Use:   "show NAME",
		Short: "Show every setting of an integration; secrets are not shown",
		Example: `  wnotify integration show siem
  wnotify integration show siem -o json`,
		Args:              one("NAME"),
		ValidArgsFunction: a.completeIntegrations,
		RunE: func(c *cobra.Command, args []string) error {
			f, err := a.load()
			if err != nil {
				return err
			}
			return a.showIntegration(c.Context(), f, args[0])
		},
	}
}

func (a *app) showIntegration(ctx context.Context, f *config.File, name string) error {
	settings := f.Integration(name)
	if settings == nil {
		return unknownIntegration(f, name)
	}
	if a.flags.json() {
		return ui.JSON(a.out, withName(name, objectOf(entriesOf(settings))))
	}
	list, err := a.standings(ctx, f)
	if err != nil {
		return err
	}
	for _, s := range list {
		if s.Name == name {
			fmt.Fprintf(a.out, "%s: %s\n", a.title(name), a.out.Paint(colorOf(s.State), s.words))
		}
	}
	a.printEntries(entriesOf(settings))
	return nil
}

// printOutcome prints what became of an integration as JSON.
func (a *app) printOutcome(name string, changed bool) error {
	f, err := a.load()
	if err != nil {
		return err
	}
	o := object{{"changed", changed}, {"integration", withName(name, objectOf(entriesOf(f.Integration(name))))}}
	return ui.JSON(a.out, o)
}
