package bolt_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/wnotify/wnotify/store"
)

// bbolt writes over whatever its list of free pages names, and trusts the list.
// One that names what is in use is damage, before anything is written.
func TestDamagedListOfFreePages(t *testing.T) {
	const size, ids = 4096, 16
	for name, spoil := range map[string]func(list []byte, count int){
		"a page in use": func(list []byte, count int) {
			for i := range count { // all that come after it stay in order
				binary.NativeEndian.PutUint64(list[ids+8*i:], uint64(2+i))
			}
		},
		"a page twice": func(list []byte, _ int) { copy(list[ids+8:ids+16], list[ids:]) },
		"a page that is not there": func(list []byte, count int) {
			binary.NativeEndian.PutUint64(list[ids+8*(count-1):], 1<<40)
		},
		"more than there is room": func(list []byte, _ int) { binary.NativeEndian.PutUint16(list[10:], 60_000) },
		"no list":                 func(list []byte, _ int) { clear(list[:size]) },
	} {
		t.Run(name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "s")
			s := open(t, dir)
			for range 20 {
				c := store.Change{Blocks: []store.Block{block("event "+strings.Repeat("x", 3*size)+"\n", "a")}}
				for i := range 5 { // the pages of earlier values become free
					c.Riders = append(c.Riders, store.Rider{Key: fmt.Sprint(i), Value: bytes.Repeat([]byte("v"), size)})
					r, err := s.Rider(t.Context(), c.Riders[i].Key)
					if err != nil {
						t.Fatal(err)
					}
					c.Riders[i].Revision = r.Revision
				}
				if _, err := s.Commit(t.Context(), c); err != nil {
					t.Fatal(err)
				}
			}
			s.Close()
			journal := filepath.Join(dir, "journal.db")
			b, _ := os.ReadFile(journal)
			at := freelist(b) * size
			count := int(binary.NativeEndian.Uint16(b[at+10:]))
			if count < 3 {
				t.Fatalf("a list of %d pages says nothing", count)
			}
			spoil(b[at:], count)
			os.WriteFile(journal, b, 0o600)
			s = open(t, dir)
			if _, err := s.Lanes(t.Context()); !errors.Is(err, store.ErrDamaged) {
				t.Errorf("read: %v", err)
			}
			if _, err := s.Commit(t.Context(), store.Change{Blocks: []store.Block{block("x\n", "a")}}); !errors.Is(err, store.ErrDamaged) {
				t.Errorf("commit: %v", err)
			}
			if after, _ := os.ReadFile(journal); !bytes.Equal(after, b) {
				t.Error("it was changed")
			}
			r, err := s.Salvage(t.Context())
			if err != nil || len(r.Missing) > 0 || r.Events != 20 {
				t.Errorf("%+v %v", r, err)
			}
			sound(t, dir)
		})
	}
}

// freelist is the page with the list of free pages, of the newest commit.
func freelist(b []byte) int {
	one, other := b[16:], b[4096+16:]
	if binary.NativeEndian.Uint64(other[48:]) > binary.NativeEndian.Uint64(one[48:]) {
		one = other
	}
	return int(binary.NativeEndian.Uint64(one[32:]))
}
