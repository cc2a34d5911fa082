package cmd

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/wnotify/wnotify/cmd/config"
	"github.com/wnotify/wnotify/cmd/ui"
)

// What a check came to.
const (
	statusOK   = "ok"
	statusWarn = "warn"
	statusFail = "fail" // needs a person
)

// finding is the result of one check.
type finding struct {
	Check   string `json:"check"`  // config, permissions, files, state, journal, disk, queue, proxy, dns, tcp, tls, certificate, clock
	Status  string `json:"status"` // ok, warn, fail
	Message string `json:"message"`
	Fix     string `json:"fix,omitempty"`
	Where   string `json:"where,omitempty"` // a path, a place in the configuration, or the name of an integration

	code  int            // of fail: what a command that meets it ends with
	about config.Problem // of files: what was found
}

// findings are the results in the order of the checks.
type findings struct{ list []finding }

func (l *findings) add(f finding) {
	f.Message, f.Fix, f.Where = ui.Clean(f.Message), ui.Clean(f.Fix), ui.Clean(f.Where)
	l.list = append(l.list, f)
}

func (l *findings) ok(check, where, format string, args ...any) {
	l.add(finding{Check: check, Status: statusOK, Where: where, Message: fmt.Sprintf(format, args...)})
}

func (l *findings) warnf(check, where, fix, format string, args ...any) {
	l.add(finding{Check: check, Status: statusWarn, Where: where, Fix: fix, Message: fmt.Sprintf(format, args...)})
}

func (l *findings) failf(code int, check, where, fix, format string, args ...any) {
	l.add(finding{Check: check, Status: statusFail, Where: where, Fix: fix, Message: fmt.Sprintf(format, args...), code: code})
}

// failure is an error that every other command would end with: message, fix
// and exit code come from the one table.
func (l *findings) failure(check, where string, err error) {
	for _, e := range single(err) {
		d := diagnose(e)
		l.failf(d.Code, check, cmp.Or(d.Where, where), d.Fix, "%s", d.Message)
	}
}

// problem is one of the configuration; status says how much it matters.
func (l *findings) problem(check string, p config.Problem, status string) {
	f := finding{Check: check, Status: status, Fix: p.Hint, Where: p.Path, Message: p.Message, about: p}
	if p.Key != "" {
		f.Message = p.Key + ": " + p.Message
	}
	if p.Line > 0 {
		f.Where = fmt.Sprintf("%s:%d:%d", p.Path, p.Line, p.Column)
	}
	if status == statusFail {
		f.code = diagnose(&config.InvalidError{Problems: []config.Problem{p}}).Code
		f.Fix = cmp.Or(f.Fix, "mend it there, or with wnotify config edit")
	}
	l.add(f)
}

// verdict is what all findings come to.
type verdict struct {
	count int     // of what needs a person
	first finding // whose exit code wins
	lines string  // one for each
}

func (l *findings) verdict() verdict {
	v := verdict{first: finding{code: exitOK}}
	for _, f := range l.list {
		if f.Status != statusFail {
			continue
		}
		v.count++
		v.lines += f.line() + "\n"
		if Combine(v.first.code, f.code) != v.first.code {
			v.first = f
		}
	}
	return v
}

// err is nil when nothing needs a person.
func (v verdict) err() error {
	if v.count == 0 {
		return nil
	}
	return &failure{
		code: v.first.code, err: errors.New(needs(v.count) + " a person"),
		where: v.first.Where, fix: v.first.Fix, more: v.lines,
	}
}

// line is a finding without its status, in a line.
func (f finding) line() string {
	text := f.Check + ": " + f.text()
	if f.Fix != "" {
		text += "; fix: " + f.Fix
	}
	return text
}

// printFindings prints all of them and returns the verdict.
func (a *app) printFindings(x *examination) error {
	verdict := x.verdict()
	switch {
	case a.flags.json():
		return errors.Join(ui.JSON(a.out, struct {
			Config string    `json:"config"`
			State  string    `json:"state"`
			Items  []finding `json:"items"`
		}{x.places.Config, x.places.State, x.list}), verdict.err())
	case a.flags.quiet:
		return verdict.err()
	}
	_, _ = a.out.Write(a.drawFindings(x))                                // remembered by the stream
	verdict.lines, verdict.first = "", finding{code: verdict.first.code} // each stands above
	return verdict.err()
}

// drawFindings is a line for each; on a terminal the fix has its own.
func (a *app) drawFindings(x *examination) []byte {
	colors := map[string]ui.Color{statusOK: ui.Good, statusWarn: ui.Warn, statusFail: ui.Bad}
	var b bytes.Buffer
	fmt.Fprintf(&b, "config  %s  (%s)\nstate   %s  (%s)\n\n",
		ui.Clean(x.places.Config), x.places.Why.Config, ui.Clean(x.places.State), x.places.Why.State)
	for _, f := range x.list {
		const behind = 19 // columns of status and check
		fmt.Fprintf(&b, "%s  %-11s  %s", a.out.Paint(colors[f.Status], fmt.Sprintf("%-4s", f.Status)), f.Check, a.out.Fold(f.text(), behind, behind))
		switch {
		case f.Fix != "" && a.out.Terminal:
			fmt.Fprintf(&b, "\n%*s%s", behind, "", a.out.Fold("fix: "+f.Fix, behind, behind+5))
		case f.Fix != "":
			fmt.Fprintf(&b, "; fix: %s", f.Fix)
		}
		b.WriteByte('\n')
	}
	return b.Bytes()
}

// text is the message with its place, unless it names the path itself.
func (f finding) text() string {
	if f.Where == "" || filepath.IsAbs(f.Where) && strings.Contains(f.Message, f.Where) {
		return f.Message
	}
	return f.Where + ": " + f.Message
}
