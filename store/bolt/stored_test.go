package bolt_test

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/wnotify/wnotify/store"
	"github.com/wnotify/wnotify/store/bolt"
	"github.com/wnotify/wnotify/store/storetest"
)

// megabyte are blocks as a busy sender makes them.
func megabyte(lanes ...string) (c store.Change, size int) {
	for range 4 {
		b := block(strings.Repeat(strings.Repeat("x", 1023)+"\n", 250), lanes...)
		c.Blocks = append(c.Blocks, b)
		size += len(b.Data)
	}
	return c, size
}

// What comes and goes in large blocks is written once, and not again with what
// lies beside it.
func TestLargeBlocksAreWrittenOnce(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "state"))
	put := 0
	for n := range 20 {
		c, size := megabyte("a")
		if _, err := s.Commit(t.Context(), c); err != nil {
			t.Fatal(err)
		}
		put += size
		if n%2 == 1 { // one and a half of two
			through(t, s, "a", uint64(n)*1000-250, (int64(n)*1000-250)<<10)
		}
	}
	if os.Getpagesize() > 4096 || bolt.Written(s) == 0 { // small pages are not; a handle is not kept
		t.Skip("this system has other pages, or opens the journal each time")
	}
	// A commit writes a few small pages, and a block the rest of its last one.
	if ratio := float64(bolt.Written(s)) / float64(put); ratio < 1 || ratio > 1.1 {
		t.Errorf("%.2f bytes were written for each byte", ratio)
	}
}

// through settles a lane up to a number; so many bytes are gone then.
func through(t *testing.T, s *bolt.Store, lane string, n uint64, size int64) {
	t.Helper()
	l, err := s.Lane(t.Context(), lane)
	if err != nil {
		t.Fatal(err)
	}
	r := l.Record
	r.ID, r.Through, r.Delivered, r.GoneBytes = "id", n, int64(n), size
	if _, err := s.Commit(t.Context(), store.Change{Settles: []store.Settle{{Lane: lane, Revision: r.Revision, Record: r}}}); err != nil {
		t.Fatal(err)
	}
}

// The promises hold wherever a block lies.
func TestContractInOwnBuckets(t *testing.T) {
	bolt.OwnBuckets(t, 1)
	storetest.Run(t, func(t *testing.T) store.Store {
		return open(t, filepath.Join(t.TempDir(), "state"))
	})
}

// schema1 is a journal of before large blocks had buckets of their own.
func schema1(t *testing.T, dir string) {
	t.Helper()
	f, err := os.Open("testdata/schema1.db.gz")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	journal, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(os.Mkdir(dir, 0o700), os.WriteFile(filepath.Join(dir, "journal.db"), journal, 0o600)); err != nil {
		t.Fatal(err)
	}
}

func TestSchema1GoesOn(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "s")
	schema1(t, dir)
	s := open(t, dir)
	before, err := s.Lane(t.Context(), "a")
	if err != nil {
		t.Fatal(err)
	}
	if v := bolt.SchemaOf(t, s); v != 1 {
		t.Fatalf("looking made schema %d of it", v)
	}
	s.Close()
	if err := use(t, dir); err != nil { // it writes, too
		t.Fatal(err)
	}
	s = open(t, dir)
	if v := bolt.SchemaOf(t, s); v != bolt.Schema {
		t.Errorf("schema %d was written to", v)
	}
	c, _ := megabyte("a")
	if _, err := s.Commit(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	if l, err := s.Lane(t.Context(), "a"); err != nil || l.Events != before.Events+1000 {
		t.Errorf("%d events became %d: %v", before.Events, l.Events, err)
	}
	if err := s.Compact(t.Context(), true); err != nil {
		t.Error(err)
	}
	size := 0
	for n := uint64(1); n <= 1020; n++ {
		size += len(known(n)) + 1
	}
	through(t, s, "b", 1020, int64(size))
	if runs, err := s.Read(t.Context(), "b", 1, store.Limit{Events: 1}); err != nil || string(runs[0].Data) != known(1021)+"\n" {
		t.Errorf("%v, %v", runs, err)
	}
}

