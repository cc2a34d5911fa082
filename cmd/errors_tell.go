package cmd

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"syscall"

	"github.com/rs/zerolog"

	"github.com/wnotify/wnotify/cmd/ui"
)

// report tells the errors of a run on stderr and returns its exit code. With
// -o json the error that decided the code is also the last line, as JSON.
func (a *app) report(err error) int {
	decided := diagnosis{Code: exitOK}
	for _, e := range single(err) {
		d := diagnose(e)
		a.tell(e, d)
		if Combine(decided.Code, d.Code) != decided.Code {
			decided = d
		}
	}
	if decided.Code != exitOK && a.flags.json() {
		// Nothing is left to do if stderr is closed.
		_ = ui.JSON(a.err, struct {
			Error diagnosis `json:"error"`
		}{decided})
	}
	return decided.Code
}

// tell prints one error for people: what, where, what to do.
func (a *app) tell(err error, d diagnosis) {
	if errors.Is(err, syscall.EPIPE) {
		return // who does not read on knows
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s %s\n", a.err.Paint(ui.Bad, "error:"), indented(d.Message))
	if d.Where != "" && !strings.Contains(d.Message, d.Where) {
		fmt.Fprintf(&b, "  where: %s\n", indented(d.Where))
	}
	if d.more != "" {
		fmt.Fprintf(&b, "  %s\n", strings.ReplaceAll(d.more, "\n", "\n  "))
	}
	if d.Fix != "" {
		fmt.Fprintf(&b, "  fix: %s\n", indented(d.Fix))
	}
	if e, ok := errors.AsType[*internalError](err); ok && a.log.GetLevel() == zerolog.TraceLevel {
		b.Write(e.stack)
	}
	_, _ = a.err.Write(b.Bytes()) // as above
}

// indented keeps the lines of a text under the first. The name of a file in it
// may be a stranger's.
func indented(text string) string {
	all := strings.Split(strings.TrimRight(text, "\n"), "\n")
	for i := range all {
		all[i] = ui.Clean(all[i])
	}
	return strings.Join(all, "\n  ")
}
