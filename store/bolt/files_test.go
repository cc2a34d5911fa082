//go:build linux

package bolt_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/wnotify/wnotify/store"
	"github.com/wnotify/wnotify/store/bolt"
)

func TestLookingMakesNothing(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "s")
	s := open(t, dir)
	ctx := t.Context()
	lanes, err := s.Lanes(ctx)
	l, lerr := s.Lane(ctx, "a")
	runs, rerr := s.Read(ctx, "a", 1, store.Limit{})
	r, iderr := s.Rider(ctx, "k")
	if err := errors.Join(err, lerr, rerr, iderr, s.Compact(ctx, true)); err != nil {
		t.Error(err)
	}
	if len(lanes)+len(runs) > 0 || l.Next != 1 || r.Revision != 0 {
		t.Errorf("%v %v %v %v", lanes, l, runs, r)
	}
	for _, err := range s.Letters(ctx, "") {
		t.Error(err)
	}
	if m, err := s.Changed(ctx, 0); err != nil || m == 0 {
		t.Error(m, err)
	}
	if _, err := os.Lstat(dir); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the folder was made: %v", err)
	}
}

func TestModesDoNotDependOnUmask(t *testing.T) {
	for _, mask := range []int{0, 0o077, 0o777} {
		old := unix.Umask(mask)
		dir := filepath.Join(t.TempDir(), "s")
		s, _ := bolt.Open(dir, bolt.Options{})
		id := install(t, s)
		l, err := s.Lead(t.Context(), "siem")
		unix.Umask(old)
		if id == "" || err != nil {
			t.Fatalf("umask %04o: %v", mask, err)
		}
		l.Release()
		s.Close()
		for name, want := range map[string]os.FileMode{".": 0o700, "LOCK.journal": 0o600, "journal.db": 0o600, "lanes": 0o700, "lanes/siem.lock": 0o600} {
			fi, err := os.Lstat(filepath.Join(dir, name))
			if err != nil || fi.Mode().Perm() != want {
				t.Errorf("umask %04o: %s is %v, %v", mask, name, fi.Mode(), err)
			}
		}
	}
}

func TestStrangeFilesAreRefused(t *testing.T) {
	for name, plant := range map[string]func(dir, elsewhere string) error{
		"folder is a link": func(dir, elsewhere string) error {
			return errors.Join(os.Rename(dir, elsewhere), os.Symlink(elsewhere, dir))
		},
		"folder writable by others": func(dir, _ string) error { return os.Chmod(dir, 0o770) },
		"folder is a file":          func(dir, _ string) error { os.RemoveAll(dir); return os.WriteFile(dir, nil, 0o600) },
		"journal is a link": func(dir, elsewhere string) error {
			j := filepath.Join(dir, "journal.db")
			return errors.Join(os.Rename(j, elsewhere), os.Symlink(elsewhere, j))
		},
		"journal is linked elsewhere": func(dir, elsewhere string) error {
			return os.Link(filepath.Join(dir, "journal.db"), elsewhere)
		},
		"journal can be read by others": func(dir, _ string) error { return os.Chmod(filepath.Join(dir, "journal.db"), 0o644) },
		"journal is a folder": func(dir, _ string) error {
			j := filepath.Join(dir, "journal.db")
			return errors.Join(os.Remove(j), os.Mkdir(j, 0o700))
		},
		"journal is a pipe": func(dir, _ string) error {
			j := filepath.Join(dir, "journal.db")
			return errors.Join(os.Remove(j), unix.Mkfifo(j, 0o600))
		},
		"lock is a link": func(dir, elsewhere string) error {
			l := filepath.Join(dir, "LOCK.journal")
			return errors.Join(os.Remove(l), os.WriteFile(elsewhere, nil, 0o600), os.Symlink(elsewhere, l))
		},
	} {
		t.Run(name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "s")
			fill(t, dir)
			if err := plant(dir, filepath.Join(t.TempDir(), "elsewhere")); err != nil {
				t.Fatal(err)
			}
			s, _ := bolt.Open(dir, bolt.Options{})
			defer s.Close()
			var unsafe *bolt.UnsafeError
			if _, err := s.Commit(t.Context(), store.Change{Blocks: []store.Block{block("x\n", "a")}}); !errors.As(err, &unsafe) {
				t.Errorf("commit: %v", err)
			}
			if id, err := s.Install(t.Context()); err == nil {
				t.Errorf("it has an install ID, %s", id)
			}
		})
	}
}

func TestStateOfSomebodyElseIsRefused(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("needs root")
	}
	dir := filepath.Join(t.TempDir(), "s")
	fill(t, dir)
	for _, path := range []string{filepath.Join(dir, "journal.db"), filepath.Join(dir, "LOCK.journal"), dir} {
		if err := os.Chown(path, 12345, 12345); err != nil {
			t.Fatal(err)
		}
		s, _ := bolt.Open(dir, bolt.Options{})
		_, err := s.Lanes(t.Context())
		var owner *bolt.OwnerError
		if !errors.As(err, &owner) || owner.UID != 12345 || owner.Path != path {
			t.Errorf("%s: %v", path, err)
		}
		s.Close()
		os.Chown(path, 0, 0)
	}
}

