package bolt_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/wnotify/wnotify/store"
	"github.com/wnotify/wnotify/store/bolt"
)

// block makes one of lines, for lanes.
func block(text string, lanes ...string) store.Block {
	b := store.Block{Count: strings.Count(text, "\n"), Data: []byte(text), Put: time.Unix(1700000000, 0).UTC()}
	for _, l := range lanes {
		b.Lanes = append(b.Lanes, store.Target{Lane: l})
	}
	return b
}

// known is the text of every event that the filled store ever holds. Those of
// every fifth block make a large one.
func known(n uint64) string {
	size := int(n % 97)
	if (n-1)/50%5 == 0 {
		size += 400
	}
	return fmt.Sprintf("event-%d-%s", n, strings.Repeat("x", size))
}

// fill makes a store with some of everything, and closes it.
func fill(t testing.TB, dir string) {
	s, err := bolt.Open(dir, bolt.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	ctx := t.Context()
	for i := range uint64(40) {
		var text strings.Builder
		for n := i*50 + 1; n <= i*50+50; n++ {
			text.WriteString(known(n) + "\n")
		}
		_, err := s.Commit(ctx, store.Change{
			ID:      fmt.Sprint(i),
			Blocks:  []store.Block{block(text.String(), "a", "b")},
			Riders:  []store.Rider{{Key: fmt.Sprint("cursors/", i), Value: []byte("v")}},
			Letters: []store.Letter{{ID: fmt.Sprint("l", i), Lane: "a", Died: time.Unix(int64(i), 0), Data: []byte("dead\n")}},
			Rejects: []store.Reject{{ID: fmt.Sprint("r", i), At: time.Unix(int64(i), 0), Data: []byte("bad")}},
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	r := store.Record{ID: "id", Through: 120, Delivered: 119, Aside: []store.Piece{{First: 7, Last: 7, Events: 1}}}
	for n := uint64(1); n <= 120; n++ {
		if n != 7 {
			r.GoneBytes += int64(len(known(n))) + 1
		}
	}
	_, err = s.Commit(ctx, store.Change{Settles: []store.Settle{{Lane: "a", Record: r, Attempts: []store.Attempt{{At: time.Now(), Outcome: store.Delivered}}}}})
	if err != nil {
		t.Fatal(err)
	}
}

// use does a bit of everything to a store that may be damaged. What it returns
// must be right.
func use(t *testing.T, dir string) (failed error) {
	t.Helper()
	s, err := bolt.Open(dir, bolt.Options{LockWait: time.Second})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	ctx := t.Context()
	note := func(err error) {
		if err != nil && failed == nil {
			failed = err
		}
		if err != nil && !errors.Is(err, store.ErrDamaged) && !errors.Is(err, store.ErrNewer) {
			t.Errorf("an error that does not say that the state is damaged: %v", err)
		}
	}
	for _, lane := range []string{"a", "b"} {
		_, err := s.Lane(ctx, lane)
		note(err)
		from := uint64(1)
		for range 200 {
			runs, err := s.Read(ctx, lane, from, store.Limit{Events: 77})
			var c *store.CorruptError
			if errors.As(err, &c) && c.Span.Last != 0 {
				from = c.Span.Last + 1
				note(err)
				continue
			}
			note(err)
			if len(runs) == 0 {
				break
			}
			for _, run := range runs {
				n := run.First
				for line := range bytes.Lines(run.Data) {
					if got := string(line[:len(line)-1]); got != known(n) {
						t.Errorf("event %d of %s is %q", n, lane, got)
					}
					n++
				}
				from = n
			}
		}
	}
	for l, err := range s.Letters(ctx, "") {
		note(err)
		if err == nil && string(l.Data) != "dead\n" {
			t.Errorf("letter %q holds %q", l.ID, l.Data)
		}
	}
	for _, err := range s.Riders(ctx, "") {
		note(err)
	}
	problems, err := s.Check(ctx)
	note(err)
	if len(problems) > 0 && failed == nil {
		failed = errors.New(problems[0])
	}
	_, err = s.Commit(ctx, store.Change{Blocks: []store.Block{block("new\n", "c")}, Settles: []store.Settle{{Lane: "d", Record: store.Record{ID: "x"}}}})
	if err != nil && failed == nil {
		failed = err
	}
	return failed
}

func TestDamagedFilesNeverGiveWrongEvents(t *testing.T) {
	if testing.Short() {
		t.Skip("slow")
	}
	dir := filepath.Join(t.TempDir(), "s")
	fill(t, dir)
	journal := filepath.Join(dir, "journal.db")
	whole, err := os.ReadFile(journal)
	if err != nil {
		t.Fatal(err)
	}
	if err := use(t, dir); err != nil {
		t.Fatalf("undamaged: %v", err)
	}
	last := 0 // what bbolt adds ahead is empty
	for i := 0; i < len(whole); i += 4096 {
		if bytes.ContainsFunc(whole[i:i+4096], func(r rune) bool { return r != 0 }) {
			last = i + 4096
		}
	}
	seen := 0
	seed := uint64(time.Now().UnixNano())
	t.Log("seed", seed)
	random := rand.New(rand.NewPCG(seed, 2))
	for i := range 160 {
		bad := bytes.Clone(whole)
		what := ""
		switch i % 4 {
		case 0, 1:
			at := random.IntN(last)
			if i%4 == 1 {
				at = random.IntN(8) * 4096
				at += random.IntN(200)
			}
			bad[at] ^= 1 << random.IntN(8)
			what = fmt.Sprint("bit at ", at)
		case 2:
			n := random.IntN(last + 8192)
			bad = bad[:n]
			what = fmt.Sprint("cut to ", n)
		case 3:
			at := random.IntN(last/4096) * 4096
			clear(bad[at : at+4096])
			what = fmt.Sprint("zero page ", at/4096)
		}
		if err := os.WriteFile(journal, bad, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := use(t, dir); err != nil {
			seen++
		}
		if fi, err := os.Stat(journal); err != nil || len(bad) == 0 && fi.Size() != 0 {
			t.Errorf("%s: the damaged file was replaced: %v", what, err)
		}
		if t.Failed() {
			t.Fatal(what)
		}
	}
	t.Logf("%d of 160 damages were seen", seen)
}

func TestEmptyOrShortFileIsDamaged(t *testing.T) {
	for _, size := range []int{0, 1, 4096, 8192, 12288} {
		dir := filepath.Join(t.TempDir(), "s")
		fill(t, dir)
		journal := filepath.Join(dir, "journal.db")
		if err := os.Truncate(journal, int64(size)); err != nil {
			t.Fatal(err)
		}
		s, _ := bolt.Open(dir, bolt.Options{})
		_, err := s.Commit(t.Context(), store.Change{Blocks: []store.Block{block("x\n", "a")}})
		if !errors.Is(err, store.ErrDamaged) {
			t.Errorf("%d bytes: %v", size, err)
		}
		s.Close()
		if fi, _ := os.Stat(journal); fi.Size() != int64(size) {
			t.Errorf("%d bytes became %d", size, fi.Size())
		}
	}
}

func TestPagesInACircleAreDamage(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "s")
	s, _ := bolt.Open(dir, bolt.Options{})
	for i := range 40 {
		c := store.Change{}
		for j := range 50 {
			c.Riders = append(c.Riders, store.Rider{Key: fmt.Sprintf("%03d-%03d", i, j), Value: []byte(strings.Repeat("v", 50))})
		}
		if _, err := s.Commit(t.Context(), c); err != nil {
			t.Fatal(err)
		}
	}
	s.Close()
	journal := filepath.Join(dir, "journal.db")
	b, _ := os.ReadFile(journal)
	circles := 0
	for at := 8192; at+4096 <= len(b); at += 4096 {
		if binary.NativeEndian.Uint16(b[at+8:]) != 1 {
			continue
		}
		for e := range binary.NativeEndian.Uint16(b[at+10:]) { // every way down leads back
			binary.NativeEndian.PutUint64(b[at+16+int(e)*16+8:], binary.NativeEndian.Uint64(b[at:]))
		}
		circles++
	}
	if circles == 0 {
		t.Fatal("no branches to damage")
	}
	os.WriteFile(journal, b, 0o600)
	s, _ = bolt.Open(dir, bolt.Options{})
	defer s.Close()
	for _, err := range s.Riders(t.Context(), "") {
		if !errors.Is(err, store.ErrDamaged) {
			t.Error(err)
		}
		return
	}
	t.Error("nothing was found wrong")
}

// What is told is that the last change may be missing: bbolt goes back to the
// one before it without a word.
func TestOneBadHeaderIsTold(t *testing.T) {
	for name, spoil := range map[string]func(b []byte){
		"a bit":                   func(b []byte) { b[40] ^= 1 },
		"the second in its place": func(b []byte) { copy(b[:4096], b[4096:8192]) },
		"the first in its place":  func(b []byte) { copy(b[4096:8192], b[:4096]) },
	} {
		t.Run(name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "s")
			fill(t, dir)
			journal := filepath.Join(dir, "journal.db")
			b, _ := os.ReadFile(journal)
			spoil(b)
			os.WriteFile(journal, b, 0o600)
			told := 0
			s, _ := bolt.Open(dir, bolt.Options{Warn: func(error) { told++ }})
			defer s.Close()
			if _, err := s.Lanes(t.Context()); err != nil || told != 1 {
				t.Errorf("%v, told %d times", err, told)
			}
		})
	}
}
