package cmd

import (
	"context"
	"strings"

	"github.com/spf13/cobra"

	"github.com/wnotify/wnotify/cmd/config"
	"github.com/wnotify/wnotify/cmd/ui"
	"github.com/wnotify/wnotify/dispatch"
)

func (a *app) integrationList() *cobra.Command {
	var enabled, disabled bool
	c := &cobra.Command{
		Use:     "list",
		Aliases: []string{"ls"},
		Short:   "List integrations with their state",
		Example: "  wnotify integration list\n  wnotify integration list --disabled -o json",
		Args:    none,
		RunE: func(c *cobra.Command, _ []string) error {
			if enabled && disabled {
				return usagef("--enabled and --disabled exclude each other")
			}
			f, err := a.loadOrEmpty()
			if err != nil {
				return err
			}
			return a.listIntegrations(c.Context(), f, func(s standing) bool {
				return enabled && s.on || disabled && !s.on || !enabled && !disabled
			})
		},
	}
	c.Flags().BoolVar(&enabled, "enabled", false, "only those that are sent to")
	c.Flags().BoolVar(&disabled, "disabled", false, "only those that are not, by somebody or automatically")
	return c
}

// standing is an integration with its state, as list shows it.
type standing struct {
	Name    string   `json:"name"`
	Title   string   `json:"title,omitempty"`
	Type    string   `json:"type"`
	URL     string   `json:"url"`
	Enabled bool     `json:"enabled"`
	State   string   `json:"state"`
	Events  []string `json:"events"`

	words string // the state for people
	on    bool
}

// standings describes the integrations of the configuration, in its order.
func (a *app) standings(ctx context.Context, f *config.File) ([]standing, error) {
	byName := map[string]dispatch.Health{}
	err := a.withKeeper(ctx, f, func(k keeper) error {
		health, err := k.Health(ctx)
		for _, h := range health {
			byName[h.Name] = h
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	settings := f.Settings()
	list := make([]standing, 0, len(settings.Integrations))
	for _, i := range settings.Integrations {
		s := standing{
			Name: i.Name, Title: i.Title, Type: i.Type, URL: i.Endpoint.Shown(), Enabled: i.Enabled, Events: i.Events.Names(),
			State: dispatch.StateOK, on: i.Enabled,
		}
		if !i.Enabled {
			s.State = dispatch.StateDisabled
		}
		s.words = s.State
		if h, ok := byName[i.Name]; ok {
			s.State, s.on = h.State, h.State != dispatch.StateDisabled && h.State != dispatch.StateAutoDisabled
			s.words = h.Shown(ui.Duration(settings.AutoDisable.Policy.Window))
		}
		list = append(list, s)
	}
	return list, nil
}

func (a *app) listIntegrations(ctx context.Context, f *config.File, wanted func(standing) bool) error {
	all, err := a.standings(ctx, f)
	if err != nil {
		return err
	}
	var list []standing
	table := ui.Table{Columns: []ui.Column{
		{Title: "NAME"}, {Title: "TYPE"}, {Title: "STATE", Least: 12, Wrap: true}, {Title: "EVENTS", Least: 10, Wrap: true}, {Title: "URL", Least: 20},
	}}
	for _, s := range all {
		if !wanted(s) {
			continue
		}
		list = append(list, s)
		table.Row(ui.Word(s.Name), ui.Word(s.Type), ui.Painted(colorOf(s.State), s.words), ui.Word(strings.Join(s.Events, " ")), ui.Word(s.URL))
	}
	if a.flags.json() {
		return ui.Items(a.out, list)
	}
	if len(list) == 0 && a.out.Terminal {
		a.sayf("there are none; add one: wnotify integration add NAME --url URL")
		return nil
	}
	table.Print(a.out)
	return nil
}

// colorOf is the colour of a state; the word says the same.
func colorOf(state string) ui.Color {
	switch state {
	case dispatch.StateOK:
		return ui.Good
	case dispatch.StateWaiting, dispatch.StateDisabled:
		return ui.Warn
	}
	return ui.Bad
}
