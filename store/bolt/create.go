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
	schema     = 1
	reserve    = 256 << 10 // bytes of free pages in a new file: a full disk can still settle
	initialMap = 64 << 20  // bytes of addresses, not of memory: growing to here needs no new mapping
	growBy     = 16 << 20  // bytes that bbolt adds at a time, sparse
)

// create makes an empty journal under another name and links it to its own,
// so that a crash leaves either nothing or all of it. Called under
// LOCK.journal, when lstat said that there is none.
func (s *Store) create() error {
	s.sweep()
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
		err = os.Remove(temp) // if there was one, somebody who does not lock was faster
	}
	return errors.Join(err, syncFolder(s.dir))
}

func (s *Store) temp() string { return s.journal + ".new." + strconv.Itoa(os.Getpid()) }

// sweep removes what a crash left of making a journal. Under LOCK.journal
// nobody else is making one.
func (s *Store) sweep() {
	old, _ := filepath.Glob(s.journal + ".new.*")
	for _, path := range old {
		_ = os.Remove(path)
	}
}

// build makes a new database file, lets fill write to it in one transaction,
// and leaves it on the disk, closed.
func (s *Store) build(path string, fill func(*bbolt.Tx) error) error {
	db, file, err := s.fresh(path)
	if err != nil {
		return err
	}
	err = guard(path, func() error {
		if err := db.Update(fill); err != nil {
			return err
		}
		return reservePages(db)
	})
	return finish(path, db, file, err)
}

// fresh opens a database file that does not exist yet.
func (s *Store) fresh(path string) (*bbolt.DB, *os.File, error) {
	var file *os.File
	hook := func(path string, _ int, _ os.FileMode) (f *os.File, err error) {
		file, err = os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL|noFollow, fileMode)
		if err == nil && !noChmod {
			err = file.Chmod(fileMode)
		}
		return file, err
	}
	var db *bbolt.DB
	err := guard(path, func() (err error) {
		db, err = openBolt(path, hook, &faults{})
		return err
	})
	return db, file, err
}

// finish closes a new file after its last byte is on the disk.
func finish(path string, db *bbolt.DB, file *os.File, err error) error {
	if errors.Is(err, errPanic) {
		_ = file.Close()
		return err
	}
	if err == nil {
		err = file.Sync()
	}
	if err = errors.Join(err, db.Close()); err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	return nil
}

// reservePages leaves pages in the file that are free and have been written.
func reservePages(db *bbolt.DB) error {
	name := []byte("scratch")
	err := db.Update(func(tx *bbolt.Tx) error {
		b, err := tx.CreateBucketIfNotExists(name)
		if err != nil {
			return err
		}
		return b.Put(name, make([]byte, reserve))
	})
	if err != nil {
		return err
	}
	return db.Update(func(tx *bbolt.Tx) error { return tx.DeleteBucket(name) })
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
		meta := tx.Bucket(bMeta)
		if meta == nil {
			return damaged(s.journal, "is not a queue of wnotify")
		}
		_, d, err := unseal(meta.Get(kState), kindState)
		if err != nil {
			return damaged(s.journal, "does not say what it is: %v", err)
		}
		if v := d.num(); v > schema {
			return fmt.Errorf("%w: %s has schema %d, this one knows %d", store.ErrNewer, s.journal, v, schema)
		}
		s.install = d.str()
		if d.bad || s.install == "" {
			return damaged(s.journal, "does not say what it is")
		}
		for _, name := range topBuckets {
			if tx.Bucket(name) == nil {
				return damaged(s.journal, "has lost its part %q", name)
			}
		}
		return nil
	})
}
