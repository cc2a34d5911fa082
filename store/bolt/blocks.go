package bolt

import (
	"bytes"
	"math/rand/v2"
	"slices"

	"go.etcd.io/bbolt"

	"github.com/wnotify/wnotify/store"
)

// arena lends the buffers that bbolt reads blocks from when it commits, and
// takes them back before the next transaction.
type arena struct {
	free, lent [][]byte
	held       int
}

// reset takes everything back. What is more than one group needs is dropped.
func (a *arena) reset() {
	for _, b := range a.lent {
		if a.held+cap(b) <= 2*maxGroup {
			a.held += cap(b)
			a.free = append(a.free, b)
		}
	}
	clear(a.lent)
	a.lent = a.lent[:0]
}

// buffer lends one of at least n bytes.
func (a *arena) buffer(n int) []byte {
	for i, b := range slices.Backward(a.free) {
		if cap(b) >= n {
			a.free = append(a.free[:i], a.free[i+1:]...)
			a.held -= cap(b)
			return b[:0]
		}
	}
	return make([]byte, 0, n)
}

// putBlock stores a block once and refers to it from each of its lanes.
func (w *writer) putBlock(b *store.Block) ([]store.Taken, error) {
	seq, err := w.blocks.small.NextSequence()
	if err != nil {
		return nil, err
	}
	taken := make([]store.Taken, 0, len(b.Lanes))
	places := make([]place, 0, len(b.Lanes))
	for _, t := range b.Lanes {
		l, err := w.make(t.Lane)
		if err != nil {
			return nil, err
		}
		r := ref{first: l.tail.next, block: seq, count: uint64(b.Count), bytes: int64(len(b.Data)), put: nanos(b.Put)}
		if err := l.refs.Put(be64(r.first), r.encode(t.Lane)); err != nil {
			return nil, err
		}
		l.tail.next += r.count
		l.tail.events += int64(b.Count)
		l.tail.bytes += r.bytes
		l.written = true
		places = append(places, place{t.Lane, r.first})
		taken = append(taken, store.Taken{First: r.first, Promised: l.head.promise})
	}
	head := encodeHead(seq, places, b)
	v, ok := inPlace(head, b)
	if !ok {
		v = append(append(w.arena.buffer(len(head)+len(b.Data)), head...), b.Data...)
		w.arena.lent = append(w.arena.lent, v)
	}
	w.h.read += int64(len(v))
	return taken, w.blocks.put(seq, v)
}

// collect deletes what the record of a lane no longer needs, and the blocks
// that nobody needs after that.
func (w *writer) collect(l *lane) error {
	var gone [][]byte
	var blocks []uint64
	c := l.refs.Cursor()
	for k, v := c.First(); k != nil && fromBE64(k) <= l.head.need.Through; {
		key := bytes.Clone(k)
		r, _, err := decodeRef(v)
		k, v = c.Next()
		if err != nil {
			// It has no length of its own any more; the next one bounds it. Its
			// block stays, for nobody knows which it is.
			r = ref{first: fromBE64(key), count: l.tail.next - fromBE64(key)}
			if k != nil {
				r.count = fromBE64(k) - r.first
			}
		}
		if !l.head.need.Needs(r.span()) {
			gone = append(gone, key)
			blocks = append(blocks, r.block)
		}
	}
	for _, k := range gone {
		if err := l.refs.Delete(k); err != nil {
			return err
		}
	}
	return w.release(blocks)
}

// release deletes those of the blocks that no lane refers to. There is no
// count to go wrong: the lanes in its head are asked, from a random one on, so
// that with many lanes the first few asked usually need it still.
func (w *writer) release(blocks []uint64) error {
	for i, seq := range blocks {
		if seq == 0 || i > 0 && blocks[i-1] == seq {
			continue
		}
		b, _, err := decodeBlock(w.blocks.get(seq))
		if err != nil || b.seq != seq {
			continue // it cannot say who needs it
		}
		if w.needed(&b) {
			continue
		}
		if err := w.blocks.remove(seq); err != nil {
			return err
		}
	}
	return nil
}

func (w *writer) needed(b *block) bool {
	start := 0
	if len(b.places) > 1 {
		start = rand.IntN(len(b.places))
	}
	for i := range b.places {
		p := b.places[(start+i)%len(b.places)]
		if refs := w.refs(p.lane); refs != nil && (&refsOf{refs.Cursor()}).has(b, p.first) {
			return true
		}
	}
	return false
}

// refs are the references of a lane, nil if it does not exist.
func (w *writer) refs(name string) *bbolt.Bucket {
	if l := w.lanes[name]; l != nil {
		return l.refs
	}
	if b := w.tx.Bucket(bLanes).Bucket([]byte(name)); b != nil {
		return b.Bucket(bRefs)
	}
	return nil
}
