package bolt

import (
	"go.etcd.io/bbolt"

	"github.com/wnotify/wnotify/store"
)

// refsOf walks the references of a lane.
type refsOf struct{ c *bbolt.Cursor }

// has reports whether anything refers to the block that went to number first.
// A reference may have been split, and a lane may have been removed and made
// again with other blocks under the same numbers.
func (r *refsOf) has(b *block, first uint64) bool {
	end := first + b.count
	for k, v := r.c.Seek(be64(first)); k != nil && fromBE64(k) < end; k, v = r.c.Next() {
		// One that is damaged counts as ours: a block too many can be found, one
		// too few is lost.
		if x, _, err := decodeRef(v); err != nil || x.block == b.seq {
			return true
		}
	}
	return false
}

// at is the reference that holds number n, or the first one behind it. A
// damaged one is an error with the numbers it may have held.
func (r *refsOf) at(lane string, n uint64) (x ref, ok bool, err error) {
	k, v := r.c.Seek(be64(n))
	if k == nil || fromBE64(k) != n {
		pk, pv := r.c.Prev()
		if k == nil {
			pk, pv = r.c.Last()
		}
		if pk != nil {
			prev, _, err := decodeRef(pv)
			if err != nil {
				return x, false, corruptRef(lane, pk, k)
			}
			if prev.last() >= n {
				return prev, true, nil
			}
		}
		k, v = r.c.Seek(be64(n))
	}
	if k == nil {
		return x, false, nil
	}
	if x, _, err = decodeRef(v); err != nil {
		nk, _ := r.c.Next()
		return x, false, corruptRef(lane, k, nk)
	}
	return x, true, nil
}

// corruptRef names the numbers from one key to the next.
func corruptRef(lane string, key, next []byte) error {
	e := &store.CorruptError{What: "reference", Lane: lane}
	e.Span = store.Span{First: fromBE64(key), Last: fromBE64(key)}
	if next != nil {
		e.Span.Last = fromBE64(next) - 1
	}
	return e
}
