package cmd

import (
	"github.com/wnotify/wnotify/store/nats"
)

// stream says what an acknowledgement of a queue on NATS is worth, after a word
// on how that is known.
func (x *examination) stream(known string) {
	where := "stream " + x.file.Store.Stream
	d := nats.Durability{Replicas: x.file.Store.Replicas}
	if d.Replicas < 3 {
		x.warnf("stream", where, "replicas = 3 in [store], on three servers", "%s%s", known, d)
		return
	}
	x.ok("stream", where, "%s%s", known, d)
}
