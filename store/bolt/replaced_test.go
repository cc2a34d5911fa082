//go:build linux

package bolt_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/wnotify/wnotify/store"
	"github.com/wnotify/wnotify/store/bolt"
)

// Whoever goes on with another journal than the one it knows takes numbers for
// delivered that others have been given since.
func TestJournalReplacedUnderUsIsRefused(t *testing.T) {
	for name, replace := range map[string]func(dir, older, others string) error{
		"folder removed":  func(dir, _, _ string) error { return os.RemoveAll(dir) },
		"journal removed": func(dir, _, _ string) error { return os.Remove(filepath.Join(dir, "journal.db")) },
		"an older copy in its place": func(dir, older, _ string) error {
			return os.Rename(older, filepath.Join(dir, "journal.db"))
		},
		"an older copy written over it": func(dir, older, _ string) error {
			old, err := os.ReadFile(older)
			return errors.Join(err, os.WriteFile(filepath.Join(dir, "journal.db"), old, 0o600))
		},
		"another queue in its place": func(dir, _, others string) error {
			return os.Rename(filepath.Join(others, "journal.db"), filepath.Join(dir, "journal.db"))
		},
	} {
		t.Run(name, func(t *testing.T) {
			dir, others := filepath.Join(t.TempDir(), "s"), filepath.Join(t.TempDir(), "others")
			older := filepath.Join(t.TempDir(), "older")
			fill(t, others)
			ctx, one := t.Context(), store.Change{Blocks: []store.Block{block("x\n", "a")}}
			s := open(t, dir)
			for i := range 2 {
				if _, err := s.Commit(ctx, one); err != nil {
					t.Fatal(err)
				}
				if i == 0 {
					old, err := os.ReadFile(filepath.Join(dir, "journal.db"))
					if err := errors.Join(err, os.WriteFile(older, old, 0o600)); err != nil {
						t.Fatal(err)
					}
				}
			}
			if err := replace(dir, older, others); err != nil {
				t.Fatal(err)
			}
			if _, err := s.Lane(ctx, "a"); !errors.Is(err, store.ErrDamaged) {
				t.Errorf("read: %v", err)
			}
			if _, err := s.Commit(ctx, one); !errors.Is(err, store.ErrDamaged) {
				t.Errorf("commit: %v", err)
			}
			_, err := open(t, dir).Commit(ctx, one)
			lost, ok := errors.AsType[*bolt.LostError](err)
			if ok != (name == "journal removed") {
				t.Errorf("another process: %v", err)
			}
			if !ok {
				return
			}
			err = os.Remove(lost.Left) // that person knows
			if _, cerr := open(t, dir).Commit(ctx, one); err != nil || cerr != nil {
				t.Errorf("afterwards: %v, %v", err, cerr)
			}
		})
	}
}

// TestFirstRunThatWasKilled: what it left before there was a journal is no
// trace of one.
func TestFirstRunThatWasKilled(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "s")
	lanes := filepath.Join(dir, "lanes")
	if err := os.MkdirAll(lanes, 0o700); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{filepath.Join(dir, "LOCK.journal"), filepath.Join(lanes, "a.lock"), filepath.Join(dir, "journal.db.new.1")} {
		if err := os.WriteFile(path, nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	s := open(t, dir)
	if l, err := s.Lane(t.Context(), "a"); err != nil || l.Next != 1 {
		t.Errorf("%+v, %v", l, err)
	}
	if _, err := s.Commit(t.Context(), store.Change{Blocks: []store.Block{block("x\n", "a")}}); err != nil {
		t.Error(err)
	}
}

func TestWhatACrashLeftIsRemoved(t *testing.T) {
	for name, linked := range map[string]bool{
		"journal.db.new.1": true, "journal.db.new.2": false, "journal.db.new.3.2": true,
		"journal.db.damaged.20260101T000000.000000": true,
	} {
		for _, salvage := range []bool{false, true} {
			dir := filepath.Join(t.TempDir(), "s")
			fill(t, dir)
			path := filepath.Join(dir, name)
			err := os.WriteFile(path, []byte("half"), 0o600)
			if linked {
				err = errors.Join(os.Remove(path), os.Link(filepath.Join(dir, "journal.db"), path))
			}
			s := open(t, dir)
			if salvage {
				_, serr := s.Salvage(t.Context())
				err = errors.Join(err, serr)
			}
			if lanes, lerr := s.Lanes(t.Context()); err != nil || lerr != nil || len(lanes) != 2 {
				t.Errorf("%s: %v %v %v", name, lanes, err, lerr)
			}
			if _, err := os.Lstat(path); err == nil {
				t.Errorf("%s is still there", name)
			}
		}
	}
}

// Without LOCK.journal the lock of bbolt is what is left; it must do.
func TestLockDeletedUnderUs(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "s")
	fill(t, dir)
	a, b := open(t, dir), open(t, dir)
	compact, let := bolt.Session(t, a)
	if err := os.Remove(filepath.Join(dir, "LOCK.journal")); err != nil {
		t.Fatal(err)
	}
	one := store.Change{Blocks: []store.Block{block("x\n", "new")}}
	done := make(chan error)
	go func() {
		_, err := b.Commit(t.Context(), one)
		done <- err
	}()
	time.Sleep(100 * time.Millisecond) // it waits for bbolt's lock of the file that goes
	compact()
	let()
	if err := <-done; err != nil && !errors.Is(err, store.ErrBusy) {
		t.Error(err)
	} else if l, lerr := a.Lane(t.Context(), "new"); lerr != nil || (l.Events == 1) != (err == nil) {
		t.Errorf("the commit said %v, and then there are %d events, %v", err, l.Events, lerr)
	}
	if _, err := b.Commit(t.Context(), one); err != nil {
		t.Error(err)
	}
}
