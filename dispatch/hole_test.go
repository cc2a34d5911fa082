package dispatch

import (
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/wnotify/wnotify/store/memory"
)

// In the middle of the queue more was dropped than a batch holds, while events
// flood in for several lanes, which cut their batches at the same numbers. What
// stands behind the hole is delivered.
func TestNothingBehindAHoleIsLost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := memory.New()
		f := &fakes{}
		set := settingsFor("a", "b")
		for i := range set.Integrations {
			set.Integrations[i].BatchEvents = 5
		}
		const before, dropped, waiting, flooding = 5, 10, 5, 11
		put(t, s, 1, before, "a", "b")
		put(t, s, 1+before, dropped, "a", "b")
		put(t, s, 1+before+dropped, waiting, "a", "b")
		hole := func(n uint64) bool { return n > before && n <= before+dropped }
		d := dispatcher(s, f, set)
		for _, name := range []string{"a", "b"} {
			var rows []Queued
			for q, err := range d.Queue(t.Context(), name) {
				if err != nil {
					t.Fatal(err)
				}
				if hole(q.Piece.First) {
					rows = append(rows, q)
				}
			}
			if n, err := d.Drop(t.Context(), name, rows); n != dropped || err != nil {
				t.Fatalf("%s: %d dropped, %v", name, n, err)
			}
		}
		in, out := io.Pipe()
		done := make(chan error)
		go func() {
			_, err := d.Send(t.Context(), Input{Stdin: in}, Wait{Drain: true})
			done <- err
		}()
		for n := range flooding {
			if _, err := io.WriteString(out, hit(1+before+dropped+waiting+n)+"\n"); err != nil {
				t.Fatal(err)
			}
		}
		synctest.Wait() // the input is open, and all of it is taken
		out.Close()
		if err := <-done; err != nil {
			t.Fatal(err)
		}
		for _, name := range []string{"a", "b"} {
			var all strings.Builder
			for _, q := range f.to(name) {
				all.WriteString(q.body)
			}
			for n := 1; n <= before+dropped+waiting+flooding; n++ {
				want := 1
				if hole(uint64(n)) {
					want = 0
				}
				if got := strings.Count(all.String(), fmt.Sprintf(`"n":%d}`, n)); got != want {
					t.Errorf("%s got event %d %d times, want %d", name, n, got, want)
				}
			}
			if l := laneOf(t, s, name); l.Events != 0 || l.Record.Delivered != before+waiting+flooding {
				t.Errorf("%s: %d wait, %d were delivered", name, l.Events, l.Record.Delivered)
			}
		}
	})
}
