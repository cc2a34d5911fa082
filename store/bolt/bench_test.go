//go:build linux

package bolt_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/wnotify/wnotify/store"
	"github.com/wnotify/wnotify/store/bolt"
)

// rows makes a block of events of 1033 bytes.
func rows(size int, lanes ...string) store.Block {
	line := append(bytes.Repeat([]byte{'x'}, 1032), '\n')
	b := store.Block{Count: size / len(line), Put: time.Now()}
	b.Data = bytes.Repeat(line, b.Count)
	for _, l := range lanes {
		b.Lanes = append(b.Lanes, store.Target{Lane: l})
	}
	return b
}

func fresh(b *testing.B) *bolt.Store {
	s, err := bolt.Open(filepath.Join(b.TempDir(), "state"), bolt.Options{})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { s.Close() })
	install(b, s)
	return s
}

// perEvent reports time and CPU of the process by event.
func perEvent(b *testing.B, events int, run func()) {
	before := cpu()
	start := time.Now()
	run()
	b.ReportMetric(float64(time.Since(start).Microseconds())/float64(events), "µs/event")
	b.ReportMetric(float64((cpu()-before).Microseconds())/float64(events), "cpu-µs/event")
	b.ReportMetric(0, "ns/op")
}

// BenchmarkPut puts 4 blocks of 256 KiB a change and takes them away in the
// next, as a run does whose collector keeps up.
func BenchmarkPut(b *testing.B) {
	s := fresh(b)
	one := rows(256<<10, "a")
	var r store.Record
	perEvent(b, 4*one.Count*b.N, func() {
		for range b.N {
			c := store.Change{Blocks: []store.Block{one, one, one, one}}
			c.Settles = []store.Settle{{Lane: "a", Revision: r.Revision, Record: r}}
			if _, err := s.Commit(b.Context(), c); err != nil {
				b.Fatal(err)
			}
			r.Revision++
			n := uint64(4 * one.Count)
			r.Through += n
			r.Delivered += int64(n)
			r.GoneBytes += 4 * int64(len(one.Data))
		}
	})
}

// BenchmarkBacklog puts a backlog, and BenchmarkDrain reads and settles one.
func BenchmarkBacklog(b *testing.B) {
	s := fresh(b)
	one := rows(256<<10, "a")
	perEvent(b, 4*one.Count*b.N, func() { backlog(b, s, one, b.N) })
}

func backlog(b *testing.B, s *bolt.Store, one store.Block, n int) {
	for range n {
		if _, err := s.Commit(b.Context(), store.Change{Blocks: []store.Block{one, one, one, one}}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkDrain(b *testing.B) {
	for _, lanes := range []int{1, 100} {
		b.Run(fmt.Sprint(lanes, " lanes"), func(b *testing.B) {
			s := fresh(b)
			var names []string
			for i := range lanes {
				names = append(names, fmt.Sprint("lane", i))
			}
			one := rows(256<<10, names...)
			backlog(b, s, one, max(1, b.N/lanes))
			rounds := max(1, b.N/lanes) * lanes
			perEvent(b, 4*one.Count*rounds, func() {
				for _, name := range names {
					drain(b, s, name)
				}
			})
		})
	}
}

func drain(b *testing.B, s *bolt.Store, name string) {
	var r store.Record
	for {
		runs, err := s.Read(b.Context(), name, r.Through+1, store.Limit{Events: 1000, Bytes: 1 << 20})
		if err != nil {
			b.Fatal(err)
		}
		if len(runs) == 0 {
			return
		}
		attempt := store.Attempt{At: time.Now(), Outcome: store.Delivered}
		for _, run := range runs {
			r.Through += uint64(run.Count)
			r.Delivered += int64(run.Count)
			r.GoneBytes += int64(len(run.Data))
		}
		c := store.Change{Settles: []store.Settle{{Lane: name, Revision: r.Revision, Record: r, Attempts: []store.Attempt{attempt}}}}
		if _, err := s.Commit(b.Context(), c); err != nil {
			b.Fatal(err)
		}
		r.Revision++
	}
}

// BenchmarkLone commits one event at a time; the floor is two fdatasync.
func BenchmarkLone(b *testing.B) {
	s := fresh(b)
	one := rows(1033, "a")
	n := 0
	for b.Loop() {
		n++
		if _, err := s.Commit(b.Context(), store.Change{ID: fmt.Sprint(n), Blocks: []store.Block{one}}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkTwoSyncs(b *testing.B) {
	f, _ := os.Create(filepath.Join(b.TempDir(), "f"))
	defer f.Close()
	page := make([]byte, 16384)
	for b.Loop() {
		for range 2 {
			f.WriteAt(page, 0)
			fdatasync(f)
		}
	}
}

// BenchmarkFirst is what a process pays that starts, puts an event, and ends.
func BenchmarkFirst(b *testing.B) {
	dir := fresh(b)
	one := rows(1033, "a")
	path := filepath.Join(b.TempDir(), "state")
	_ = dir
	for b.Loop() {
		s, _ := bolt.Open(path, bolt.Options{})
		if _, err := s.Commit(b.Context(), store.Change{Blocks: []store.Block{one}}); err != nil {
			b.Fatal(err)
		}
		s.Close()
	}
}

func BenchmarkLook(b *testing.B) {
	path := filepath.Join(b.TempDir(), "state")
	s, _ := bolt.Open(path, bolt.Options{})
	install(b, s)
	s.Close()
	for b.Loop() {
		s, _ := bolt.Open(path, bolt.Options{})
		if _, err := s.Lanes(b.Context()); err != nil {
			b.Fatal(err)
		}
		s.Close()
	}
}
