package cmd

import (
	"context"
	"errors"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/wnotify/wnotify/cmd/config"
	"github.com/wnotify/wnotify/cmd/ui"
	"github.com/wnotify/wnotify/dispatch"
	"github.com/wnotify/wnotify/dispatch/trigger"
)

// triggerFlagKeys are the keys in the file, by their flags.
var triggerFlagKeys = map[string]string{
	"condition": "condition", "more-than": "more_than", "per": "per", "filter": "filters", "integration": "integrations", "enabled": "enabled",
}

// triggerFlags adds the flags of a trigger's settings.
func (a *app) triggerFlags(c *cobra.Command) {
	f := c.Flags()
	f.SortFlags = false
	f.String("condition", "", "`WHAT`: attacks, hits, incidents, payloads, user_added, ip_denylisted, api_changed, rogue_api or compromised_account")
	f.String("more-than", "", "`N`: fire when there are more than so many")
	f.String("per", "", "`TIME`: within so long, as 1h")
	f.StringArray("filter", nil, "`'FIELD=A,B'`: count only those, or with != all others; repeat for up to 6")
	f.StringArrayP("integration", "i", nil, "`NAME`: send the alert there, whatever it selects; repeat for more")
	var names []string
	for _, condition := range trigger.Conditions() {
		names = append(names, condition.Name)
	}
	mustComplete(c, "condition", cobra.FixedCompletions(names, cobra.ShellCompDirectiveNoFileComp))
	mustComplete(c, "integration", a.completeIntegrations)
	mustComplete(c, "filter", func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		var fields []string
		for _, field := range trigger.Fields() {
			fields = append(fields, field.Name+"=")
		}
		return fields, cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveNoSpace
	})
}

// triggerDraft is a trigger with the settings that were typed.
func triggerDraft(c *cobra.Command, name string) *config.Draft {
	d := config.NewTrigger(name)
	c.Flags().Visit(func(f *pflag.Flag) {
		key, ok := triggerFlagKeys[f.Name]
		if !ok {
			return
		}
		if list, ok := f.Value.(pflag.SliceValue); ok {
			d.Set(key, list.GetSlice()...)
			return
		}
		d.Set(key, f.Value.String())
	})
	return d
}

func (a *app) triggerAdd() *cobra.Command {
	disabled := false
	c := &cobra.Command{
		Use:   "add NAME --condition WHAT -i NAME",
		Short: "Add a trigger",
		Long: `Add a trigger to the configuration file. attacks, hits, incidents and payloads
need --more-than and --per; the other conditions send an alert for each event.
Adding one that is there already with these settings changes nothing; with other
settings it is an error that shows the difference.`,
		Example: `  wnotify trigger add sqli-burst --condition hits --more-than 100 --per 1h \
    --filter attack_type=sqli,xss --filter 'domain!=test.example.com' -i siem
  wnotify trigger add new --condition user_added --filter user_role=admin -i soc`,
		Args:              one("NAME"),
		ValidArgsFunction: cobra.NoFileCompletions,
	}
	a.triggerFlags(c)
	c.Flags().BoolVar(&disabled, "disabled", false, "do not count yet")
	c.RunE = func(c *cobra.Command, args []string) error {
		draft := triggerDraft(c, args[0])
		if disabled {
			draft.Set("enabled", strconv.FormatBool(false))
		}
		return a.changeTrigger(c.Context(), draft.Name, wordsOfAdd, toKnown(c, func(d *config.Document) error { return d.Add(draft) }))
	}
	return c
}

func (a *app) triggerSet() *cobra.Command {
	var unset []string
	c := &cobra.Command{
		Use:   "set NAME",
		Short: "Change settings of a trigger",
		Long: `Change the settings that are given and leave the others alone. --filter and -i
replace the whole list; --unset KEY takes a setting out of the file. A count that
was begun goes on, unless what is counted has changed.`,
		Example: `  wnotify trigger set sqli-burst --more-than 200
  wnotify trigger set sqli-burst --unset filters -i siem -i soc`,
		Args:              one("NAME"),
		ValidArgsFunction: a.completeTriggers,
	}
	a.triggerFlags(c)
	c.Flags().Bool("enabled", true, "count")
	c.Flags().StringArrayVar(&unset, "unset", nil, "`KEY`: take a setting out, as it stands in the file")
	c.RunE = func(c *cobra.Command, args []string) error {
		draft := triggerDraft(c, args[0])
		for _, key := range unset {
			draft.Unset(key)
		}
		return a.changeTrigger(c.Context(), draft.Name, wordsOfSet, toKnown(c, func(d *config.Document) error { return d.Set(draft) }))
	}
	return c
}

// toKnown is a change that is refused when -i names an integration that is not
// there.
func toKnown(c *cobra.Command, change func(*config.Document) error) func(*config.Document) error {
	return func(d *config.Document) error {
		names, err := c.Flags().GetStringArray("integration")
		if err != nil {
			return err
		}
		for _, name := range names {
			for name := range strings.SplitSeq(name, ",") {
				if name = strings.TrimSpace(name); name != "" && name != "none" && !d.File().Has(name) {
					return unknownIntegration(d.File(), name)
				}
			}
		}
		return change(d)
	}
}

// wording is what is said about a change, and about one that changes nothing.
type wording struct{ changed, same string }

var (
	wordsOfAdd = wording{"added trigger %s\ntry it: wnotify trigger test %[1]s FILE", "trigger %s is there already with these settings"}
	wordsOfSet = wording{"changed trigger %s", "trigger %s has these settings already"}
)

// changeTrigger adds or changes a trigger, and tells of it.
func (a *app) changeTrigger(ctx context.Context, name string, words wording, change func(*config.Document) error) error {
	var before *config.File
	changed, err := a.edit(ctx, func(d *config.Document) error {
		before = d.File()
		return change(d)
	})
	if err != nil {
		return differs(err)
	}
	f, err := a.load()
	if err != nil {
		return err
	}
	rule, _ := f.Trigger(name)
	if changed {
		_, was := before.Trigger(name)
		if err := a.tellOfTrigger(ctx, f, rule, was); err != nil {
			return err
		}
	}
	switch {
	case a.flags.json():
		return ui.JSON(a.out, struct {
			Changed bool        `json:"changed"`
			Trigger triggerItem `json:"trigger"`
		}{changed, triggerItemOf(rule)})
	case changed:
		a.sayf(words.changed, name)
	default:
		a.sayf(words.same, name)
	}
	return nil
}

// tellOfTrigger tells those who select it that a trigger was added, or, when it
// was there before, changed.
func (a *app) tellOfTrigger(ctx context.Context, f *config.File, rule trigger.Rule, was bool) error {
	return a.withEngine(ctx, f, func(e *engine) error {
		account := e.Settings().Account
		line := account.TriggerCreated(inTriggerEvents(rule), "")
		if was {
			line = account.TriggerUpdated(inTriggerEvents(rule), "")
		}
		return interrupted(e.TriggerChanged(ctx, line))
	})
}

// interrupted: what was queued is safe, and goes out with the next run.
func interrupted(err error) error {
	if errors.Is(err, dispatch.ErrStopped) {
		return nil
	}
	return err
}
