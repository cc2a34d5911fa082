package dispatch

import (
	"bytes"
	"slices"
	"testing"
	"time"

	"github.com/wnotify/wnotify/dispatch/event"
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
	beside(b,
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

// beside measures ours and the least that could be done in turn, and reports how
// many times as long ours takes, by the medians.
func beside(b *testing.B, ours, least func()) {
	var mine, bare []time.Duration
	for b.Loop() {
		begun := time.Now()
		ours()
		mine = append(mine, time.Since(begun))
		begun = time.Now()
		least()
		bare = append(bare, time.Since(begun))
	}
	slices.Sort(mine)
	slices.Sort(bare)
	b.ReportMetric(float64(mine[len(mine)/2])/float64(bare[len(bare)/2]), "ratio")
	b.ReportMetric(float64(mine[len(mine)/2]), "ns/op")
}
