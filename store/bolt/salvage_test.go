package bolt_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/wnotify/wnotify/store"
	"github.com/wnotify/wnotify/store/bolt"
)

// contents is all that a store holds, as text.
func contents(t *testing.T, s *bolt.Store) string {
	t.Helper()
	var out bytes.Buffer
	ctx := t.Context()
	fmt.Fprintln(&out, install(t, s))
	lanes, err := s.Lanes(ctx)
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range lanes {
		fmt.Fprintf(&out, "%+v\n", l)
		runs, err := s.Read(ctx, l.Name, 1, store.Limit{})
		fmt.Fprintf(&out, "%v %v\n", runs, err)
		for a, err := range s.History(ctx, l.Name, l.Oldest) {
			fmt.Fprintln(&out, a, err)
		}
		for a, err := range s.Slots(ctx, l.Name, l.Oldest) {
			fmt.Fprintln(&out, a, err)
		}
	}
	for x, err := range s.Riders(ctx, "") {
		fmt.Fprintln(&out, x, err)
	}
	for x, err := range s.Letters(ctx, "") {
		fmt.Fprintln(&out, x, err)
	}
	for x, err := range s.Rejects(ctx) {
		fmt.Fprintln(&out, x, err)
	}
	return out.String()
}

func TestSalvageOfWhatIsWholeChangesNothing(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "s")
	fill(t, dir)
	s := open(t, dir)
	before := contents(t, s)
	r, err := s.Salvage(t.Context())
	if err != nil || len(r.Missing) > 0 || r.NewInstall || r.Events != 40*50-119+40*50 {
		t.Errorf("%+v %v", r, err)
	}
	if after := contents(t, s); after != before {
		t.Errorf("before\n%s\nafter\n%s", before, after)
	}
	again, err := s.Commit(t.Context(), store.Change{ID: "39", Blocks: []store.Block{block("x\n", "a")}})
	if err != nil || !again.Repeated {
		t.Error("it forgot the last changes", again, err)
	}
}

func TestSalvageFindsOrReports(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "s")
	fill(t, dir)
	journal := filepath.Join(dir, "journal.db")
	whole, _ := os.ReadFile(journal)
	for i := range 20 {
		bad := bytes.Clone(whole)
		random := rand.New(rand.NewPCG(uint64(i), 1))
		switch {
		case i < 2:
			clear(bad[:8192]) // both headers
		default:
			for range i {
				at := random.IntN(600<<10) &^ 4095
				clear(bad[at : at+4096])
			}
		}
		if err := os.WriteFile(journal, bad, 0o600); err != nil {
			t.Fatal(err)
		}
		s, _ := bolt.Open(dir, bolt.Options{})
		r, err := s.Salvage(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		sound(t, dir)
		kept, err := os.ReadFile(r.Damaged)
		if err != nil || !bytes.Equal(kept, bad) {
			t.Errorf("the damaged file is not kept: %v", err)
		}
		os.Remove(r.Damaged)
		for _, lane := range []string{"a", "b"} {
			have := map[uint64]bool{}
			runs, err := s.Read(t.Context(), lane, 1, store.Limit{})
			if err != nil {
				t.Error(err)
			}
			for _, run := range runs {
				n := run.First
				for line := range bytes.Lines(run.Data) {
					have[n] = true
					if string(line) != known(n)+"\n" {
						t.Errorf("event %d is %q", n, line)
					}
					n++
				}
			}
			for _, m := range r.Missing[lane] {
				for n := m.First; n <= m.Last; n++ {
					if have[n] {
						t.Errorf("%d of %s is there and said to be missing", n, lane)
					}
					have[n] = true
				}
			}
			l, _ := s.Lane(t.Context(), lane)
			for n := l.Record.Through + 1; n < l.Next; n++ {
				if !have[n] {
					t.Errorf("%d of %s is neither there nor missing", n, lane)
				}
			}
		}
		if _, err := s.Commit(t.Context(), store.Change{Blocks: []store.Block{block("x\n", "a", "new")}}); err != nil {
			t.Error(err)
		}
		s.Close()
		if t.Failed() {
			t.Fatalf("round %d: %+v", i, r)
		}
	}
}

// A batch of which events are missing loses its name, for its key may never
// come with other bytes; what is left of it, and what stands behind it, is named
// anew. A batch that is whole keeps key and attempts.
func TestSalvageTakesTheNamesOfBatchesThatAreNotWhole(t *testing.T) {
	piece := func(key string, first, last uint64) store.Piece {
		return store.Piece{Key: key, First: first, Last: last, Events: int(last - first + 1), Attempt: 3}
	}
	for name, tc := range map[string]struct {
		lost []int // blocks of ten events, from 0
		want string
	}{
		"nothing is lost":       {nil, "whole half last; aside"},
		"the aside one is lost": {[]int{0}, "whole half last;"},
		"all of the first":      {[]int{1}, "half last; aside"},
		"half of the second":    {[]int{3}, "whole; aside"},
		"all of the second":     {[]int{2, 3}, "whole last; aside"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "s")
			s := open(t, dir)
			gone := int64(0)
			for i := range 5 {
				var text strings.Builder
				for n := range 10 {
					fmt.Fprintf(&text, "block-%d-event-%d\n", i, n)
				}
				if _, err := s.Commit(t.Context(), store.Change{Blocks: []store.Block{block(text.String(), "a")}}); err != nil {
					t.Fatal(err)
				}
				if i == 0 {
					gone = int64(text.Len()) / 10 * 9
				}
			}
			r := store.Record{
				ID: "id", Through: 10, Delivered: 9, GoneBytes: gone, Aside: []store.Piece{piece("aside", 7, 7)},
				Pieces: []store.Piece{piece("whole", 11, 20), piece("half", 21, 40), piece("last", 41, 50)},
			}
			if _, err := s.Commit(t.Context(), store.Change{Settles: []store.Settle{{Lane: "a", Record: r}}}); err != nil {
				t.Fatal(err)
			}
			s.Close()
			journal := filepath.Join(dir, "journal.db")
			b, _ := os.ReadFile(journal)
			for _, i := range tc.lost {
				b = bytes.ReplaceAll(b, fmt.Appendf(nil, "block-%d-event-5", i), fmt.Appendf(nil, "block-%d-EVENT-5", i))
			}
			os.WriteFile(journal, b, 0o600)
			s = open(t, dir)
			if _, err := s.Salvage(t.Context()); err != nil {
				t.Fatal(err)
			}
			l, err := s.Lane(t.Context(), "a")
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, p := range l.Record.Pieces {
				got = append(got, p.Key)
			}
			have := strings.Join(got, " ") + ";"
			for _, p := range l.Record.Aside {
				have += " " + p.Key
			}
			if have != tc.want {
				t.Errorf("%q, want %q", have, tc.want)
			}
			sound(t, dir)
		})
	}
}
