package cmd

import (
	"github.com/wnotify/wnotify/store/nats"
)

// stream says what an acknowledgement of a queue on NATS is worth.
func (x *examination) stream() {
	where := "stream " + x.file.Store.Stream
	d := nats.Durability{Replicas: x.file.Store.Replicas}
	if d.Replicas < 3 {
		x.warnf("stream", where, "replicas = 3 in [store], on three servers", "%s", d)
		return
	}
	x.ok("stream", where, "%s", d)
}