func TestNewerStateIsLeftAlone(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "s")
	fill(t, dir)
	bolt.SetSchema(t, dir, bolt.Schema+1)
	journal := filepath.Join(dir, "journal.db")
	before, _ := os.ReadFile(journal)
	s, _ := bolt.Open(dir, bolt.Options{})
	defer s.Close()
	if _, err := s.Lanes(t.Context()); !errors.Is(err, store.ErrNewer) {
		t.Errorf("read: %v", err)
	}
	if _, err := s.Commit(t.Context(), store.Change{Blocks: []store.Block{block("x\n", "a")}}); !errors.Is(err, store.ErrNewer) {
		t.Errorf("commit: %v", err)
	}
	if after, _ := os.ReadFile(journal); !bytes.Equal(before, after) {
		t.Error("it was changed")
	}
}

func TestNewerEnvelopeIsLeftAlone(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "s")
	fill(t, dir)
	bolt.SetVersion(t, dir, 2)
	journal := filepath.Join(dir, "journal.db")
	before, _ := os.ReadFile(journal)
	s, _ := bolt.Open(dir, bolt.Options{})
	defer s.Close()
	if _, err := s.Lanes(t.Context()); !errors.Is(err, store.ErrNewer) || errors.Is(err, store.ErrDamaged) {
		t.Errorf("read: %v", err)
	}
	if _, err := s.Salvage(t.Context()); !errors.Is(err, store.ErrNewer) {
		t.Errorf("salvage: %v", err)
	}
	if after, _ := os.ReadFile(journal); !bytes.Equal(before, after) {
		t.Error("it was changed")
	}
}

func TestCompact(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "s")
	a, b := open(t, dir), open(t, dir)
	ctx := t.Context()
	if _, err := b.Lanes(ctx); err != nil {
		t.Fatal(err)
	}
	one := rows(256<<10, "a")
	var r store.Record
	for range 100 {
		if _, err := a.Commit(ctx, store.Change{Blocks: []store.Block{one, one, one, one}}); err != nil {
			t.Fatal(err)
		}
	}
	if l, err := b.Lane(ctx, "a"); err != nil || l.Events != int64(400*one.Count) {
		t.Fatal(l, err)
	}
	size := func() int64 {
		fi, err := os.Stat(filepath.Join(dir, "journal.db"))
		if err != nil {
			t.Fatal(err)
		}
		return fi.Size()
	}
	before := size()
	r.Through = uint64(399 * one.Count)
	r.Delivered, r.GoneBytes = int64(r.Through), 399*int64(len(one.Data))
	settle := func(s *bolt.Store) {
		t.Helper()
		if _, err := s.Commit(ctx, store.Change{Settles: []store.Settle{{Lane: "a", Revision: r.Revision, Record: r}}}); err != nil {
			t.Fatal(err)
		}
		r.Revision++
	}
	settle(a)
	time.Sleep(10 * time.Millisecond)
	if err := b.Compact(ctx, false); err != nil {
		t.Fatal(err)
	}
	after := size()
	if after > before/3 {
		t.Errorf("%d bytes became %d", before, after)
	}
	settle(a)
	settle(b)
	settle(a)
	runs, err := a.Read(ctx, "a", 1, store.Limit{})
	if err != nil || len(runs) != 1 || !bytes.Equal(runs[0].Data, one.Data) {
		t.Errorf("%d runs, %v", len(runs), err)
	}
}

// What a run has drained is given back when it ends, also by a short run.
func TestCloseGivesBackWhatWasDrained(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "s")
	ctx := t.Context()
	one := rows(256<<10, "a")
	s := open(t, dir)
	for range 100 {
		if _, err := s.Commit(ctx, store.Change{Blocks: []store.Block{one, one, one, one}}); err != nil {
			t.Fatal(err)
		}
	}
	through := uint64(399 * one.Count)
	r := store.Record{Through: through, Delivered: int64(through), GoneBytes: 399 * int64(len(one.Data))}
	if _, err := s.Commit(ctx, store.Change{Settles: []store.Settle{{Lane: "a", Record: r}}}); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	fi, err := os.Stat(filepath.Join(dir, "journal.db"))
	if err != nil || fi.Size() > 32<<20 {
		t.Errorf("the journal has %d bytes, %v", fi.Size(), err)
	}
	runs, err := open(t, dir).Read(ctx, "a", 1, store.Limit{})
	if err != nil || len(runs) != 1 || !bytes.Equal(runs[0].Data, one.Data) {
		t.Errorf("%d runs, %v", len(runs), err)
	}
}
