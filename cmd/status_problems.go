package cmd

import (
	"fmt"
	"time"

	"github.com/wnotify/wnotify/cmd/ui"
	"github.com/wnotify/wnotify/dispatch"
)

// statusProblem is something that needs a person.
type statusProblem struct {
	Integration string `json:"integration,omitempty"`
	Problem     string `json:"problem"` // auto-disabled, held, orphaned, dead, rejects, full, old
	Message     string `json:"message"`
	Fix         string `json:"fix"`
}

func (p statusProblem) line() string {
	line := p.Message + "; " + p.Fix
	if p.Integration != "" {
		line = p.Integration + ": " + line
	}
	return ui.Clean(line)
}

// nearlyFull is the share of its limit over which a queue needs a person.
const nearlyFull = 80 // percent

// problems lists what needs a person; oldest is how long an event may wait, 0
// for any time.
func (b *board) problems(oldest time.Duration) (list []statusProblem) {
	for _, i := range b.Items {
		add := func(problem, fix, format string, args ...any) {
			list = append(list, statusProblem{i.Name, problem, fmt.Sprintf(format, args...), fix})
		}
		switch {
		case i.State == dispatch.StateAutoDisabled:
			add("auto-disabled", "wnotify integration enable "+i.Name, "%s", i.health.Shown(ui.Duration(i.span)))
		case i.State == dispatch.StateOrphaned:
			add("orphaned", "wnotify queue move "+i.Name+" NEW, or wnotify integration delete "+i.Name,
				"a queue of %s without an integration", ui.Plural(i.Queued, "event"))
		case i.Reason != "":
			add("held", "wnotify doctor", "waiting: %s", i.Reason)
		}
		switch {
		case i.room > 0 && i.health.Lane.DeadBytes >= i.room:
			add("dead", "wnotify dead list -i "+i.Name+", then replay or drop, or raise max_dead_bytes of [queue]",
				"%s, as much as is kept: what fails now waits in the queue", ui.Plural(i.Dead, "dead letter"))
		case i.Dead > 0:
			add("dead", "wnotify dead list -i "+i.Name, "%s", ui.Plural(i.Dead, "dead letter"))
		}
		if i.limit > 0 && i.Bytes*100 > i.limit*nearlyFull {
			add("full", "wnotify flush "+i.Name+", or raise max_bytes of [queue]",
				"its queue is %s full (%s of %s)", ui.Percent(i.Bytes, i.limit), ui.Bytes(i.Bytes), ui.Bytes(i.limit))
		}
		if age := b.At.Sub(i.Oldest); oldest > 0 && !i.Oldest.IsZero() && age > oldest {
			add("old", "wnotify flush "+i.Name, "the oldest event has waited %s", ui.Duration(age))
		}
	}
	if b.Rejects > 0 {
		list = append(list, statusProblem{
			Problem: "rejects", Message: ui.Plural(b.Rejects, "reject") + " in the last 24h", Fix: "wnotify rejects list --since 24h",
		})
	}
	return list
}
