package cmd

import (
	"context"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/wnotify/wnotify/cmd/config"
	"github.com/wnotify/wnotify/cmd/ui"
	"github.com/wnotify/wnotify/dispatch"
	"github.com/wnotify/wnotify/dispatch/trigger"
)

func (a *app) triggerEnable() *cobra.Command {
	return &cobra.Command{
		Use:               "enable NAME...",
		Short:             "Let triggers count again",
		Example:           "  wnotify trigger enable sqli-burst",
		Args:              some("NAME"),
		ValidArgsFunction: a.completeTriggers,
		RunE: func(c *cobra.Command, args []string) error {
			return a.switchTriggers(c.Context(), unique(args), true)
		},
	}
}

func (a *app) triggerDisable() *cobra.Command {
	return &cobra.Command{
		Use:   "disable NAME...",
		Short: "Stop triggers: they count nothing and send no alerts",
		Long: `Stop triggers: they count nothing and send no alerts until they are enabled. What
was counted is kept for as long as their window.`,
		Example:           "  wnotify trigger disable sqli-burst",
		Args:              some("NAME"),
		ValidArgsFunction: a.completeTriggers,
		RunE: func(c *cobra.Command, args []string) error {
			return a.switchTriggers(c.Context(), unique(args), false)
		},
	}
}

// switchTriggers turns triggers on or off, all of them or none.
func (a *app) switchTriggers(ctx context.Context, names []string, on bool) error {
	var was dispatch.Settings
	_, err := a.edit(ctx, func(d *config.Document) error {
		was = d.File().Settings()
		for _, name := range names {
			if rule, known := d.File().Trigger(name); known && rule.Enabled == on {
				continue
			}
			draft := config.NewTrigger(name)
			draft.Set("enabled", strconv.FormatBool(on))
			if err := d.Set(draft); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	f, err := a.load()
	if err != nil {
		return err
	}
	var done []switched
	for _, name := range names {
		rule, _ := f.Trigger(name)
		s := switched{Name: name, Enabled: on, Changed: enabledIn(was.Triggers, name) != on}
		if s.Changed {
			if err := a.tellOfTrigger(ctx, f, rule, true); err != nil {
				return err
			}
		}
		done = append(done, s)
	}
	a.tellSwitched("trigger", done)
	return nil
}

func enabledIn(rules []trigger.Rule, name string) bool {
	for _, r := range rules {
		if r.Name == name {
			return r.Enabled
		}
	}
	return false
}

func (a *app) triggerDelete() *cobra.Command {
	c := &cobra.Command{
		Use:     "delete NAME...",
		Aliases: []string{"remove", "rm"},
		Short:   "Delete triggers and what they have counted",
		Long: `Delete triggers: their settings and what they have counted. It does not ask: no
event is lost by it.`,
		Example:           "  wnotify trigger delete sqli-burst",
		Args:              some("NAME"),
		ValidArgsFunction: a.completeTriggers,
		RunE: func(c *cobra.Command, args []string) error {
			return a.deleteTriggers(c.Context(), unique(args))
		},
	}
	c.Flags().BoolP("yes", "y", false, "taken, as where deleting asks; here it never does")
	return c
}

// deleteTriggers takes triggers out of the file, all of them or none, then
// forgets what they counted.
func (a *app) deleteTriggers(ctx context.Context, names []string) error {
	was := map[string]trigger.Rule{}
	_, err := a.edit(ctx, func(d *config.Document) error {
		for _, name := range names {
			was[name], _ = d.File().Trigger(name)
			if err := d.DeleteTrigger(name); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	f, err := a.load()
	if err != nil {
		return err
	}
	for _, name := range names {
		err := a.withEngine(ctx, f, func(e *engine) error {
			return interrupted(e.TriggerDeleted(ctx, name, e.Settings().Account.TriggerDeleted(inTriggerEvents(was[name]), "")))
		})
		if err != nil {
			return err
		}
	}
	if a.flags.json() {
		return ui.JSON(a.out, struct {
			Changed bool     `json:"changed"`
			Names   []string `json:"names"`
		}{true, names})
	}
	for _, name := range names {
		a.sayf("deleted trigger %s", name)
	}
	return nil
}
