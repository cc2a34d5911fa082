package cmd

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/wnotify/wnotify/cmd/config"
	"github.com/wnotify/wnotify/cmd/ui"
	"github.com/wnotify/wnotify/dispatch/event"
	"github.com/wnotify/wnotify/dispatch/spelling"
	"github.com/wnotify/wnotify/dispatch/trigger"
)

// trigger is the group of what can be done with triggers.
func (a *app) trigger() *cobra.Command {
	return group(&cobra.Command{
		Use:     "trigger",
		Aliases: []string{"triggers"},
		Short:   "Add, list, change, enable, disable, delete or test triggers",
		Long: `A trigger is a condition with filters that sends an alert of its own to several
integrations, kept in the configuration file. Commands change only the bytes they
must; repeating one that has nothing left to do changes nothing and exits 0.
Integrations that select rules_and_triggers are told of each change.`,
		Example: `  wnotify trigger add sqli-burst --condition hits --more-than 100 --per 1h \
    --filter attack_type=sqli,xss -i siem
  wnotify trigger test sqli-burst yesterday.ndjson
  wnotify trigger list`,
	}, a.triggerAdd(), a.triggerList(), a.triggerShow(), a.triggerSet(),
		a.triggerEnable(), a.triggerDisable(), a.triggerDelete(), a.triggerTry())
}

// completeTriggers completes names of triggers, read from the configuration file.
func (a *app) completeTriggers(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
	f, err := a.load()
	if err != nil {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	var names []string
	for _, t := range f.Settings().Triggers {
		if !slices.Contains(args, t.Name) {
			names = append(names, cobra.CompletionWithDesc(t.Name, t.Condition))
		}
	}
	return names, cobra.ShellCompDirectiveNoFileComp
}

// unknownTrigger is the error for a name that is not in the configuration.
func unknownTrigger(f *config.File, name string) error {
	var known []string
	for _, t := range f.Settings().Triggers {
		known = append(known, t.Name)
	}
	return &config.UnknownError{What: "trigger", Name: name, Suggestion: spelling.Nearest(name, known)}
}

// triggerItem is a trigger as JSON.
type triggerItem struct {
	Name         string         `json:"name"`
	Enabled      bool           `json:"enabled"`
	Condition    string         `json:"condition"`
	Threshold    *thresholdItem `json:"threshold,omitempty"`
	Filters      []filterItem   `json:"filters"`
	Integrations []string       `json:"integrations"`
}

type thresholdItem struct {
	MoreThan int64           `json:"more_than"`
	Per      ui.Milliseconds `json:"per"`
}

type filterItem struct {
	Field  string   `json:"field"`
	Not    bool     `json:"not,omitempty"`
	Values []string `json:"values"`
}

func triggerItemOf(r trigger.Rule) triggerItem {
	item := triggerItem{Name: r.Name, Enabled: r.Enabled, Condition: r.Condition, Filters: []filterItem{}, Integrations: nonNil(r.Integrations)}
	if r.Per > 0 {
		item.Threshold = &thresholdItem{r.MoreThan, ui.Milliseconds(r.Per)}
	}
	for _, f := range r.Filters {
		item.Filters = append(item.Filters, filterItem(f))
	}
	return item
}

// thresholdText says when a trigger fires, as "hits > 100 per 1h".
func thresholdText(r trigger.Rule) string {
	if r.Per == 0 {
		return r.Condition
	}
	return r.Condition + " > " + ui.Count(r.MoreThan) + " per " + ui.Duration(r.Per)
}

func filterText(f trigger.Filter) string {
	sign := "="
	if f.Not {
		sign = "!="
	}
	return f.Field + sign + strings.Join(f.Values, ",")
}

// inTriggerEvents is a trigger as system events name it.
func inTriggerEvents(r trigger.Rule) event.Trigger {
	return event.Trigger{Name: r.Name, Condition: r.Condition, Enabled: r.Enabled}
}
