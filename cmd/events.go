package cmd

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/wnotify/wnotify/cmd/ui"
	"github.com/wnotify/wnotify/dispatch/event"
)

// events prints the catalogue: what can be selected, and what an event of each
// type looks like.
func (a *app) events() *cobra.Command {
	var sample bool
	c := &cobra.Command{
		Use:   "events [TYPE]",
		Short: "List the event types, or show one with a sample",
		Long: `List the event types that an integration can select, with Wallarm's own names,
or show one: what belongs to it and what an event of it looks like. TYPE is a
name of the list, one of its other names, or a notification type.`,
		Example: `  wnotify events
  wnotify events vulnerabilities
  wnotify events hits --sample | wnotify send -n
  wnotify events --sample > every-type.ndjson`,
		Args: most("TYPE"),
		ValidArgsFunction: func(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
			if len(args) > 0 {
				return nil, cobra.ShellCompDirectiveNoFileComp
			}
			return completeEvents(), cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 && sample {
				return a.printSamples(slices.Collect(event.Kinds()))
			}
			if len(args) == 0 {
				return a.listEvents()
			}
			t, err := findType(args[0])
			if err != nil {
				return err
			}
			if sample {
				return a.printSample(t)
			}
			return a.showEvent(t)
		},
	}
	c.Flags().BoolVar(&sample, "sample", false, "print a sample event, or of every type one on a line")
	return c
}

// eventType is what TYPE stands for.
type eventType struct {
	selector *event.Selector // nil for what only triggers send, and for all
	kinds    []*event.Kind
}

// findType finds a selector by name or alias, or a notification type.
func findType(name string) (eventType, error) {
	selection, err := event.ParseSelection([]string{name})
	if err != nil {
		k := event.Lookup(name)
		if k == nil {
			return eventType{}, usagef("%s", err)
		}
		return eventType{selectorOf(k.Selector), []*event.Kind{k}}, nil
	}
	if selection.Empty() {
		return eventType{}, usagef("%q selects nothing, so there is nothing to show", name)
	}
	t := eventType{selector: selectorOf(selection.Names()[0])}
	for k := range event.Kinds() {
		if t.takes(selection, k) {
			t.kinds = append(t.kinds, k)
		}
	}
	return t, nil
}

// takes reports whether a kind belongs to the type. One whose name is another
// word for a risk (vuln_low) belongs to that risk only.
func (t eventType) takes(selection event.Selection, k *event.Kind) bool {
	if t.selector == nil || t.selector.Risk == event.Unknown {
		return selection.Match(k, event.Unknown)
	}
	named, err := event.ParseSelection([]string{k.Type})
	stands := err == nil && selectorOf(named.Names()[0]).Risk != event.Unknown
	return selection.Match(k, t.selector.Risk) && (!stands || named == selection)
}

func selectorOf(name string) *event.Selector {
	for _, top := range event.TopLevel() {
		for _, s := range append([]*event.Selector{top}, top.Subs...) {
			if s.Name == name {
				return s
			}
		}
	}
	return nil
}

// eventItem is an event type as JSON.
type eventItem struct {
	Name    string     `json:"name"`
	Aliases []string   `json:"aliases,omitempty"`
	About   string     `json:"about"`
	Risk    string     `json:"risk,omitempty"`
	Types   []kindItem `json:"types,omitempty"`
}

// kindItem is a notification type as JSON.
type kindItem struct {
	Type       string `json:"type"`
	Selector   string `json:"selector,omitempty"`
	Title      string `json:"title"`
	About      string `json:"about"`
	Provenance string `json:"provenance"`
}

func (a *app) listEvents() error {
	var items []eventItem
	table := ui.Table{Columns: []ui.Column{{Title: "EVENT TYPE"}, {Title: "WHAT", Least: 20, Wrap: true}}}
	row := func(name, about string, aliases []string) {
		c := ui.Word(about)
		if len(aliases) > 0 {
			c.Text += " (also " + strings.Join(aliases, ", ") + ")"
		}
		table.Row(ui.Word(name), c)
	}
	for _, top := range event.TopLevel() {
		for _, s := range append([]*event.Selector{top}, top.Subs...) {
			items = append(items, eventItem{Name: s.Name, Aliases: s.Aliases, About: s.Doc, Risk: s.Risk.String()})
			row(s.Name, s.Doc, s.Aliases)
		}
	}
	items = append(items, eventItem{Name: "all", About: allDoc}, eventItem{Name: "none", About: noneDoc})
	row("all", allDoc, nil)
	row("none", noneDoc, nil)
	if a.flags.json() {
		return ui.Items(a.out, items)
	}
	table.Print(a.out)
	return nil
}

const (
	allDoc  = "everything, also types that this list does not know"
	noneDoc = "nothing; a trigger can still use the integration"
)

func (a *app) showEvent(t eventType) error {
	item := eventItem{Name: "all", About: allDoc}
	if s := t.selector; s != nil {
		item = eventItem{Name: s.Name, Aliases: s.Aliases, About: s.Doc, Risk: s.Risk.String()}
	} else if len(t.kinds) == 1 {
		item = eventItem{Name: t.kinds[0].Type, About: "sent by triggers only"}
	}
	table := ui.Table{Columns: []ui.Column{{Title: "NOTIFICATION TYPE"}, {Title: "WHAT", Least: 20, Wrap: true}, {Title: "FORM"}}}
	for _, k := range t.kinds {
		item.Types = append(item.Types, kindItem{k.Type, k.Selector, k.Title, k.Doc, k.Provenance.String()})
		table.Row(ui.Word(k.Type), ui.Word(k.Doc), ui.Word(k.Provenance.String()))
	}
	if a.flags.json() {
		return ui.JSON(a.out, item)
	}
	if a.out.Terminal {
		fmt.Fprintf(a.out, "%s: %s\n", a.title(item.Name), item.About)
		if len(item.Aliases) > 0 {
			fmt.Fprintf(a.out, "Other names: %s\n", strings.Join(item.Aliases, ", "))
		}
		fmt.Fprintln(a.out)
	}
	table.Print(a.out)
	return nil
}

// printSample prints one event of a type, with the risk that the type stands
// for.
func (a *app) printSample(t eventType) error {
	if t.selector == nil || t.selector.Risk == event.Unknown {
		return a.printSamples(t.kinds[:1])
	}
	_, err := fmt.Fprintf(a.out, "%s\n", event.SampleOf(t.kinds[0], t.selector.Risk))
	return err
}

func (a *app) printSamples(kinds []*event.Kind) error {
	for _, k := range kinds {
		if _, err := fmt.Fprintf(a.out, "%s\n", event.Sample(k.Type)); err != nil {
			return err
		}
	}
	return nil
}

// completeEvents lists the names of event types with what they are.
func completeEvents() []string {
	var names []string
	for _, top := range event.TopLevel() {
		for _, s := range append([]*event.Selector{top}, top.Subs...) {
			names = append(names, cobra.CompletionWithDesc(s.Name, s.Doc))
		}
	}
	return names
}
