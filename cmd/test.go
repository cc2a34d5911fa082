package cmd

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/wnotify/wnotify/cmd/config"
	"github.com/wnotify/wnotify/cmd/ui"
	"github.com/wnotify/wnotify/dispatch"
	"github.com/wnotify/wnotify/dispatch/collector"
	"github.com/wnotify/wnotify/dispatch/event"
	"github.com/wnotify/wnotify/dispatch/payload"
)

// trying are the flags of wnotify test.
type trying struct {
	events []string
	all    bool
	format string
	aside  bool // a command that prints a result of its own asks
}

// test makes the command; it also stands under integration.
func (a *app) test() *cobra.Command {
	var t trying
	c := &cobra.Command{
		Use:   "test [NAME...]",
		Short: "Send test events and say what to do about each failure",
		Long: `Send one [Test message] for each event type that an integration selects, in
its own format: of the named integrations, also disabled ones, or of all that
are not disabled. Tests are tried once, not queued and not counted.`,
		Example: `  wnotify test
  wnotify test siem -v
  wnotify test siem --event hits --format ndjson`,
		ValidArgsFunction: a.completeIntegrations,
		RunE: func(c *cobra.Command, args []string) error {
			return a.work(c.Context(), func(e *engine) error {
				list, err := toTest(e, args)
				if err != nil {
					return err
				}
				return a.tryOut(c.Context(), e, list, t)
			})
		},
	}
	c.Flags().StringArrayVar(&t.events, "event", nil, "test with an event of `TYPE` (repeat for several)")
	c.Flags().BoolVar(&t.all, "all", false, "test with every event type")
	c.Flags().StringVar(&t.format, "format", "", "send as `FORMAT`: json-array or ndjson (default: the integration's)")
	return c
}

// toTest are the named integrations, or without names all that a person did
// not disable.
func toTest(e *engine, names []string) ([]dispatch.Integration, error) {
	s := e.Settings()
	var list []dispatch.Integration
	for _, name := range names {
		i, ok := s.Integration(name)
		if !ok {
			return nil, unknownIntegration(e.file, name)
		}
		list = append(list, i)
	}
	if len(names) > 0 {
		return list, nil
	}
	for _, i := range s.Integrations {
		if i.Enabled {
			list = append(list, i)
		}
	}
	if len(list) == 0 {
		return nil, &failure{
			code: exitConfig, err: errors.New("there is no enabled integration to test"), where: e.file.Path,
			fix: "wnotify integration add NAME --url URL, or name a disabled one",
		}
	}
	return list, nil
}

// tested is the result of one test as JSON.
type tested struct {
	Integration string          `json:"integration"`
	Event       string          `json:"event"`
	Type        string          `json:"notification_type"`
	OK          bool            `json:"ok"`
	Status      int             `json:"status,omitempty"`
	Latency     ui.Milliseconds `json:"latency"`
	Error       string          `json:"error,omitempty"`
	Answer      string          `json:"answer,omitempty"`
	Advice      string          `json:"advice,omitempty"`
}

// tryOut sends the tests and prints what became of each.
func (a *app) tryOut(ctx context.Context, e *engine, list []dispatch.Integration, t trying) error {
	format, err := t.payload()
	if err != nil {
		return err
	}
	items := []tested{}
	failed := 0
	for _, i := range list {
		events, err := t.of(i)
		if err != nil {
			return err
		}
		title := fmt.Sprintf("%s  %s  %s\n", a.out.Paint(ui.Bold, i.Name), i.Endpoint.Method, e.client.Shown(i.Endpoint))
		if !a.flags.json() && !a.flags.quiet {
			fmt.Fprint(a.out, title)
			title = ""
		}
		told := "" // what is to be known of a success is said once
		for _, trial := range e.Try(ctx, i, events, format) {
			if !trial.OK() {
				failed++
			}
			items = append(items, testedOf(i.Name, trial))
			if trial.OK() && trial.Advice == told {
				trial.Advice = ""
			} else {
				told = trial.Advice
			}
			if !a.flags.json() && !(a.flags.quiet && trial.OK()) {
				fmt.Fprint(a.out, title) // quiet, only above what failed
				title = ""
				a.printTrial(e, i, trial)
			}
		}
	}
	if a.flags.json() && (failed > 0 || !t.aside) {
		if err := ui.Items(a.out, items); err != nil {
			return err
		}
	}
	if ctx.Err() != nil {
		return dispatch.ErrStopped
	}
	if failed > 0 {
		return &failure{code: exitUnavailable, err: fmt.Errorf("%d of %s failed", failed, ui.Plural(int64(len(items)), "test"))}
	}
	return nil
}

