package dispatch

import (
	"bytes"
	"testing"

	"github.com/wnotify/wnotify/dispatch/event"
	"github.com/wnotify/wnotify/dispatch/payload"
	"github.com/wnotify/wnotify/store/storetest/beside"
)

// BenchmarkBody makes the body of a request from blocks that were just read from
// the queue, beside copying them.
func BenchmarkBody(b *testing.B) {
	lines := bytes.Repeat(append(bytes.Repeat([]byte{'e'}, 1023), '\n'), 256)
	var blocks []*block
	var read batch
	for range 4 {
		k := newBlock(bytes.Clone(lines), nil, nil)
		blocks = append(blocks, k)
		read.rows = append(read.rows, row{k, 0, k.count()})
	}
	room := make([]byte, 0, 2<<20)
	for _, format := range []payload.Format{payload.JSONArray, payload.NDJSON} {
		b.Run(string(format), func(b *testing.B) {
			beside.Measure(b,
				func() {
					for _, k := range blocks {
						k.turn(format.Separator()).by = '\n' // as it was read
					}
					format.Body(read.events('\n')...)
				},
				func() {
					room = room[:0]
					for _, k := range blocks {
						room = append(room, k.data...)
					}
				})
		})
	}
}

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
