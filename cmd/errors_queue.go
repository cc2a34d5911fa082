package cmd

import (
	"errors"
	"strings"

	"github.com/wnotify/wnotify/cmd/config"
	"github.com/wnotify/wnotify/dispatch"
	"github.com/wnotify/wnotify/dispatch/collector"
	"github.com/wnotify/wnotify/store/bolt"
)

// queueRules are the rows of the table that are about events and the queue.
var queueRules = []rule{
	on(func(e *dispatch.InvalidError) diagnosis {
		if e.Rehearsed {
			return diagnosis{Code: exitData}
		}
		if e.Stopped {
			return diagnosis{Code: exitData, Fix: "mend the input and repeat the command: a FILE changed in place goes on right there, a new one begins at its start"}
		}
		if e.Unkept > 0 {
			return diagnosis{Code: exitData, Fix: "wnotify rejects drop --all, or raise max_reject_bytes of [queue]"}
		}
		return diagnosis{Code: exitData, Fix: "wnotify rejects list"}
	}),
	on(func(e *dispatch.UnreadableError) diagnosis {
		return diagnosis{Code: exitNoInput, Where: e.Path, Fix: "mend it and repeat the command; the others were read"}
	}),
	on(func(e *dispatch.GaveUpError) diagnosis {
		var fix []string
		if len(e.Dead) > 0 {
			fix = append(fix, "wnotify dead list, and wnotify dead replay when the collector is well")
		}
		for _, name := range e.Tripped {
			fix = append(fix, "wnotify test "+name+", then wnotify integration enable "+name)
		}
		return diagnosis{Code: exitUnavailable, Fix: strings.Join(fix, "\n")}
	}),
	on(func(e *dispatch.RefusedError) diagnosis {
		return diagnosis{Code: exitTryAgain, Fix: "wnotify flush, or raise max_bytes of [queue]; a FILE goes on where it stopped"}
	}),
	on(func(e *dispatch.RacedError) diagnosis {
		return diagnosis{Code: exitTryAgain, Fix: "repeat the command"}
	}),
	on(func(e *dispatch.LocalError) diagnosis {
		d := diagnosis{Code: exitNoPermission, Where: "integration " + e.Integration, Fix: "mend it, then wnotify flush " + e.Integration}
		if p, ok := errors.AsType[*collector.PermError](e.Err); ok {
			d.Fix = "chmod go-w " + p.Path + ", then wnotify flush " + e.Integration
		}
		if fix, short := collector.Shortage(e.Err); short {
			d.Fix = fix + ", then wnotify flush " + e.Integration
		}
		return d
	}),
	on(func(e *bolt.OwnerError) diagnosis {
		return diagnosis{Code: exitNoPermission, Where: e.Path, Fix: "sudo -u " + userName(e.UID) + " wnotify …"}
	}),
	on(func(e *bolt.LostError) diagnosis {
		return diagnosis{Code: exitIO, Where: e.Path, Fix: "put it back; or, for a new and empty queue, rm " + config.ShellQuote(e.Left)}
	}),
	on(func(e *bolt.FolderError) diagnosis {
		return diagnosis{Code: exitIO, Where: e.Path, Fix: "name a folder on a local disk with --state or WNOTIFY_STATE"}
	}),
	on(func(e *bolt.UnsafeError) diagnosis {
		return diagnosis{Code: exitNoPermission, Where: e.Path, Fix: e.Fix}
	}),
}
