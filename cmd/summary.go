package cmd

import (
	"errors"
	"fmt"
	"strings"

	"github.com/wnotify/wnotify/cmd/ui"
	"github.com/wnotify/wnotify/dispatch"
)

// summary prints what a run did, and returns what the exit code has to tell.
// Off a terminal a run that went well prints nothing: cron mails whatever is
// printed.
func (a *app) summary(e *engine, command string, s dispatch.Summary) error {
	for _, r := range s.Rejects {
		fmt.Fprintf(a.err, "%s %s\n", a.err.Paint(ui.Warn, "reject:"), rejectText(r))
	}
	if more := s.Rejected - int64(len(s.Rejects)); more > 0 && len(s.Rejects) > 0 {
		fmt.Fprintf(a.err, "… and %s more (see wnotify rejects list)\n", ui.Count(more))
	}
	for _, h := range s.Held {
		fmt.Fprintf(a.err, "%s holds %s: disabled (auto: %d%% of %d requests failed in %s); wnotify integration enable %s\n",
			h.Name, ui.Plural(h.Events, "event"), h.Tripped.Failures*100/max(h.Tripped.Requests, 1), h.Tripped.Requests,
			ui.Duration(e.Settings().AutoDisable.Policy.Window), h.Name)
	}
	if s.Read > 0 && s.Accepted == 0 && s.Unrouted > 0 && !a.flags.quiet {
		fmt.Fprintf(a.err, "nothing was routed: no enabled integration selects any of %s (see wnotify integration list)\n", ui.Plural(s.Read, "event"))
	}
	if a.flags.json() {
		if s.Integrations == nil {
			s.Integrations = []dispatch.LaneSummary{}
		}
		err := ui.JSON(a.out, struct {
			Command string `json:"command"`
			dispatch.Summary
		}{command, s})
		return errors.Join(append(s.Problems(), err)...)
	}
	if a.flags.verbose || a.out.Terminal && !a.flags.quiet {
		a.printSummary(s)
	}
	return errors.Join(s.Problems()...)
}

// notBegun is for a run that could not begin: a program gets its summary
// whatever the exit code.
func (a *app) notBegun(command string, err error) error {
	return errors.Join(err, a.summary(nil, command, dispatch.Summary{}))
}

func rejectText(r dispatch.Rejected) string {
	at := fmt.Sprintf("byte %d", r.Place.Offset)
	if r.Place.Line > 0 {
		at = fmt.Sprintf("line %d, %s", r.Place.Line, at)
	}
	path := r.Path
	if path == "-" {
		path = "stdin"
	}
	return ui.Clean(path + ": " + at + ": " + r.Err.Error())
}

func (a *app) printSummary(s dispatch.Summary) {
	if s.Read > 0 || len(s.Ends) > 0 {
		var parts []string
		for _, p := range []struct {
			n    int64
			word string
		}{{s.Accepted, "accepted"}, {s.Rejected, "rejected"}, {s.Unrouted, "unrouted"}, {s.Skipped, "skipped"}, {s.Refused, "refused"}} {
			if p.n > 0 {
				parts = append(parts, ui.Count(p.n)+" "+p.word)
			}
		}
		if len(parts) == 0 {
			parts = []string{"nothing new"}
		}
		fmt.Fprintf(a.out, "%s read: %s\n", ui.Plural(s.Read, "event"), strings.Join(parts, ", "))
	}
	for _, e := range s.Ends {
		a.printEnd(e)
	}
	if len(s.Integrations) == 0 {
		return
	}
	t := ui.Table{Columns: []ui.Column{
		{Title: "INTEGRATION", Least: 10},
		{Title: "ACCEPTED", Right: true},
		{Title: "DELIVERED", Right: true},
		{Title: "DEAD", Right: true},
		{Title: "QUEUED", Right: true},
	}}
	for _, i := range s.Integrations {
		t.Row(ui.Word(i.Name), ui.Number(i.Accepted), ui.Number(i.Delivered), ui.Number(i.Dead), ui.Number(i.Queued))
	}
	t.Print(a.out)
}

// printEnd tells how a file ended, and how to read it again.
func (a *app) printEnd(e dispatch.SourceEnd) {
	path := ui.Clean(e.Path)
	if e.Note != "" {
		fmt.Fprintf(a.out, "%s: %s\n", path, e.Note)
	}
	if e.Tail > 0 {
		fmt.Fprintf(a.out, "%s: %s of an incomplete event are left for the next run (--final makes them a reject)\n", path, ui.Bytes(e.Tail))
	}
	if e.Resume {
		fmt.Fprintf(a.out, "%s: read to its end (byte %d); --from start sends it again\n", path, e.Offset)
	}
}