func (t trying) payload() (payload.Format, error) {
	if t.format == "" {
		return "", nil
	}
	f, err := payload.ParseFormat(t.format)
	if err != nil {
		return "", usagef("--format: %s", err)
	}
	return f, nil
}

// of are the test events for an integration.
func (t trying) of(i dispatch.Integration) ([]event.TestEvent, error) {
	switch {
	case t.all:
		return event.All().TestEvents(), nil
	case len(t.events) == 0:
		return i.Events.TestEvents(), nil
	}
	var list []event.TestEvent
	for _, name := range t.events {
		s, err := event.ParseSelection([]string{name})
		if k := event.Lookup(name); err != nil && k != nil {
			list = append(list, event.TestEvent{Kind: k})
			continue
		}
		if err != nil {
			return nil, usagef("--event: %s", err)
		}
		list = append(list, s.TestEvents()...)
	}
	return list, nil
}

func testedOf(name string, t dispatch.Trial) tested {
	r := tested{
		Integration: name, Type: t.Event.Kind.Type, OK: t.OK(), Status: t.Reply.Status,
		Latency: ui.Milliseconds(t.Reply.Took), Answer: t.Reply.Answer, Advice: t.Advice,
	}
	if t.Event.Selector != nil {
		r.Event = t.Event.Selector.Name
	}
	if t.Reply.Err != nil {
		r.Error = t.Reply.Err.Error()
	}
	return r
}

func (a *app) printTrial(e *engine, i dispatch.Integration, t dispatch.Trial) {
	word := a.out.Paint(ui.Good, "ok  ")
	if !t.OK() {
		word = a.out.Paint(ui.Bad, "fail")
	}
	said := "-"
	if t.Reply.Status != 0 {
		said = strconv.Itoa(t.Reply.Status)
	}
	fmt.Fprintf(a.out, "  %s  %-3s %8s  %s\n", word, said, ui.Duration(t.Reply.Took), t.Event.Kind.Title)
	const behind = 8
	if t.Reply.Err != nil {
		fmt.Fprintf(a.out, "%*s%s\n", behind, "", a.out.Fold(t.Reply.Err.Error(), behind, behind))
	} else if !t.OK() && t.Reply.Answer != "" {
		fmt.Fprintf(a.out, "%*s%s\n", behind, "", a.out.Fold("the answer: "+t.Reply.Answer, behind, behind))
	}
	if t.Advice != "" {
		fmt.Fprintf(a.out, "%*s%s\n", behind, "", a.out.Fold(t.Advice, behind, behind))
	}
	if a.flags.verbose {
		a.printExchange(e, i, t)
	}
}

// printExchange shows the request and the answer, secrets as references.
func (a *app) printExchange(e *engine, i dispatch.Integration, t dispatch.Trial) {
	fmt.Fprintf(a.out, "    > %s %s\n", i.Endpoint.Method, e.client.Shown(i.Endpoint))
	for _, h := range e.client.Headers(i.Endpoint, t.Request) {
		fmt.Fprintf(a.out, "    > %s: %s\n", h.Name, shownHeader(h))
	}
	fmt.Fprintf(a.out, "    > \n    > %s\n", strings.TrimRight(string(t.Request.Content()), "\n"))
	if t.Reply.Status != 0 {
		fmt.Fprintf(a.out, "    < %d\n", t.Reply.Status)
	}
	if t.Reply.Answer != "" {
		fmt.Fprintf(a.out, "    < \n    < %s\n", t.Reply.Answer)
	}
}

// shownHeader is the value of a header as people may see it.
func shownHeader(h collector.Header) string {
	switch {
	case !h.Value.Plain():
		return h.Prefix + "<" + h.Value.Source() + ">"
	case h.Secret, config.Sensitive(h.Name) && h.Name != "Idempotency-Key":
		return hidden
	}
	return h.Prefix + h.Value.Text
}

// hidden stands for what nobody may see.
const hidden = "***"
