package cmd

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"

	"github.com/spf13/cobra"

	"github.com/wnotify/wnotify/cmd/config"
	"github.com/wnotify/wnotify/cmd/ui"
)

func (a *app) integrationAdd() *cobra.Command {
	var disabled, test bool
	c := &cobra.Command{
		Use:   "add NAME --url URL",
		Short: "Add an integration",
		Long: `Add an integration to the configuration file. Without --event it selects all
events. Adding one that is there already with these settings changes nothing;
with other settings it is an error that shows the difference.`,
		Example: `  wnotify integration add siem --type fluentd \
    --url https://fluentd.example.com:9880/wallarm.events \
    --secret-header 'Authorization=Bearer file:/run/secrets/siem-token' \
    --event hits --event vulnerabilities.high --test`,
		Args: one("NAME"),
	}
	s := newSettings(c)
	c.Flags().BoolVar(&disabled, "disabled", false, "do not send to it yet: the same as --enabled=false")
	c.Flags().BoolVar(&test, "test", false, "save it only if a test of it passes")
	c.RunE = func(c *cobra.Command, args []string) error {
		draft := config.NewIntegration(args[0])
		s.fill(draft)
		return a.addIntegration(c.Context(), draft, test, !c.Flags().Changed("event"))
	}
	return c
}

func (a *app) addIntegration(ctx context.Context, draft *config.Draft, test, all bool) error {
	add := func(d *config.Document) error { return d.Add(draft) }
	after, changes, err := a.preview(add)
	if err != nil {
		return differs(err)
	}
	if changes {
		if err := a.trial(ctx, after, draft.Name, test); err != nil {
			return err
		}
	}
	changed, err := a.edit(ctx, add)
	if err != nil {
		return differs(err)
	}
	if a.flags.json() {
		return a.printOutcome(draft.Name, changed)
	}
	switch {
	case !changed:
		a.sayf("integration %s is there already with these settings", draft.Name)
	case all:
		a.sayf("added integration %s; it selects all events (--event narrows that)\ntry it: wnotify test %s", draft.Name, draft.Name)
	default:
		a.sayf("added integration %s\ntry it: wnotify test %s", draft.Name, draft.Name)
	}
	return nil
}

// edit changes the configuration file. What cannot be written is printed, to be
// pasted.
func (a *app) edit(ctx context.Context, change func(*config.Document) error) (bool, error) {
	changed, err := config.Edit(ctx, a.places().Config, change)
	return changed, a.paste(err)
}

// paste prints the TOML of a change that a person has to make.
func (a *app) paste(err error) error {
	text := ""
	if unwritten, ok := errors.AsType[*config.WriteError](err); ok {
		text = unwritten.Paste
	} else if hand, ok := errors.AsType[*config.HandError](err); ok {
		text = hand.Paste
	}
	switch {
	case text == "":
	case a.flags.json():
		err = errors.Join(err, ui.JSON(a.out, struct {
			Changed bool   `json:"changed"`
			TOML    string `json:"toml"`
		}{false, text}))
	default:
		fmt.Fprint(a.out, text)
	}
	return err
}

// preview is the configuration as a change would leave it, and whether that is
// another one. Nothing is locked: what is tried out with it may take long.
func (a *app) preview(change func(*config.Document) error) (after *config.File, changes bool, err error) {
	path := a.places().Config
	f, err := config.Load(path)
	if errors.Is(err, fs.ErrNotExist) {
		f, err = emptyConfig(path)
	}
	if err != nil {
		return nil, false, err
	}
	text, err := config.Apply(f.Text, f.Path, change)
	if err != nil {
		return nil, false, a.paste(err)
	}
	after, err = config.Decode(text, f.Path)
	return after, !bytes.Equal(text, f.Text), err
}

// differs is an add of what is there with other settings, as a usage error.
func differs(err error) error {
	exists, ok := errors.AsType[*config.ExistsError](err)
	if !ok {
		return err
	}
	e := usagef("%s %s is there already with other settings", exists.What, exists.Name)
	for _, c := range exists.Changes {
		e.hint = lines(e.hint, fmt.Sprintf("%s: %s → %s", c.Key, orNone(c.Old), orNone(c.New)))
	}
	e.fix = fmt.Sprintf("to change it: wnotify %s set %s …", exists.What, exists.Name)
	return e
}

func orNone(text string) string {
	if text == "" {
		return "(none)"
	}
	return text
}
