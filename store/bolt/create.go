package bolt

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"

	"go.etcd.io/bbolt"

	"github.com/wnotify/wnotify/store"
)

const (
	schema     = 2
	initialMap = 64 << 20 // bytes of addresses, not of memory: growing to here needs no new mapping
)

// create makes an empty journal under another name and links it to its own,
// so that a crash leaves either nothing or all of it. Called under
// LOCK.journal, when lstat said that there is none.
func (s *Store) create() error {
	if err := errors.Join(syncFolder(filepath.Dir(s.dir)), s.sweep()); err != nil {
		return err
	}
	temp := s.temp()
	if err := s.build(temp, func(tx *bbolt.Tx) error { return putState(tx, rand.Text()) }); err != nil {
		_ = os.Remove(temp)
		return err
	}
	err := os.Link(temp, s.journal)
	if err != nil && !errors.Is(err, fs.ErrExist) {
		if _, lerr := os.Lstat(s.journal); !errors.Is(lerr, fs.ErrNotExist) {
			return errors.Join(err, os.Remove(temp))
		}
		err = os.Rename(temp, s.journal) // a file system without links; the lock has to do
	} else {
		err = nil // if there was one, somebody who does not lock was faster
	}
	return errors.Join(err, s.settled())
}

// settled makes new names last. Until then the second name of a new journal
// tells whoever comes after a crash that this is still to be done.
func (s *Store) settled() error {
	if err := syncFolder(s.dir); err != nil {
		return err
	}
	return s.sweep()
}

func (s *Store) temp() string { return s.journal + ".new." + strconv.Itoa(os.Getpid()) }

// sweep removes what a crash left of making a journal, once the names that
// are to stay are on the disk. Under LOCK.journal nobody else is making one.
func (s *Store) sweep() error {
	left, _ := filepath.Glob(s.journal + ".new.*")
	kept, _ := filepath.Glob(s.journal + ".damaged.*")
	for _, path := range kept { // it was not replaced yet
		if same(path, s.journal) {
			left = append(left, path)
		}
	}
	if len(left) == 0 {
		return nil
	}
	if err := syncFolder(s.dir); err != nil {
		return err
	}
	for _, path := range left {
		if err := removeIf(path); err != nil {
			return err
		}
	}
	return nil
}

// same reports whether two names are one file.
func same(a, b string) bool {
	fa, aerr := os.Lstat(a)
	fb, berr := os.Lstat(b)
	return aerr == nil && berr == nil && os.SameFile(fa, fb)
}

// replace puts a new journal in the place of the old one, for good.
func (s *Store) replace(temp string) error {
	_ = os.Link(temp, temp+".2") // without links, a power cut right after a crash brings the old one back
	if err := os.Rename(temp, s.journal); err != nil {
		return errors.Join(err, s.sweep())
	}
	return s.settled()
}

// build makes a new database file, lets fill write to it in one transaction,
// and leaves it on the disk, closed.
func (s *Store) build(path string, fill func(*bbolt.Tx) error) error {
	f, err := s.fresh(path)
	if err != nil {
		return err
	}
	return f.finish(guard(path, func() error { return f.db.Update(fill) }))
}

// freshFile is a database file that is being made.
type freshFile struct {
	path   string
	db     *bbolt.DB
	file   *os.File
	faults faults
}

// fresh opens a database file that does not exist yet.
func (s *Store) fresh(path string) (*freshFile, error) {
	f := &freshFile{path: path}
	hook := func(path string, _ int, _ os.FileMode) (file *os.File, err error) {
		f.file, err = os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL|noFollow, fileMode)
		if err == nil && !noChmod {
			err = f.file.Chmod(fileMode)
		}
		return f.file, err
	}
	err := guard(path, func() (err error) {
		f.db, err = openBolt(path, hook, &f.faults, false)
		return err
	})
	return f, f.faults.cause(err)
}

// finish closes a new file after its last byte is on the disk; err is how
// writing it ended.
func (f *freshFile) finish(err error) error {
	if errors.Is(err, errPanic) {
		_ = f.file.Close()
		return err
	}
	if err = f.faults.cause(err); err == nil {
		err = f.file.Sync()
	}
	if err = errors.Join(err, f.db.Close()); err != nil {
		return fmt.Errorf("write %s: %w", f.path, err)
	}
	return nil
}

// putState writes what every queue begins with.
func putState(tx *bbolt.Tx, install string) error {
	for _, name := range topBuckets {
		if _, err := tx.CreateBucketIfNotExists(name); err != nil {
			return err
		}
	}
	e := begin(nil, kindState, 1)
	e.num(schema)
	e.str(install)
	return tx.Bucket(bMeta).Put(kState, e.seal())
}

// readState checks that we know this schema, and learns the install ID.
func (s *Store) readState() error {
	return s.handle.db.View(func(tx *bbolt.Tx) error {
		// bbolt takes any of the two headers in any of the two places; we looked
		// only at what hangs on those that are in theirs.
		if h := s.handle; uint64(tx.ID()) != h.left.newest().txid() || tx.Size() != h.size() {
			return damaged(s.journal, "has a header in the place of another")
		}
		meta := tx.Bucket(bMeta)
		if meta == nil {
			return damaged(s.journal, "is not a queue of wnotify")
		}
		_, d, err := unseal(meta.Get(kState), kindState)
		if errors.Is(err, store.ErrNewer) {
			return fmt.Errorf("%w: %s", err, s.journal)
		}
		if err != nil {
			return damaged(s.journal, "does not say what it is: %v", err)
		}
		version := d.num()
		if version > schema {
			return fmt.Errorf("%w: %s has schema %d, this one knows %d", store.ErrNewer, s.journal, version, schema)
		}
		for _, name := range topBuckets {
			if tx.Bucket(name) == nil && (version > 1 || string(name) != string(bLarge)) {
				return damaged(s.journal, "has lost its part %q", name)
			}
		}
		install, put := d.str(), tx.Bucket(bBlocks).Sequence()
		if d.bad || install == "" {
			return damaged(s.journal, "does not say what it is")
		}
		if s.install != "" && s.install != install || put < s.put {
			return s.replaced()
		}
		s.install, s.put = install, put
		return nil
	})
}

// replaced refuses a journal that is not the one this process knows, be it
// another or an older copy of it: numbers that it gave out may be others' now.
func (s *Store) replaced() error {
	s.poison = damaged(s.journal, "was removed or replaced while this process used it; start it again to go on with what is there now")
	return s.poison
}
