package cmd

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"github.com/wnotify/wnotify/cmd/ui"
	"github.com/wnotify/wnotify/dispatch"
)

// reporting are the flags of wnotify report.
type reporting struct {
	since, until string
	form         string
	out          string
}

// statistics is the command report; what tells the errors of a run has that
// name already.
func (a *app) statistics() *cobra.Command {
	var r reporting
	c := &cobra.Command{
		Use:   "report [NAME...]",
		Short: "Report deliveries, failures and latencies as text, JSON or HTML",
		Long: `Report what was delivered and what failed by hour and integration, how long
requests took, how far failures were from the limit, and what is queued now. Back
to 48 h the report is by hour, before that by day. The HTML page is one file with
charts, without scripts; it needs no network and can be printed.`,
		Example: `  wnotify report
  wnotify report --since 7d siem
  wnotify report -o html --out report.html`,
		ValidArgsFunction: a.completeIntegrations,
		RunE: func(c *cobra.Command, args []string) error {
			if err := r.settle(a); err != nil {
				return err
			}
			span, err := r.span(a.env.Now())
			if err != nil {
				return err
			}
			return a.look(c.Context(), func(l *lookout) error { return a.makeReport(c.Context(), l, r, span, args) })
		},
	}
	f := c.Flags()
	f.StringVar(&r.since, "since", "24h", "from `TIME` on: 24h, 7d, 2026-11-21T12:00:00Z")
	f.StringVar(&r.until, "until", "", "up to `TIME` (default now)")
	f.StringVarP(&r.form, "output", "o", "", "report as `FORM`: text, json or html (default text)")
	f.StringVar(&r.out, "out", "", "write to `FILE`, as a whole or not at all")
	mustComplete(c, "output", cobra.FixedCompletions([]string{"text", "json", "html"}, cobra.ShellCompDirectiveNoFileComp))
	return c
}

// settle checks the form; this command knows one more than all others.
func (r *reporting) settle(a *app) error {
	switch r.form {
	case "":
		r.form = a.flags.output
	case "text", "json", "html":
		a.flags.output = r.form // an error is told in the same form
	default:
		return usagef("--output %s: it must be text, json or html", r.form)
	}
	if r.out == "-" {
		r.out = ""
	}
	return nil
}

// span is the time that the report is about.
func (r *reporting) span(now time.Time) (dispatch.Span, error) {
	since, err := parseMoment("since", r.since, now)
	if err != nil {
		return dispatch.Span{}, err
	}
	until := now
	if r.until != "" {
		if until, err = parseMoment("until", r.until, now); err != nil {
			return dispatch.Span{}, err
		}
	}
	if until.After(now) {
		until = now
	}
	if !since.Before(until) {
		return dispatch.Span{}, usagef("the report would begin at %s, not before its end at %s", since.UTC().Format(time.RFC3339), until.UTC().Format(time.RFC3339))
	}
	if until.Sub(since) > longestReport {
		return dispatch.Span{}, usagef("--since %s: at most ten years", r.since)
	}
	return dispatch.SpanOf(since, until, now), nil
}

const longestReport = 10 * 366 * 24 * time.Hour

func (a *app) makeReport(ctx context.Context, l *lookout, r reporting, span dispatch.Span, names []string) error {
	if err := l.known(ctx, names); err != nil {
		return err
	}
	step, end := a.showSteps(ctx, "reading", "integrations")
	all, unread := l.Activity(ctx, span, a.env.Now(), step)
	end()
	if unread != nil && len(all) == 0 {
		return unread
	}
	rep := l.newReport(span, a.env.Now(), all, names)
	var b bytes.Buffer
	var err error
	switch r.form {
	case "html":
		err = rep.html(&b)
	case "json":
		err = ui.JSON(a.streamTo(&b, r.out), rep)
	default:
		rep.text(a.streamTo(&b, r.out), &b)
	}
	if err == nil {
		err = a.deliverReport(r.out, b.Bytes())
	}
	return errors.Join(unread, err)
}

// streamTo says how text in a buffer is to look: on standard output as there,
// in a file plain.
func (a *app) streamTo(w io.Writer, file string) *ui.Stream {
	s := ui.NewStream(w, a.env.Getenv)
	if file == "" {
		s.Color, s.Terminal, s.Width, s.Unicode = a.out.Color, a.out.Terminal, a.out.Width, a.out.Unicode
	}
	return s
}

func (a *app) deliverReport(file string, text []byte) error {
	if file == "" {
		_, err := a.out.Write(text)
		return err
	}
	if err := replaceFile(file, text); err != nil {
		return &failure{
			code: exitCannotCreate, err: fmt.Errorf("cannot write the report: %w", err), where: file,
			fix: "name a file in a folder that you may write to, or - for standard output",
		}
	}
	if a.out.Terminal {
		a.sayf("wrote %s (%s)", ui.Clean(file), ui.Bytes(int64(len(text))))
	}
	return nil
}
