package dispatch

import (
	"bytes"
	"testing"

	"github.com/wnotify/wnotify/dispatch/event"
	"github.com/wnotify/wnotify/store/storetest/beside"
)

// BenchmarkRoute routes the events of a chunk to three integrations and puts them
// into it, beside copying their bytes.
func BenchmarkRoute(b *testing.B) {
	raw := bytes.Repeat([]byte{'x'}, 1032)
	hit := event.Event{Kind: event.Lookup("new_hits"), Type: "new_hits", Raw: raw, Plain: raw}
	r := newRouter(settingsFor("a", "b", "c"), nil)
	c := newChunk(r)
	room := make([]byte, 0, 2*chunkSize)
	const events = chunkSize / 1033
	beside.Measure(b,
		func() {
			c.data, c.ends, c.sets = c.data[:0], c.ends[:0], c.sets[:0]
			for range events {
				c.add(&hit, r.set(&hit))
			}
		},
		func() {
			room = room[:0]
			for range events {
				room = append(append(room, raw...), '\n')
			}
		})
}
