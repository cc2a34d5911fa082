package bolt

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"

	"github.com/wnotify/wnotify/store"
)

// A settle takes a few new pages before it gives old ones back, and puts use
// up whatever is free in a file. So another file holds room on the disk: when
// a settle finds none, that goes, and no put is taken until it is there again
// or the journal has as much inside.
const reserve = 4 << 20 // bytes; the list of free pages alone is 2 MiB for a gigabyte

func (s *Store) reservePath() string { return s.journal + ".reserve" }

// keepReserve makes sure that settles find room after the next put.
func (s *Store) keepReserve() error {
	path := s.reservePath()
	if fi, err := os.Lstat(path); err == nil && fi.Size() >= reserve {
		return nil
	}
	if s.spare() >= 2*reserve { // the put may take half of it
		return nil
	}
	if room, err := freeSpace(s.dir); err == nil && room < reserve {
		return fmt.Errorf("%w: %d bytes are free, and %d are kept for deliveries", store.ErrDiskFull, room, reserve)
	}
	f, err := openFile(path, os.O_RDWR|os.O_CREATE)
	if err != nil {
		return named(err)
	}
	if err = errors.Join(occupy(f, reserve), f.Close()); err != nil {
		_ = os.Remove(path)
	}
	return named(err)
}

// spendReserve gives the room back to the disk. False: there was none.
func (s *Store) spendReserve() bool { return os.Remove(s.reservePath()) == nil }

// occupy gives a file its room: by a word to the file system or, where that has
// no ear for it, by filling it with what nothing makes smaller.
func occupy(f *os.File, size int64) error {
	if done, err := allocate(f, size); done {
		return err
	}
	noise := rand.NewChaCha8([32]byte{})
	part := make([]byte, 64<<10)
	for at := int64(0); at < size; at += int64(len(part)) {
		_, _ = noise.Read(part)
		if _, err := f.WriteAt(part, at); err != nil {
			return err
		}
	}
	return nil
}
