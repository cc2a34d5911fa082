package cmd

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/wnotify/wnotify/cmd/ui"
	"github.com/wnotify/wnotify/dispatch"
	"github.com/wnotify/wnotify/dispatch/event"
	"github.com/wnotify/wnotify/dispatch/intake"
	"github.com/wnotify/wnotify/dispatch/trigger"
)

func (a *app) triggerTry() *cobra.Command {
	as := ""
	c := &cobra.Command{
		Use:   "test NAME [FILE...]",
		Short: "Replay events to a trigger: what would fire, and why",
		Long: `Read events from FILEs or stdin, whole, and say when the trigger would have fired,
what counted and what did not. Nothing is changed, queued or sent; it begins to
count at 0, and counts also when it is disabled.`,
		Example: `  wnotify trigger test sqli-burst yesterday.ndjson
  zcat hits.json.gz | wnotify trigger test sqli-burst -v`,
		ValidArgsFunction: func(c *cobra.Command, args []string, text string) ([]string, cobra.ShellCompDirective) {
			if len(args) > 0 {
				return nil, cobra.ShellCompDirectiveDefault
			}
			return a.completeTriggers(c, args, text)
		},
		RunE: func(c *cobra.Command, args []string) error {
			if len(args) == 0 {
				return usagef("NAME is missing")
			}
			if a.nothingToRead(args[1:]) {
				return usagef("no FILE, and stdin is a terminal")
			}
			return a.tryTrigger(c.Context(), args[0], dispatch.Input{
				Paths: args[1:], Stdin: a.env.Stdin, As: as, From: intake.FromStart, Final: true, MaxEvent: maxMaxEvent,
			})
		},
	}
	c.Flags().StringVar(&as, "as", "", "objects without a type are events of `TYPE`")
	return c
}

// fired is an alert that would be sent, as JSON.
type fired struct {
	Source string          `json:"source"`
	Offset int64           `json:"offset"`
	Line   int64           `json:"line,omitempty"`
	At     time.Time       `json:"at"`
	Count  int64           `json:"count,omitempty"`
	IP     string          `json:"ip,omitempty"`
	Alert  json.RawMessage `json:"alert"`
}

// uncounted is why events did not count.
type uncounted struct {
	Reason string `json:"reason"`
	Events int64  `json:"events"`
}

// replay is a trial of a trigger in progress.
type replay struct {
	a       *app
	trial   *trigger.Trial
	account event.Account
	counted int64
	fired   []fired
	reasons map[string]int64
	rejects []dispatch.Rejected // the first
	err     error
}

func (a *app) tryTrigger(ctx context.Context, name string, in dispatch.Input) error {
	f, err := a.load()
	if err != nil {
		return err
	}
	rule, ok := f.Trigger(name)
	if !ok {
		return unknownTrigger(f, name)
	}
	trial, err := trigger.NewTrial(rule)
	if err != nil {
		return err
	}
	r := &replay{a: a, trial: trial, account: f.Settings().Account, reasons: map[string]int64{}}
	return a.withEngine(ctx, f, func(e *engine) error {
		s, err := e.Rehearse(ctx, in, dispatch.Rehearsal{Event: r.event})
		if err = errors.Join(err, r.err); err == nil {
			err = r.conclude(rule, s.Read, s.Rejected)
		}
		return joined(err, s.Problems())
	})
}

// event tries one event.
func (r *replay) event(path string, at intake.Place, e event.Event, _ []string, _ map[string]string, invalid error) {
	if r.err != nil {
		return
	}
	if invalid != nil {
		if len(r.rejects) < maxReasons {
			r.rejects = append(r.rejects, dispatch.Rejected{Path: path, Place: at, Err: invalid})
		}
		return
	}
	v, err := r.trial.Try(&e, r.a.env.Now())
	if err != nil {
		r.err = err
		return
	}
	if v.Counted {
		r.counted++
	} else if len(v.Alerts) == 0 {
		r.reasons[cmp.Or(v.Reason, "it does not match")]++
	}
	for _, alert := range v.Alerts {
		r.fired = append(r.fired, fired{
			Source: path, Offset: at.Offset, Line: at.Line, At: alert.At, Count: alert.Count, IP: alert.Source, Alert: alert.Line(r.account),
		})
	}
	if r.a.flags.verbose && !r.a.flags.json() {
		r.say(path, at, v)
	}
}

