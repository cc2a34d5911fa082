package bolt_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"github.com/wnotify/wnotify/store"
	"github.com/wnotify/wnotify/store/bolt"
)

// contents is all that a store holds, as text.
func contents(t *testing.T, s *bolt.Store) string {
	t.Helper()
	var out bytes.Buffer
	ctx := t.Context()
	fmt.Fprintln(&out, s.Install())
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