// spoil changes the page of the second of four large blocks.
func spoil(t *testing.T, dir string, how func(page []byte)) {
	t.Helper()
	s, _ := bolt.Open(dir, bolt.Options{})
	c, _ := megabyte("a")
	if _, err := s.Commit(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	s.Close()
	journal := filepath.Join(dir, "journal.db")
	b, _ := os.ReadFile(journal)
	found := 0
	size := os.Getpagesize()
	for at := 2 * size; at+size <= len(b); at += size {
		if binary.NativeEndian.Uint32(b[at+12:]) < 1 || string(b[at+32:at+37]) != "block" {
			continue
		}
		found++
		if sequence := b[at+32+5+16:]; binary.LittleEndian.Uint64(sequence) == 2 { // of its envelope
			how(b[at:])
		}
	}
	if found != 4 {
		t.Fatalf("%d large blocks were found", found)
	}
	os.WriteFile(journal, b, 0o600)
}

// sparesTheLast releases all but the last of the four blocks, as far as that can
// be done, writes others where they were, and looks at the last.
func sparesTheLast(t *testing.T, s *bolt.Store) {
	t.Helper()
	through(t, s, "a", 750, 750<<10)
	for range 3 {
		more, _ := megabyte("b")
		if _, err := s.Commit(t.Context(), more); err != nil {
			t.Fatal(err)
		}
	}
	if runs, err := s.Read(t.Context(), "a", 751, store.Limit{Events: 250}); err != nil || len(runs) != 1 || len(runs[0].Data) != 250<<10 {
		t.Errorf("%d runs of the last block, %v", len(runs), err)
	}
}

// A page of a large block that leads bbolt into a circle, or claims pages that
// are not its own, is not followed, and frees nothing.
func TestLargeBlockThatIsDamaged(t *testing.T) {
	for name, c := range map[string]struct {
		spoil func(page []byte)
		says  string
	}{
		"a circle": {func(page []byte) {
			binary.NativeEndian.PutUint16(page[8:], 1) // a branch, to itself
			binary.NativeEndian.PutUint64(page[24:], binary.NativeEndian.Uint64(page))
		}, "out of place"},
		"more pages than it has":    {func(page []byte) { page[12]++ }, "block 2: "},
		"more pages than there are": {func(page []byte) { page[15] = 0x20 }, "block 2: "},
		"a larger value":            {func(page []byte) { page[16+14]++ }, "block 2: "},
	} {
		t.Run(name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "s")
			spoil(t, dir, c.spoil)
			s, _ := bolt.Open(dir, bolt.Options{})
			defer s.Close()
			if runs, err := s.Read(t.Context(), "a", 1, store.Limit{Events: 250}); err != nil || len(runs) != 1 {
				t.Errorf("%d runs of the first block, %v", len(runs), err)
			}
			var corrupt *store.CorruptError
			if _, err := s.Read(t.Context(), "a", 251, store.Limit{Events: 250}); !errors.As(err, &corrupt) || corrupt.Span != (store.Span{First: 251, Last: 500}) {
				t.Errorf("the second: %v", err)
			}
			if problems, err := s.Check(t.Context()); err != nil || !strings.Contains(fmt.Sprint(problems), c.says) {
				t.Errorf("%q, %v", problems, err)
			}
			if err := s.Compact(t.Context(), true); name == "a circle" && !errors.Is(err, store.ErrDamaged) {
				t.Errorf("compact: %v", err)
			}
			sparesTheLast(t, s)
		})
	}
}

