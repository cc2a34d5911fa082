package bolt

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"syscall"
	"time"

	"github.com/wnotify/wnotify/store"
)

// lockFile is a file that exists to be locked. It is never renamed, for who
// waits for the old one would then go on together with who holds the new one.
type lockFile struct {
	path string
	f    *os.File

	// unwritable is why nothing can be written beside it: it is on a file system
	// that is read-only. Locking it keeps writers elsewhere out all the same.
	unwritable error
}

func (l *lockFile) close() error {
	if l == nil || l.f == nil {
		return nil
	}
	err := l.f.Close()
	l.f = nil
	return err
}

// openLock opens a lock file, and makes it if it is missing.
func openLock(path string) (*lockFile, error) {
	f, err := openFile(path, os.O_RDWR|os.O_CREATE)
	if err != nil {
		return nil, named(err)
	}
	return &lockFile{path: path, f: f}, nil
}

// openToLook opens the lock file of a queue for who may only look: it is there,
// and cannot be written.
func openToLook(path string) (*lockFile, error) {
	l, err := openLock(path)
	if !errors.Is(err, syscall.EROFS) {
		return l, err
	}
	f, oerr := openFile(path, os.O_RDONLY)
	if oerr != nil {
		return nil, err
	}
	return &lockFile{path: path, f: f, unwritable: err}, nil
}

// current reports whether the file is still the one that its name means.
func (l *lockFile) current() bool {
	ours, err := l.f.Stat()
	if err != nil {
		return false
	}
	theirs, err := os.Lstat(l.path)
	return err == nil && os.SameFile(ours, theirs)
}

// try takes the lock if it is free, else store.ErrBusy.
func (l *lockFile) try() error {
	err := flock(l.f, false)
	if isLocked(err) {
		return fmt.Errorf("%w: %s", store.ErrBusy, l.path)
	}
	if err != nil {
		return fmt.Errorf("lock %s: %w", l.path, err)
	}
	return nil
}

// tellAfter is how long is waited in silence.
const tellAfter = time.Second

// take waits for the lock until wait is over or stop is closed, and tells once
// that it does. The kernel queues who waits in flock(2); asking again and again
// would starve. When it gives up, the file belongs to the goroutine that still
// waits, which closes it.
func (l *lockFile) take(stop <-chan struct{}, wait time.Duration, tell func(path string)) error {
	err := l.try()
	if !errors.Is(err, store.ErrBusy) {
		return err
	}
	f := l.f
	got := make(chan error)
	gone := make(chan struct{})
	go func() {
		err := flock(f, true)
		select {
		case got <- err:
		case <-gone:
			_ = f.Close()
		}
	}()
	limit := time.NewTimer(wait)
	defer limit.Stop()
	soon := time.AfterFunc(tellAfter, func() { tell(l.path) })
	defer soon.Stop()
	select {
	case err := <-got:
		return err
	case <-stop:
		err = context.Canceled
	case <-limit.C:
		err = fmt.Errorf("%w: %s was held for %v", store.ErrBusy, l.path, wait)
	}
	close(gone)
	l.f = nil
	return err
}

// lockJournal takes the lock around every transaction of every process.
func (s *Store) lockJournal(stop <-chan struct{}) error {
	for range 8 {
		if s.lock == nil || s.lock.f == nil {
			if err := checkFolder(s.dir); err != nil {
				return err
			}
			l, err := openToLook(s.dir + string(os.PathSeparator) + "LOCK.journal")
			if err != nil {
				return err
			}
			s.lock = l
		}
		if err := s.lock.take(stop, s.opt.LockWait, s.waiting); err != nil {
			return err
		}
		if s.lock.current() {
			return nil
		}
		_ = s.lock.close() // the folder was removed under us
		if _, err := os.Lstat(s.dir); errors.Is(err, fs.ErrNotExist) {
			return errAbsent
		}
	}
	return fmt.Errorf("%w: %s is replaced all the time", store.ErrBusy, s.lock.path)
}

func (s *Store) unlockJournal() {
	if s.lock == nil || s.lock.f == nil {
		return
	}
	if err := funlock(s.lock.f); err != nil {
		_ = s.lock.close()
	}
}
