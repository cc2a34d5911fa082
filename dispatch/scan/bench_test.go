package scan

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/wnotify/wnotify/store/storetest/beside"
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

// BenchmarkBeside scans 100 events beside what finds their ends alone, and
// beside the standard library, which finds no invalid UTF-8.
func BenchmarkBeside(b *testing.B) {
	data := sample(100, 1)
	var f Fields
	ours := func() {
		for rest := data; len(rest) > 0; {
			end, err := Value(rest, &f)
			if err != nil {
				b.Fatal(err)
			}
			rest = rest[end+1:]
		}
	}
	for name, look := range map[string]func(line []byte) bool{
		"split": func([]byte) bool { return true },
		"valid": json.Valid,
	} {
		b.Run(name, func(b *testing.B) {
			beside.Measure(b, ours, func() {
				for rest := data; len(rest) > 0; {
					end := bytes.IndexByte(rest, '\n')
					if !look(rest[:end]) {
						b.Fatal(rest[:end])
					}
					rest = rest[end+1:]
				}
			})
		})
	}
}
