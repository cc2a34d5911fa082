package cmd

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/wnotify/wnotify/cmd/config"
	"github.com/wnotify/wnotify/cmd/ui"
	"github.com/wnotify/wnotify/dispatch/trigger"
)

func (a *app) triggerList() *cobra.Command {
	return &cobra.Command{
		Use:     "list",
		Aliases: []string{"ls"},
		Short:   "List triggers",
		Example: "  wnotify trigger list\n  wnotify trigger list -o json",
		Args:    none,
		RunE: func(*cobra.Command, []string) error {
			f, err := a.loadOrEmpty()
			if err != nil {
				return err
			}
			return a.listTriggers(f.Settings().Triggers)
		},
	}
}

func (a *app) listTriggers(rules []trigger.Rule) error {
	items := make([]triggerItem, 0, len(rules))
	table := ui.Table{Columns: []ui.Column{
		{Title: "NAME"},
		{Title: "STATE"},
		{Title: "FIRES AT", Least: 12, Wrap: true},
		{Title: "FILTERS", Least: 12, Wrap: true},
		{Title: "INTEGRATIONS", Least: 10, Wrap: true},
	}}
	for _, r := range rules {
		items = append(items, triggerItemOf(r))
		var filters []string
		for _, f := range r.Filters {
			filters = append(filters, filterText(f))
		}
		state := ui.Painted(ui.Good, "enabled")
		if !r.Enabled {
			state = ui.Painted(ui.Warn, "disabled")
		}
		table.Row(ui.Word(r.Name), state, ui.Word(thresholdText(r)), ui.Word(strings.Join(filters, " ")), ui.Word(strings.Join(r.Integrations, " ")))
	}
	if a.flags.json() {
		return ui.Items(a.out, items)
	}
	if len(rules) == 0 && a.out.Terminal {
		a.sayf("there are none; add one: wnotify trigger add NAME --condition WHAT -i NAME")
		return nil
	}
	table.Print(a.out)
	return nil
}

func (a *app) triggerShow() *cobra.Command {
	return &cobra.Command{
		Use:               "show NAME",
		Short:             "Show every setting of a trigger",
		Example:           "  wnotify trigger show sqli-burst\n  wnotify trigger show sqli-burst -o json",
		Args:              one("NAME"),
		ValidArgsFunction: a.completeTriggers,
		RunE: func(_ *cobra.Command, args []string) error {
			f, err := a.load()
			if err != nil {
				return err
			}
			return a.showTrigger(f, args[0])
		},
	}
}

func (a *app) showTrigger(f *config.File, name string) error {
	rule, ok := f.Trigger(name)
	switch {
	case !ok:
		return unknownTrigger(f, name)
	case a.flags.json():
		return ui.JSON(a.out, triggerItemOf(rule))
	}
	fmt.Fprintln(a.out, a.title(name))
	list := []entry{word("enabled", rule.Enabled), word("condition", rule.Condition)}
	list[0].given = f.Line("trigger", name, "enabled") > 0
	list[1].given = true
	if rule.Per > 0 {
		list = append(list, entry{key: "threshold", text: fmt.Sprintf("more than %s per %s", ui.Count(rule.MoreThan), ui.Duration(rule.Per)), given: true})
	}
	for _, filter := range rule.Filters {
		list = append(list, entry{key: "filter", text: filterText(filter), given: true})
	}
	a.printEntries(append(list, entry{key: "integrations", text: strings.Join(rule.Integrations, ", "), given: true}))
	return nil
}
