package cmd

import (
	"github.com/wnotify/wnotify/store/nats"
)

// natsRules are the rows of the table that are about a queue on NATS.
var natsRules = []rule{
	on(func(e *nats.SetupError) diagnosis {
		code := map[nats.Kind]int{nats.Unreachable: exitIO, nats.Denied: exitNoPermission, nats.Unfit: exitConfig}[e.Kind]
		return diagnosis{Code: code, Where: e.Where, Fix: e.Fix}
	}),
	on(func(*nats.TooLargeError) diagnosis {
		return diagnosis{Code: exitConfig, Fix: "raise max_payload of the NATS servers, or do less at once"}
	}),
	on(func(*nats.FullError) diagnosis {
		return diagnosis{Code: exitTryAgain, Fix: "wnotify flush, or raise max_bytes of the stream (nats stream edit) or the storage of the servers"}
	}),
	same(nats.ErrUnanswered, exitIO, "repeat the command when the NATS servers answer; a FILE goes on where it stopped"),
}