// say tells what became of an event.
func (r *replay) say(path string, at intake.Place, v trigger.Verdict) {
	text := "not counted: " + v.Reason
	if v.Counted || len(v.Alerts) > 0 {
		text = "counted"
		if v.Count > 0 { // a condition without a threshold has no window
			text += fmt.Sprintf(", %s in the window", ui.Count(v.Count))
		}
		if v.Reason != "" {
			text += "; " + v.Reason
		}
	}
	fmt.Fprintf(r.a.out, "%s: %s\n", placeText(path, at), ui.Clean(text))
}

// placeText is where something stands in the input.
func placeText(path string, at intake.Place) string {
	if path == "-" {
		path = "stdin"
	}
	if at.Line > 0 {
		return fmt.Sprintf("%s line %d", path, at.Line)
	}
	return fmt.Sprintf("%s byte %d", path, at.Offset)
}

// conclude prints what would have been sent.
func (r *replay) conclude(rule trigger.Rule, read, rejected int64) error {
	for _, bad := range r.rejects {
		fmt.Fprintf(r.a.err, "%s %s\n", r.a.err.Paint(ui.Warn, "reject:"), rejectText(bad))
	}
	reasons := make([]uncounted, 0, len(r.reasons))
	for reason, n := range r.reasons {
		reasons = append(reasons, uncounted{reason, n})
	}
	slices.SortFunc(reasons, func(x, y uncounted) int {
		return cmp.Or(cmp.Compare(y.Events, x.Events), strings.Compare(x.Reason, y.Reason))
	})
	if r.a.flags.json() {
		return ui.JSON(r.a.out, struct {
			Trigger    string      `json:"trigger"`
			Read       int64       `json:"read"`
			Rejected   int64       `json:"rejected"`
			Counted    int64       `json:"counted"`
			Fired      []fired     `json:"fired"`
			NotCounted []uncounted `json:"not_counted"`
		}{rule.Name, read, rejected, r.counted, nonNil(r.fired), reasons})
	}
	out := r.a.out
	for _, f := range r.fired {
		what := fmt.Sprintf("%s of %s", ui.Count(f.Count), thresholdText(rule))
		if rule.Per == 0 {
			what = rule.Condition
		}
		if f.IP != "" {
			what += " from " + f.IP
		}
		fmt.Fprintf(out, "%s: %s %s at %s → %s\n", placeText(f.Source, intake.Place{Offset: f.Offset, Line: f.Line}),
			out.Paint(ui.Bold, "fires:"), what, f.At.Format(time.RFC3339), strings.Join(rule.Integrations, ", "))
		if r.a.flags.verbose {
			fmt.Fprintf(out, "    %s\n", f.Alert)
		}
	}
	fmt.Fprintf(out, "%s read: %s counted, %s\n", ui.Plural(read, "event"), ui.Count(r.counted), ui.Plural(int64(len(r.fired)), "alert"))
	for _, u := range reasons[:min(len(reasons), maxReasons)] {
		fmt.Fprintf(out, "  %s not counted: %s\n", ui.Count(u.Events), ui.Clean(u.Reason))
	}
	if more := len(reasons) - maxReasons; more > 0 {
		fmt.Fprintf(out, "  … and %s (-v tells each event)\n", ui.Plural(int64(more), "other reason"))
	}
	return nil
}

// maxReasons is how many reasons are told.
const maxReasons = 10
