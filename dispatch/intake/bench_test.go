package intake

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"

	"github.com/wnotify/wnotify/dispatch/scan"
	"github.com/wnotify/wnotify/store/storetest/beside"
)

// lines are n events like the published one, one on a line.
func publishedLines(tb testing.TB, n int) []byte {
	data, err := os.ReadFile("testdata/logstash-hit.json")
	if err != nil {
		tb.Fatal(err)
	}
	event := string(scan.AppendCompact(nil, data))
	event = strings.Trim(event, "[]")
	var b bytes.Buffer
	for i := range n {
		varied := strings.Replace(event, "SOME_value", fmt.Sprintf("value_%d", i*i), 1)
		b.WriteString(strings.Replace(varied, "1603834606", fmt.Sprint(1603834606+i), 1) + "\n")
	}
	return b.Bytes()
}

// BenchmarkNext reads events of about 700 bytes from memory, from a pipe and
// from a file. Compare with scan, which is the validation alone.
func BenchmarkNext(b *testing.B) {
	data := publishedLines(b, 10_000)
	size := int64(len(data) / 10_000)
	run := func(name string, open func() *Reader) {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(size)
			b.ReportAllocs()
			r := open()
			for b.Loop() {
				r.Ready()
				_, err := r.Next()
				if errors.Is(err, io.EOF) {
					r.Close()
					r = open()
				} else if err != nil {
					b.Fatal(err)
				}
			}
			r.Close()
		})
	}
	b.Run("scan", func(b *testing.B) {
		b.SetBytes(size)
		var f scan.Fields
		rest := data
		for b.Loop() {
			end, err := scan.Value(rest, &f)
			if err != nil {
				b.Fatal(err)
			}
			if rest = rest[end+1:]; len(rest) == 0 {
				rest = data
			}
		}
	})
	run("memory", func() *Reader { return New(bytes.NewReader(data), "-", Options{}) })
	run("pipe", func() *Reader {
		in, out, err := os.Pipe()
		if err != nil {
			b.Fatal(err)
		}
		go func() {
			defer out.Close()
			_, _ = out.Write(data)
		}()
		r := New(in, "-", Options{})
		r.shut = in.Close
		return r
	})
	path := b.TempDir() + "/events"
	write(b, path, string(data))
	run("file", func() *Reader { return open(b, path, Options{}) })
}

// BenchmarkBeside reads 1000 events, with all that finds and checks them, beside
// a buffered reader that finds their ends, and beside the scanner alone.
func BenchmarkBeside(b *testing.B) {
	data := publishedLines(b, 1000)
	ours := func() {
		r := New(bytes.NewReader(data), "-", Options{})
		defer r.Close()
		for {
			r.Ready()
			if _, err := r.Next(); errors.Is(err, io.EOF) {
				return
			} else if err != nil {
				b.Fatal(err)
			}
		}
	}
	var f scan.Fields
	for name, least := range map[string]func(){
		"read": func() {
			r := bufio.NewReaderSize(bytes.NewReader(data), 1<<18)
			for {
				if _, err := r.ReadSlice('\n'); err != nil {
					return
				}
			}
		},
		"scan": func() {
			for rest := data; len(rest) > 0; {
				end, err := scan.Value(rest, &f)
				if err != nil {
					b.Fatal(err)
				}
				rest = rest[end+1:]
			}
		},
	} {
		b.Run(name, func(b *testing.B) { beside.Measure(b, ours, least) })
	}
}
