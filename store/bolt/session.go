package bolt

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"runtime/debug"
	"time"

	"go.etcd.io/bbolt"
	berrors "go.etcd.io/bbolt/errors"

	"github.com/wnotify/wnotify/store"
)

// maxMapped is how much may be read or written through one mapping before it is
// given back: what bbolt looked at stays in our resident memory until then.
const maxMapped = 32 << 20

// handle is an open bbolt. Between sessions it stays mapped but holds no lock,
// and is used again only if nobody committed meanwhile.
type handle struct {
	db     *bbolt.DB
	file   *os.File // bbolt's own: its lock is given back through it
	id     inode
	left   header
	read   int64 // bytes
	mapped int64 // bytes that are mapped for certain
	faults *faults
}

// size is that of the pages in use or free when the last session ended, in
// bytes.
func (h *handle) size() int64 { return int64(h.left.newest().pages()) * int64(h.left.pageSize) }

// giveBack makes our resident memory small again, if it can.
func (h *handle) giveBack() bool {
	h.read = 0
	return giveBack(h.db, h.mapped)
}

// sees notes what bbolt has mapped for a transaction.
func (h *handle) sees(tx *bbolt.Tx) { h.mapped = tx.Size() }

// enter begins a session: this goroutine has the handle, and no other process
// is in a transaction. Without create a queue that does not exist is
// errAbsent. Who enters must leave.
func (s *Store) enter(ctx context.Context, create bool) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	select {
	case s.gate <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	}
	err := errClosed
	if !s.closed.Load() {
		err = s.begin(ctx.Done(), create)
	}
	if err != nil {
		<-s.gate
		return cmp.Or(ctx.Err(), err)
	}
	return nil
}

// begin is enter for who has the gate; it gives up waiting when stop is closed.
func (s *Store) begin(stop <-chan struct{}, create bool) error {
	if !create {
		// With traces of one it may just be that somebody makes it.
		if _, err := os.Lstat(s.journal); errors.Is(err, fs.ErrNotExist) && s.trace() == "" {
			return s.absent()
		}
	} else if err := makeFolder(s.dir); err != nil {
		return err
	} else if !s.tight {
		s.tight = true
		tighten(s.dir)
	}
	if err := s.lockJournal(stop); err != nil {
		return named(err)
	}
	err := s.lock.unwritable
	if !create || err == nil {
		err = s.attach(create)
	}
	if err != nil {
		s.unlockJournal()
		if create && s.lock.unwritable != nil {
			_ = s.lock.close() // the next one may find it writable
		}
		return named(err)
	}
	s.busy++
	return nil
}

// leave ends a session.
func (s *Store) leave() {
	s.end()
	<-s.gate
}

// end is leave for who keeps the gate.
func (s *Store) end() {
	if h := s.handle; h != nil {
		left, err := readHeader(h.file, h.left.pageSize)
		h.left = left
		if err != nil || !canReuse || h.read > maxMapped && !h.giveBack() || funlock(h.file) != nil {
			_ = s.drop()
		}
	}
	s.unlockJournal()
}

// attach makes the handle fit for use, by opening it again if anything moved.
func (s *Store) attach(create bool) error {
	fi, err := os.Lstat(s.journal)
	if errors.Is(err, fs.ErrNotExist) {
		_ = s.drop()
		if left := s.trace(); left != "" && s.install == "" {
			return &LostError{Path: s.journal, Left: left}
		}
		if err := s.absent(); !create || !errors.Is(err, errAbsent) {
			return err
		}
		if err := s.create(); err != nil {
			return fmt.Errorf("make %s: %w", s.journal, err)
		}
		fi, err = os.Lstat(s.journal)
	}
	if err != nil {
		return err
	}
	id := inodeOf(fi)
	if s.lock.unwritable == nil && (links(fi) > 1 || s.walked != id) {
		if err := s.sweep(); err != nil {
			return err
		}
	}
	if !s.reuse(id) {
		_ = s.drop()
		if err := s.open(id); err != nil {
			return err
		}
	}
	// Only who does not lock can have been faster; then bbolt's lock, which we
	// have now, is that of a file without a name.
	if fi, err = os.Lstat(s.journal); err == nil && inodeOf(fi) != id {
		err = fmt.Errorf("%w: %s was replaced without the lock", store.ErrBusy, s.journal)
	}
	if err != nil {
		_ = s.drop()
	}
	return err
}