// Two large blocks that are said to be in one place are not both freed.
func TestLargeBlocksInOnePlace(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "s")
	var second uint64
	spoil(t, dir, func(page []byte) { second = binary.NativeEndian.Uint64(page) })
	journal := filepath.Join(dir, "journal.db")
	b, _ := os.ReadFile(journal)
	at := bytes.Index(b, entryOf(2, second))
	if at < 0 {
		t.Fatal("the bucket of the second block was not found")
	}
	key := bytes.Index(b[at-8*24:], binary.BigEndian.AppendUint64(nil, 3)) + at - 8*24
	third := binary.NativeEndian.Uint64(b[key+8:])
	b = bytes.ReplaceAll(b, entryOf(2, second), entryOf(2, third))
	os.WriteFile(journal, b, 0o600)
	s, _ := bolt.Open(dir, bolt.Options{})
	defer s.Close()
	sparesTheLast(t, s)
}

// What an opening of the journal finds wrong with where large blocks are, it says
// before anything is written.
func TestBucketsOutOfOrder(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "s")
	var second uint64
	spoil(t, dir, func(page []byte) { second = binary.NativeEndian.Uint64(page) })
	journal := filepath.Join(dir, "journal.db")
	whole, _ := os.ReadFile(journal)
	for name, entry := range map[string][]byte{
		"out of order": entryOf(2|1<<60, second),
		"is nowhere":   entryOf(2, 0),
		"out of it":    entryOf(2, second|1<<40),
	} {
		t.Run(name, func(t *testing.T) {
			b := bytes.ReplaceAll(whole, entryOf(2, second), entry)
			os.WriteFile(journal, b, 0o600)
			s, _ := bolt.Open(dir, bolt.Options{})
			defer s.Close()
			c, _ := megabyte("b")
			if _, err := s.Commit(t.Context(), c); !errors.Is(err, store.ErrDamaged) || !strings.Contains(err.Error(), name) {
				t.Errorf("it says %v", err)
			}
			if after, _ := os.ReadFile(journal); !bytes.Equal(after, b) {
				t.Error("it was written to")
			}
		})
	}
}

// A page on the way to large blocks that claims more pages than there are would
// make bbolt free them all.
func TestLeafThatClaimsMore(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "s")
	var second uint64
	spoil(t, dir, func(page []byte) { second = binary.NativeEndian.Uint64(page) })
	journal := filepath.Join(dir, "journal.db")
	b, _ := os.ReadFile(journal)
	at := bytes.Index(b, entryOf(2, second))
	if at < 0 {
		t.Fatal("the bucket of the second block was not found")
	}
	size := os.Getpagesize()
	b[at/size*size+15] |= 0x20
	os.WriteFile(journal, b, 0o600)
	s, _ := bolt.Open(dir, bolt.Options{})
	defer s.Close()
	if _, err := s.Lanes(t.Context()); !errors.Is(err, store.ErrDamaged) || !strings.Contains(err.Error(), "reaches out of it") {
		t.Errorf("it says %v", err)
	}
}

// entryOf is the key of a large block, and the page that its bucket begins with.
func entryOf(sequence, root uint64) []byte {
	return binary.NativeEndian.AppendUint64(binary.BigEndian.AppendUint64(nil, sequence), root)
}

// A header in the place of the other leads to pages that nobody has looked at.
func TestHeaderInTheOtherPlace(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "s")
	spoil(t, dir, func([]byte) {})
	journal := filepath.Join(dir, "journal.db")
	b, _ := os.ReadFile(journal)
	size := os.Getpagesize()
	txid := func(page int) uint64 { return binary.NativeEndian.Uint64(b[page*size+16+48:]) }
	newer := 0
	if txid(1) > txid(0) {
		newer = 1
	}
	other := b[(1-newer)*size+16:][:64]
	copy(other, b[newer*size+16:][:64])
	binary.NativeEndian.PutUint64(other[40:], 1<<30) // pages
	binary.NativeEndian.PutUint64(other[48:], txid(newer)+2)
	sum := fnv.New64a()
	sum.Write(other[:56])
	binary.NativeEndian.PutUint64(other[56:], sum.Sum64())
	os.WriteFile(journal, b, 0o600)
	s, _ := bolt.Open(dir, bolt.Options{})
	defer s.Close()
	if _, err := s.Lanes(t.Context()); !errors.Is(err, store.ErrDamaged) {
		t.Errorf("it says %v", err)
	}
}
