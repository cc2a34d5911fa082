//go:build linux

package bolt_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/wnotify/wnotify/store"
	"github.com/wnotify/wnotify/store/storetest/beside"
)

// BenchmarkBeside makes changes beside what the disk does for them at least:
// their bytes and then a page are written, and each is synced.
func BenchmarkBeside(b *testing.B) {
	many := rows(256<<10, "a")
	for name, c := range map[string]struct {
		blocks []store.Block
		size   int
	}{
		"put 1 MiB":     {[]store.Block{many, many, many, many}, 1 << 20},
		"put one event": {[]store.Block{rows(1033, "a")}, 16 << 10},
	} {
		b.Run(name, func(b *testing.B) {
			s, bare, n := fresh(b), newBare(b, c.size), 0
			beside.Measure(b, func() {
				n++
				if _, err := s.Commit(b.Context(), store.Change{ID: fmt.Sprint(n), Blocks: c.blocks}); err != nil {
					b.Fatal(err)
				}
			}, bare.write)
		})
	}
	b.Run("settle 1000 events", func(b *testing.B) {
		s, bare := fresh(b), newBare(b, 16<<10)
		var r store.Record
		one := rows(250*1033, "a")
		beside.Measure(b, func() {
			r.Through += 1000
			r.Delivered += 1000
			r.GoneBytes += 1000 * 1033
			c := store.Change{Settles: []store.Settle{{Lane: "a", Revision: r.Revision, Record: r, Attempts: []store.Attempt{{At: time.Now(), Outcome: store.Delivered}}}}}
			if _, err := s.Commit(b.Context(), c); err != nil {
				b.Fatal(err)
			}
			r.Revision++
		}, bare.write, func() { backlog(b, s, one, 1) })
	})
}

// bare is a file that is written as a journal is at least.
type bare struct {
	b    *testing.B
	f    *os.File
	data []byte
	page []byte
	at   int64
}

func newBare(b *testing.B, size int) *bare {
	f, err := os.Create(filepath.Join(b.TempDir(), "bare"))
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { f.Close() })
	return &bare{b: b, f: f, data: make([]byte, size), page: make([]byte, 4096)}
}

// write goes round in 64 MiB, which is no file that grows.
func (w *bare) write() {
	w.at = (w.at + int64(len(w.data))) % (64 << 20)
	for _, part := range []struct {
		data []byte
		at   int64
	}{{w.data, 4096 + w.at}, {w.page, 0}} {
		if _, err := w.f.WriteAt(part.data, part.at); err != nil {
			w.b.Fatal(err)
		}
		fdatasync(w.f)
	}
}
