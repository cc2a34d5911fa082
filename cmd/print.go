package cmd

import (
	"fmt"

	"github.com/wnotify/wnotify/cmd/config"
	"github.com/wnotify/wnotify/cmd/ui"
)

// sayf prints a sentence about what was done, unless quiet.
func (a *app) sayf(format string, args ...any) {
	if !a.flags.quiet {
		fmt.Fprintf(a.out, format+"\n", args...)
	}
}

// warn prints what is legal, but likely not what was meant.
func (a *app) warn(p config.Problem) {
	if !a.flags.quiet {
		fmt.Fprintf(a.err, "%s %s\n", a.err.Paint(ui.Warn, "warning:"), p)
	}
}
