package cmd

import (
	"context"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/wnotify/wnotify/cmd/config"
	"github.com/wnotify/wnotify/cmd/ui"
	"github.com/wnotify/wnotify/dispatch"
)

func (a *app) integrationEnable() *cobra.Command {
	return &cobra.Command{
		Use:   "enable NAME...",
		Short: "Send to integrations again",
		Long: `Send to integrations again: what was queued goes out, the failure statistics
start anew, and an automatic disable is cleared.`,
		Example:           "  wnotify integration enable siem",
		Args:              some("NAME"),
		ValidArgsFunction: a.completeIntegrations,
		RunE: func(c *cobra.Command, args []string) error {
			return a.switchIntegrations(c.Context(), args, true)
		},
	}
}

func (a *app) integrationDisable() *cobra.Command {
	return &cobra.Command{
		Use:   "disable NAME...",
		Short: "Stop sending to integrations; everything is kept",
		Long: `Stop sending to integrations. When the command returns nothing more is sent to
them; their settings, queues and dead letters are kept, and new events are not
queued for them. Other integrations that select system events are told.`,
		Example:           "  wnotify integration disable siem",
		Args:              some("NAME"),
		ValidArgsFunction: a.completeIntegrations,
		RunE: func(c *cobra.Command, args []string) error {
			return a.switchIntegrations(c.Context(), args, false)
		},
	}
}

// switched is what became of one integration, or trigger.
type switched struct {
	Name    string `json:"name"`
	Changed bool   `json:"changed"`
	Enabled bool   `json:"enabled"`
}

// switchIntegrations turns integrations on or off, all of them or none.
func (a *app) switchIntegrations(ctx context.Context, names []string, on bool) error {
	names = unique(names)
	var was dispatch.Settings
	var file *config.File
	_, err := a.edit(ctx, func(d *config.Document) error {
		file, was = d.File(), d.File().Settings()
		for _, name := range names {
			if i, known := was.Integration(name); known && i.Enabled == on {
				continue // also when it only inherits that
			}
			draft := config.NewIntegration(name)
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
	var done []switched
	err = a.withKeeper(ctx, file, func(k keeper) error {
		for _, name := range names {
			i, _ := was.Integration(name)
			s := switched{Name: name, Changed: i.Enabled != on, Enabled: on}
			switch {
			case on:
				cleared, err := k.Enabled(ctx, name)
				if err != nil {
					return err
				}
				s.Changed = s.Changed || cleared
			case s.Changed:
				if err := k.Disabled(ctx, i); err != nil {
					return err
				}
			}
			done = append(done, s)
		}
		return nil
	})
	a.tellSwitched("integration", done)
	return err
}

func (a *app) tellSwitched(what string, done []switched) {
	if a.flags.json() {
		changed := false
		for _, s := range done {
			changed = changed || s.Changed
		}
		_ = ui.JSON(a.out, struct { // remembered by the stream
			Changed bool       `json:"changed"`
			Items   []switched `json:"items"`
		}{changed, done})
		return
	}
	for _, s := range done {
		word, already := "disabled", ""
		if s.Enabled {
			word = "enabled"
		}
		if !s.Changed {
			already = " already"
		}
		a.sayf("%s %s is %s%s", what, s.Name, word, already)
	}
}

// unique keeps the first of names that are given twice.
func unique(names []string) []string {
	seen := map[string]bool{}
	var once []string
	for _, n := range names {
		if !seen[n] {
			once = append(once, n)
		}
		seen[n] = true
	}
	return once
}
