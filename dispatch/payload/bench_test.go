package payload_test

import (
	"bytes"
	"slices"
	"testing"
	"time"

	"github.com/wnotify/wnotify/dispatch/payload"
)

// BenchmarkAppend makes a body of a MiB from the blocks of a queue, beside
// copying it.
func BenchmarkAppend(b *testing.B) {
	event := append(bytes.Repeat([]byte{'e'}, 1023), '\n')
	block := bytes.Repeat(event, 256)
	blocks := [][]byte{block, block, block, block}
	body := make([]byte, 0, 2<<20)
	for _, format := range []payload.Format{payload.JSONArray, payload.NDJSON} {
		b.Run(string(format), func(b *testing.B) {
			beside(b,
				func() { body = format.Append(body[:0], blocks...) },
				func() {
					body = body[:0]
					for _, l := range blocks {
						body = append(body, l...)
					}
				})
		})
	}
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
