package bolt

import (
	"cmp"
	"context"
	"errors"
	"io/fs"
	"maps"
	"os"
	"slices"
	"time"

	"go.etcd.io/bbolt"

	"github.com/wnotify/wnotify/store"
)

// Salvaged says what a damaged queue still had.
type Salvaged struct {
	Damaged string // where the damaged file is kept

	NewInstall bool // what identifies the queue was lost: keys will differ
	Lanes      int
	Events     int64
	Riders     int
	Letters    int
	Rejects    int

	// Missing are the numbers that have not left their lane and were not found:
	// lost, or dropped before.
	Missing map[string][]store.Span

	// NoRecord are lanes of which all that was found is queued again, for
	// nothing says what was delivered.
	NoRecord []string
}

// Salvage searches the journal for what is whole in it, whatever its state,
// puts that into a new one, and keeps the old one beside it. What was deleted
// lately may come back; what was acknowledged is either back or reported
// missing. It is for journals that cannot be used otherwise.
func (s *Store) Salvage(ctx context.Context) (Salvaged, error) {
	select {
	case s.gate <- struct{}{}:
		defer func() { <-s.gate }()
	case <-ctx.Done():
		return Salvaged{}, ctx.Err()
	}
	if s.closed.Load() {
		return Salvaged{}, errClosed
	}
	_ = s.drop()
	if err := s.lockJournal(ctx.Done()); err != nil {
		return Salvaged{}, cmp.Or(ctx.Err(), named(err))
	}
	defer s.unlockJournal()
	if err := s.sweep(); err != nil {
		return Salvaged{}, named(err)
	}
	f, err := openFile(s.journal, os.O_RDONLY)
	if left := s.trace(); left != "" && errors.Is(err, fs.ErrNotExist) {
		return Salvaged{}, &LostError{Path: s.journal, Left: left}
	}
	if err != nil {
		return Salvaged{}, named(err)
	}
	defer f.Close()
	w, err := scan(f)
	if err != nil {
		return Salvaged{}, err
	}
	r := Salvaged{Missing: map[string][]store.Span{}, Damaged: s.journal + ".damaged." + time.Now().UTC().Format("20060102T150405.000000")}
	temp := s.temp()
	if err := s.rebuild(temp, w, &r); err != nil {
		return Salvaged{}, errors.Join(named(err), removeIf(temp))
	}
	_ = f.Close() // Windows renames no open file
	if err := os.Link(s.journal, r.Damaged); err != nil {
		return Salvaged{}, errors.Join(named(err), removeIf(temp))
	}
	if err := s.replace(temp); err != nil {
		return Salvaged{}, named(err)
	}
	s.poison, s.install, s.put = nil, "", 0
	return r, nil
}

func removeIf(path string) error {
	if err := os.Remove(path); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// rebuild writes what was found to a new file.
func (s *Store) rebuild(path string, w *wreck, r *Salvaged) error {
	r.NewInstall = w.install == ""
	f, err := s.fresh(path)
	if err != nil {
		return err
	}
	err = guard(path, func() error {
		b := &builder{wreck: w, report: r, held: map[string][]store.Span{}, size: map[string]int64{}, events: map[string]int64{}}
		if err := f.db.Update(b.begin); err != nil {
			return err
		}
		todo := slices.Sorted(maps.Keys(w.blocks))
		slices.Reverse(todo) // where two claim a number, the newer is right
		for len(todo) > 0 {
			if err := f.db.Update(func(tx *bbolt.Tx) (err error) { todo, err = b.blocks(tx, todo); return err }); err != nil {
				return err
			}
		}
		return f.db.Update(b.end)
	})
	return f.finish(err)
}
