package payload_test

import (
	"bytes"
	"testing"

	"github.com/wnotify/wnotify/dispatch/payload"
	"github.com/wnotify/wnotify/store/storetest/beside"
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
			beside.Measure(b,
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
