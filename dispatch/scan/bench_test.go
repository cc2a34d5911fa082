package scan

import (
	"bytes"
	"encoding/json"
	"testing"
)

// BenchmarkValue measures one event of about 1 KiB. Compare with split, which
// only finds the line ends, and valid, the standard library, which finds no
// invalid UTF-8.
func BenchmarkValue(b *testing.B) {
	data := sample(5000, 1)
	line := func(rest []byte) int { return bytes.IndexByte(rest, '\n') }
	var f Fields
	for _, c := range []struct {
		name string
		next func(rest []byte) int
	}{
		{"split", line},
		{"scan", func(rest []byte) int {
			end, err := Value(rest, &f)
			if err != nil {
				b.Fatal(err)
			}
			return end
		}},
		{"track", func(rest []byte) int {
			var t Tracker
			n, _ := t.Feed(rest)
			return n
		}},
		{"valid", func(rest []byte) int {
			end := line(rest)
			if !json.Valid(rest[:end]) {
				b.Fatal(rest[:end])
			}
			return end
		}},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(len(data) / 5000))
			rest := data
			for b.Loop() {
				if rest = rest[c.next(rest)+1:]; len(rest) == 0 {
					rest = data
				}
			}
		})
	}
}
