package bolt

import (
	"encoding/binary"
	"os"
	"slices"
	"testing"
	"time"

	"go.etcd.io/bbolt"
)

// Schema is the newest that this version knows.
const Schema = schema

// OwnBuckets gives blocks of so many bytes or more a bucket of their own, for a
// test.
func OwnBuckets(t *testing.T, from int) {
	was := largeFrom
	largeFrom = from
	t.Cleanup(func() { largeFrom = was })
}

// SetSchema makes a state that says it has another schema.
func SetSchema(t *testing.T, dir string, n uint64) {
	t.Helper()
	s, err := Open(dir, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.enter(t.Context(), false); err != nil {
		t.Fatal(err)
	}
	err = s.handle.db.Update(func(tx *bbolt.Tx) error {
		e := begin(nil, kindState, 2)
		e.num(n)
		e.str("install")
		return tx.Bucket(bMeta).Put(kState, e.seal())
	})
	s.leave()
	if err != nil {
		t.Fatal(err)
	}
	s.Close()
}

// SetVersion makes a state that says it has envelopes of another version.
func SetVersion(t *testing.T, dir string, v byte) {
	t.Helper()
	s, err := Open(dir, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if err := s.enter(t.Context(), false); err != nil {
		t.Fatal(err)
	}
	defer s.leave()
	err = s.handle.db.Update(func(tx *bbolt.Tx) error {
		b := slices.Clone(tx.Bucket(bMeta).Get(kState))
		b[4] = v
		binary.LittleEndian.PutUint32(b[12:], sum(b))
		return tx.Bucket(bMeta).Put(kState, b)
	})
	if err != nil {
		t.Fatal(err)
	}
}

// Session begins one, in which the journal may be compacted, until let go.
func Session(t *testing.T, s *Store) (compact, let func()) {
	t.Helper()
	if err := s.enter(t.Context(), false); err != nil {
		t.Fatal(err)
	}
	return func() {
		if err := s.compact(); err != nil {
			t.Error(err)
		}
	}, s.leave
}

// Hold keeps everybody from beginning a transaction.
func Hold(t *testing.T, s *Store) (let func()) {
	t.Helper()
	s.gate <- struct{}{}
	return func() { <-s.gate }
}

// Waiting returns when n changes wait.
func Waiting(s *Store, n int) {
	for {
		s.queue.mu.Lock()
		have := len(s.queue.list)
		s.queue.mu.Unlock()
		if have == n {
			return
		}
		time.Sleep(time.Millisecond)
	}
}

// Commits is the number of transactions of the journal.
func Commits(t *testing.T, s *Store) uint64 {
	t.Helper()
	f, err := os.Open(s.journal)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	h, err := readHeader(f, 0)
	if err != nil {
		t.Fatal(err)
	}
	return h.newest().txid()
}

// Blocks is the number of blocks stored.
func Blocks(t *testing.T, s *Store) (n int) {
	t.Helper()
	err := s.view(t.Context(), func(tx *bbolt.Tx) error {
		return storedIn(tx, s.handle).each(func(uint64, []byte) error { n++; return nil })
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// Written is how many bytes of pages were made for commits, in so far as the
// journal was not opened again.
func Written(s *Store) int64 {
	if s.handle == nil {
		return 0
	}
	st := s.handle.db.Stats()
	return st.TxStats.GetPageAlloc()
}

// SchemaOf is the schema that a journal says it has.
func SchemaOf(t *testing.T, s *Store) (n uint64) {
	t.Helper()
	err := s.view(t.Context(), func(tx *bbolt.Tx) error {
		_, p, err := unseal(tx.Bucket(bMeta).Get(kState), kindState)
		n = p.num()
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// Handle tells one opening of the journal from the next.
func Handle(s *Store) any { return s.handle }
