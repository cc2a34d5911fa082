package cmd

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/wnotify/wnotify/cmd/config"
	"github.com/wnotify/wnotify/cmd/ui"
	"github.com/wnotify/wnotify/dispatch"
)

func (a *app) integrationDelete() *cobra.Command {
	var yes bool
	c := &cobra.Command{
		Use:     "delete NAME...",
		Aliases: []string{"remove", "rm"},
		Short:   "Delete integrations with their queues, for good",
		Long: `Delete integrations: their settings, and with them their queues, dead letters
and statistics, for good. To stop sending and keep everything, disable them.`,
		Example: `  wnotify integration delete siem
  wnotify integration delete siem soc --yes`,
		Args:              some("NAME"),
		ValidArgsFunction: a.completeIntegrations,
		RunE: func(c *cobra.Command, args []string) error {
			return a.deleteIntegrations(c.Context(), unique(args), yes)
		},
	}
	c.Flags().BoolVarP(&yes, "yes", "y", false, "do not ask")
	return c
}

// deleted is what was thrown away of one integration.
type deleted struct {
	Name     string   `json:"name"`
	Queued   int64    `json:"queued"`
	Dead     int64    `json:"dead"`
	Triggers []string `json:"triggers,omitempty"`
}

// deleteIntegrations asks, and deletes all of them or none.
func (a *app) deleteIntegrations(ctx context.Context, names []string, yes bool) error {
	f, err := a.load()
	if err != nil {
		return err
	}
	return a.withKeeper(ctx, f, func(k keeper) error {
		list, err := a.condemned(ctx, k, f, names)
		if err != nil {
			return err
		}
		if err := a.confirm(ctx, yes, deletion(list)); err != nil {
			return err
		}
		return a.deleteAll(ctx, k, f, list)
	})
}

// condemned finds out what a deletion would throw away.
func (a *app) condemned(ctx context.Context, k keeper, f *config.File, names []string) ([]deleted, error) {
	health, err := k.Health(ctx)
	if err != nil {
		return nil, err
	}
	var list []deleted
	for _, name := range names {
		d := deleted{Name: name, Triggers: f.TriggersOf(name)}
		known := f.Has(name)
		for _, h := range health {
			if h.Name == name {
				d.Queued, d.Dead, known = h.Lane.Events, h.Lane.Dead, true
			}
		}
		if !known {
			return nil, unknownIntegration(f, name)
		}
		list = append(list, d)
	}
	return list, nil
}

// deletion is the question about a deletion.
func deletion(list []deleted) question {
	var names []string
	for _, d := range list {
		names = append(names, d.Name)
	}
	q := question{
		what: "deleting " + strings.Join(names, ", "),
		ask:  fmt.Sprintf("Delete %s for good?", strings.Join(names, ", ")),
		fix:  "add --yes (or disable it instead: wnotify integration disable " + strings.Join(names, " ") + ")",
	}
	for _, d := range list {
		fact := fmt.Sprintf("%s: %s queued, %s", d.Name, ui.Plural(d.Queued, "event"), ui.Plural(d.Dead, "dead letter"))
		if len(d.Triggers) > 0 {
			fact += ", used by " + triggersWord(d.Triggers)
		}
		q.facts = append(q.facts, fact)
	}
	return q
}

func triggersWord(names []string) string {
	if len(names) == 1 {
		return "trigger " + names[0]
	}
	return "triggers " + strings.Join(names, ", ")
}

// deleteAll takes integrations out of the file, then throws away their queues.
func (a *app) deleteAll(ctx context.Context, k keeper, f *config.File, list []deleted) error {
	was := f.Settings()
	_, err := a.edit(ctx, func(d *config.Document) error {
		for _, one := range list {
			if !d.File().Has(one.Name) {
				continue // only its queue is left
			}
			if err := d.DeleteIntegration(one.Name); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	for n := range list {
		i, known := was.Integration(list[n].Name)
		if !known {
			i = dispatch.Integration{Name: list[n].Name}
		}
		list[n].Queued, list[n].Dead, err = k.Deleted(ctx, i)
		if err != nil {
			list = slices.Clip(list[:n])
			break
		}
	}
	if a.flags.json() {
		if printed := ui.JSON(a.out, struct {
			Changed bool      `json:"changed"`
			Items   []deleted `json:"items"`
		}{len(list) > 0, list}); err == nil {
			err = printed
		}
		return err
	}
	for _, d := range list {
		a.sayf("deleted integration %s, with %s and %s", d.Name, ui.Plural(d.Queued, "queued event"), ui.Plural(d.Dead, "dead letter"))
		if len(d.Triggers) > 0 {
			a.sayf("taken out of %s; to name another: wnotify trigger set NAME -i NAME", triggersWord(d.Triggers))
		}
	}
	return err
}
