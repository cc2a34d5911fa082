package cmd

import (
	"fmt"
	"net/url"
	"strings"

	"github.com/spf13/cobra"

	"github.com/wnotify/wnotify/cmd/config"
	"github.com/wnotify/wnotify/cmd/ui"
	"github.com/wnotify/wnotify/dispatch/trigger"
)

func (a *app) configShow() *cobra.Command {
	return &cobra.Command{
		Use:   "show",
		Short: "Show the settings that count; secrets are not shown",
		Example: `  wnotify config show
  wnotify config show -o json`,
		Args: none,
		RunE: func(*cobra.Command, []string) error {
			f, err := a.load()
			if err != nil {
				return err
			}
			return a.showConfig(f)
		},
	}
}

// section is a table of the configuration as it counts.
type section struct {
	name    string
	entries []entry
}

func (a *app) showConfig(f *config.File) error {
	settings := f.Settings()
	all := sections(f)
	o := object{{"path", f.Path}}
	for _, s := range all {
		o = append(o, member{s.name, objectOf(s.entries)})
	}
	integrations, triggers := []object{}, []object{}
	for _, i := range settings.Integrations {
		list := entriesOf(f.Integration(i.Name))
		integrations = append(integrations, withName(i.Name, objectOf(list)))
		all = append(all, section{config.Dotted("integration", i.Name), list})
	}
	for _, t := range settings.Triggers {
		list := triggerEntries(t)
		triggers = append(triggers, withName(t.Name, objectOf(list)))
		all = append(all, section{config.Dotted("trigger", t.Name), list})
	}
	if a.flags.json() {
		return ui.JSON(a.out, append(o, member{"integrations", integrations}, member{"triggers", triggers}))
	}
	fmt.Fprintln(a.out, f.Path)
	for _, s := range all {
		fmt.Fprintf(a.out, "\n%s\n", a.title("["+s.name+"]"))
		a.printEntries(s.entries)
	}
	return nil
}

// sections are the tables that exist once.
func sections(f *config.File) []section {
	s := f.Settings()
	overflow := "refuse"
	if s.Queue.DropOldest {
		overflow = "drop-oldest"
	}
	all := []section{
		{"account", []entry{
			word("client_name", s.Account.ClientName), word("cloud", s.Account.Cloud), word("partner", s.Account.Partner),
		}},
		{"auto_disable", []entry{
			word("enabled", s.AutoDisable.Enabled), word("failure_percent", s.AutoDisable.Policy.Percent),
			lasting("window", s.AutoDisable.Policy.Window), word("min_requests", s.AutoDisable.Policy.MinRequests),
		}},
		{"queue", []entry{
			size("max_bytes", s.Queue.MaxBytes), word("overflow", overflow),
			size("max_dead_bytes", s.Queue.MaxDead), size("max_reject_bytes", s.Queue.MaxRejects),
		}},
		{"log", []entry{lasting("retention", s.Retention)}},
		{"metrics", []entry{word("textfile", f.Metrics.Textfile)}},
		{"store", storeEntries(f.Store)},
	}
	for _, s := range all {
		for i := range s.entries {
			s.entries[i].given = f.Line(s.name, s.entries[i].key) > 0
		}
	}
	return all
}

func storeEntries(s config.Store) []entry {
	list := []entry{word("engine", s.Engine)}
	if s.Engine != engineNATS {
		return list
	}
	return append(list, word("url", shownServers(s.URLs)), word("credentials", s.Credentials.Source()),
		word("stream", s.Stream), word("replicas", s.Replicas))
}

// shownServers are addresses without what stands before an @, which may be a
// token.
func shownServers(urls []string) string {
	var shown []string
	for _, text := range urls {
		if u, err := url.Parse(text); err == nil {
			shown = append(shown, u.Scheme+"://"+u.Host)
		}
	}
	return strings.Join(shown, ",")
}

// triggerEntries are the settings of a trigger.
func triggerEntries(t trigger.Rule) []entry {
	list := []entry{word("enabled", t.Enabled), word("condition", t.Condition)}
	if t.Per > 0 {
		list = append(list, word("threshold.more_than", t.MoreThan), lasting("threshold.per", t.Per))
	}
	filters, texts := []object{}, []string{}
	for _, f := range t.Filters {
		sign := "="
		o := object{{"field", f.Field}}
		if f.Not {
			sign = "!="
			o = append(o, member{"not", true})
		}
		filters = append(filters, append(o, member{"values", f.Values}))
		texts = append(texts, f.Field+sign+strings.Join(f.Values, ","))
	}
	list = append(list,
		entry{key: "filters", text: strings.Join(texts, " "), value: filters},
		entry{key: "integrations", text: strings.Join(t.Integrations, ", "), value: t.Integrations})
	for i := range list {
		list[i].given = true
	}
	return list
}