// reuse reports whether the handle is still that of the last commit. It takes
// bbolt's lock first.
func (s *Store) reuse(id inode) bool {
	h := s.handle
	if h == nil || !canReuse || h.id != id || flock(h.file, false) != nil {
		return false
	}
	now, err := readHeader(h.file, h.left.pageSize)
	return err == nil && now == h.left
}

// open opens the journal, which must be the file that was just looked at.
func (s *Store) open(id inode) error {
	h := &handle{id: id, faults: &faults{}}
	half, how := false, os.O_RDWR
	if s.lock.unwritable != nil {
		how = os.O_RDONLY
	}
	hook := func(path string, _ int, _ os.FileMode) (*os.File, error) {
		f, err := openFile(path, how)
		if err != nil {
			return nil, err
		}
		h.file = f
		if fi, err := f.Stat(); err != nil {
			return nil, err
		} else if inodeOf(fi) != id {
			return nil, fmt.Errorf("%w: %s was replaced without the lock", store.ErrBusy, path)
		}
		if h.left, half, err = preflight(f); err == nil && s.walked != id {
			err = h.left.check(f, false)
		}
		return f, err
	}
	err := guard(s.journal, func() (err error) {
		h.db, err = openBolt(s.journal, hook, h.faults, how == os.O_RDONLY)
		return err
	})
	if err == nil {
		s.handle = h
		err = guard(s.journal, s.readState)
	}
	if err != nil {
		s.handle = nil
		if h.db != nil && !errors.Is(err, errPanic) {
			_ = h.db.Close()
		} else if h.file != nil {
			_ = funlock(h.file)
			_ = h.file.Close()
		}
		return err
	}
	s.walked = id
	if half {
		s.warn(damaged(s.journal, "has only one valid header of two; the last change before a crash may be missing"))
	}
	return nil
}

// openBolt opens bbolt with the one set of options that is safe for us: no
// part of syncing is ever left out.
func openBolt(path string, hook func(string, int, os.FileMode) (*os.File, error), log bbolt.Logger, readOnly bool) (*bbolt.DB, error) {
	db, err := bbolt.Open(path, fileMode, &bbolt.Options{
		Timeout:         time.Second, // only somebody who bypasses LOCK.journal can hold it
		FreelistType:    bbolt.FreelistMapType,
		InitialMmapSize: initialMap,
		OpenFile:        hook,
		Logger:          log,
		ReadOnly:        readOnly,
	})
	switch {
	case err == nil:
		return db, nil
	case errors.Is(err, berrors.ErrTimeout):
		return nil, fmt.Errorf("%w: another program has %s open", store.ErrBusy, path)
	case errors.Is(err, berrors.ErrInvalid), errors.Is(err, berrors.ErrChecksum), errors.Is(err, berrors.ErrVersionMismatch):
		return nil, damaged(path, "cannot be opened: %v", err)
	}
	return nil, err
}

// drop closes the handle.
func (s *Store) drop() error {
	h := s.handle
	if h == nil {
		return nil
	}
	s.handle = nil
	return h.db.Close()
}

// abandon leaves a handle that bbolt panicked in: its own locks are held for
// ever, so closing it would wait for ever. The mapping is lost.
func (s *Store) abandon() {
	if h := s.handle; h != nil {
		s.handle = nil
		_ = funlock(h.file)
		_ = h.file.Close()
	}
}

// view runs a read transaction. It does nothing when there is no queue.
func (s *Store) view(ctx context.Context, fn func(*bbolt.Tx) error) error {
	err := s.enter(ctx, false)
	if errors.Is(err, errAbsent) {
		return nil
	}
	if err != nil {
		return err
	}
	defer s.leave()
	err = guard(s.journal, func() error {
		return s.handle.db.View(func(tx *bbolt.Tx) error {
			s.handle.sees(tx)
			return fn(tx)
		})
	})
	if errors.Is(err, errPanic) {
		s.abandon()
	}
	return err
}

var errPanic = errors.New("its structure makes no sense")

// guard runs what reads mapped pages. bbolt panics where it trips over
// damage, and a page that the disk cannot give is a fault.
func guard(path string, fn func() error) (err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if recover() != nil { // what it says is for who knows bbolt
			err = fmt.Errorf("%w: %s: %w", store.ErrDamaged, path, errPanic)
		}
	}()
	return fn()
}
