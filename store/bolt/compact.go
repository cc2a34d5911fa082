package bolt

import (
	"context"
	"errors"
	"fmt"
	"hash/crc32"
	"sync"
	"time"

	"go.etcd.io/bbolt"
)

const (
	compactAt    = 64 << 20  // bytes of file from which it is worth it
	compactMax   = 256 << 20 // bytes of live data up to which others may be kept waiting
	compactEvery = 5 * time.Second
)

// Compact copies the journal without its free pages, if they are more than
// three quarters of it, or in any case with force. Other processes wait
// meanwhile, and go on with the new file.
func (s *Store) Compact(ctx context.Context, force bool) error {
	err := s.enter(ctx, false)
	if errors.Is(err, errAbsent) {
		return nil
	}
	if err != nil {
		return err
	}
	defer s.leave()
	return s.compactIfWorth(force)
}

func (s *Store) compactIfWorth(force bool) error {
	if s.poison != nil {
		return s.poison
	}
	worth, err := s.worthIt()
	if err != nil || !worth && !force {
		return err
	}
	return s.compact()
}

// tidy compacts after a transaction if it is worth it. It is housekeeping: a
// failure is told, not returned.
func (s *Store) tidy(ctx context.Context) {
	if s.handle == nil || ctx.Err() != nil || time.Since(s.checked) < compactEvery {
		return
	}
	s.checked = time.Now()
	if worth, err := s.worthIt(); err != nil || !worth {
		return
	}
	if err := s.compact(); err != nil {
		s.warn(fmt.Errorf("the free space in %s stays: %w", s.journal, err))
	}
}

// shrink compacts before the store is closed if it is worth it: what was
// drained in the last seconds, or by a short run, was not looked at. The gate
// is ours.
func (s *Store) shrink() {
	if !s.large {
		return
	}
	err := s.begin(nil, false)
	if err == nil {
		err = s.compactIfWorth(false)
		s.end()
	}
	if err != nil && !errors.Is(err, errAbsent) {
		s.warn(fmt.Errorf("the free space in %s stays: %w", s.journal, err))
	}
}

// worthIt reports whether the file is mostly free pages.
func (s *Store) worthIt() (bool, error) {
	fi, err := s.handle.file.Stat()
	if err != nil || fi.Size() <= compactAt {
		return false, err
	}
	live := s.live()
	return live <= compactMax && fi.Size()-live > 3*live, nil
}

// live is the size of what a copy would hold, in bytes.
func (s *Store) live() int64 {
	h, err := readHeader(s.handle.file, s.handle.left.pageSize)
	if err != nil {
		return 1 << 62
	}
	return int64(h.newest().pages())*int64(h.pageSize) - s.spare()
}

// spare is the size of the pages that are free, in bytes.
func (s *Store) spare() int64 {
	st := s.handle.db.Stats()
	return int64(st.FreePageN+st.PendingPageN) * int64(s.handle.left.pageSize)
}

// compact copies, compares, and puts the copy in place.
func (s *Store) compact() error {
	if err := s.sweep(); err != nil {
		return err
	}
	room, err := freeSpace(s.dir)
	if err != nil {
		return err
	}
	if need := s.live() + reserve; room < need {
		return fmt.Errorf("%d bytes are free and %d are needed", room, need)
	}
	temp := s.temp()
	f, err := s.fresh(temp)
	if err != nil {
		return named(err)
	}
	err = guard(s.journal, func() error {
		// Every page is looked at, those of the large blocks too.
		h, err := readHeader(s.handle.file, s.handle.left.pageSize)
		if err == nil {
			err = h.check(s.handle.file, true)
		}
		if err != nil {
			return err
		}
		if err := copyInto(f.db, s.handle); err != nil {
			return err
		}
		was, err := digest(s.handle.db)
		if err != nil {
			return err
		}
		if is, err := digest(f.db); err != nil || is != was {
			return errors.Join(err, fmt.Errorf("the copy holds %v, not %v", is, was))
		}
		return nil
	})
	if errors.Is(err, errPanic) {
		s.abandon()
	}
	if err = f.finish(err); err != nil {
		return errors.Join(named(err), removeIf(temp))
	}
	if !canReuse {
		_ = s.drop() // Windows renames no open file
	}
	// Elsewhere bbolt's lock of the old file goes last: it keeps out who found
	// LOCK.journal deleted and made it anew.
	return errors.Join(named(s.replace(temp)), s.drop())
}

// copyInto copies all there is. What it reads would stay in our resident memory
// to the end, so it is given back meanwhile.
func copyInto(to *bbolt.DB, from *handle) error {
	err := from.db.View(func(tx *bbolt.Tx) error {
		from.sees(tx)
		return nil
	})
	if err != nil {
		return err
	}
	stop := make(chan struct{})
	var helper sync.WaitGroup
	helper.Go(func() {
		for tick := time.Tick(20 * time.Millisecond); ; {
			select {
			case <-tick:
				giveBack(from.db, from.mapped) // it is only read, so nothing moves
			case <-stop:
				return
			}
		}
	})
	defer helper.Wait()
	defer close(stop)
	return bbolt.Compact(to, from.db, 4*maxGroup)
}

// contents sums up what a database holds.
type contents struct {
	Buckets, Values int
	Sum             uint64
}

func digest(db *bbolt.DB) (c contents, err error) {
	err = db.View(func(tx *bbolt.Tx) error {
		d := &digester{contents: &c, db: db, mapped: tx.Size()}
		return tx.ForEach(d.add)
	})
	return c, err
}

type digester struct {
	*contents

	db           *bbolt.DB
	mapped, read int64 // bytes
}

func (d *digester) add(name []byte, b *bbolt.Bucket) error {
	d.Buckets++
	d.Sum += b.Sequence() + uint64(crc32.Checksum(name, castagnoli))
	return b.ForEach(func(k, v []byte) error {
		if v == nil {
			return d.add(k, b.Bucket(k))
		}
		d.Values++
		if d.read += int64(len(v)); d.read > maxMapped {
			d.read = 0
			giveBack(d.db, d.mapped)
		}
		d.Sum += uint64(crc32.Update(crc32.Checksum(k, castagnoli), castagnoli, v))
		return nil
	})
}
