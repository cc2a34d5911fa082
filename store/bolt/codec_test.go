package bolt

import (
	"bytes"
	"hash/crc32"
	"slices"
	"testing"
	"time"

	"github.com/wnotify/wnotify/store"
)

// BenchmarkCodec writes a block and reads it again, beside two checksums and a
// copy of its events, as medians.
func BenchmarkCodec(b *testing.B) {
	data := bytes.Repeat([]byte("{\"summary\":\"an event\"}\n"), 10_000)
	places := []place{{"siem", 1}, {"soc", 1}}
	whole, room := make([]byte, 0, 1<<20), make([]byte, 1<<20)
	var ours, least []time.Duration
	for b.Loop() {
		begun := time.Now()
		whole = append(append(whole[:0], encodeHead(1, places, &store.Block{Count: 10_000, Put: begun, Data: data})...), data...)
		block, events, err := decodeBlock(whole)
		if err != nil || block.check(events) != nil {
			b.Fatal(err, "or a wrong sum")
		}
		ours = append(ours, time.Since(begun))
		begun = time.Now()
		sum := crc32.Checksum(data, castagnoli)
		copy(room, data)
		if crc32.Checksum(room[:len(data)], castagnoli) != sum {
			b.Fatal("a wrong sum")
		}
		least = append(least, time.Since(begun))
	}
	slices.Sort(ours)
	slices.Sort(least)
	b.ReportMetric(float64(ours[len(ours)/2])/float64(least[len(least)/2]), "ratio")
	b.ReportMetric(float64(ours[len(ours)/2]), "ns/op")
}
