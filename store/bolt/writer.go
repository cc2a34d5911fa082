package bolt

import (
	"fmt"

	"go.etcd.io/bbolt"

	"github.com/wnotify/wnotify/store"
)

// The IDs of the last changes are kept in rows: only the newest is written.
const (
	ringRow  = 64 // IDs
	ringRows = 8
)

// writer applies changes in one transaction. Each is wholly checked before
// its first write, so that one that is refused leaves nothing behind.
type writer struct {
	tx     *bbolt.Tx
	h      *handle
	arena  *arena
	blocks stored
	lanes  map[string]*lane
	dirty  bool
	broken error // a write failed half-way: the transaction is lost

	ring     [][]byte // rows of IDs, the newest last
	row      uint64   // number of the newest
	ringRead bool
	newRow   bool
	kept     kept
	keptRead bool
	newKept  bool
}

// lane is what the writer knows of a lane in this transaction.
type lane struct {
	name    string
	b       *bbolt.Bucket // nil: it does not exist
	refs    *bbolt.Bucket
	tail    tail
	head    head
	written bool // the tail has changed
}

func newWriter(tx *bbolt.Tx, h *handle, a *arena) *writer {
	a.reset()
	w := &writer{tx: tx, h: h, arena: a, lanes: map[string]*lane{}, blocks: storedIn(tx, h)}
	w.blocks.small.FillPercent = appendOnly
	w.blocks.large.FillPercent = appendOnly
	return w
}

// apply does one change. If it fails after its checks, w.broken is set.
func (w *writer) apply(c *store.Change) (store.Receipt, error) {
	id := hashID(c.ID)
	repeated, err := w.check(c, id)
	if err != nil || repeated {
		return store.Receipt{Repeated: repeated}, err
	}
	if isEmpty(c) && id == (changeID{}) {
		return store.Receipt{Blocks: [][]store.Taken{}}, nil
	}
	w.dirty = true
	r, err := w.write(c, id)
	if err != nil {
		w.broken = err
	}
	return r, err
}

func isEmpty(c *store.Change) bool {
	return len(c.Blocks)+len(c.Riders)+len(c.Settles)+len(c.Letters)+len(c.Bury)+len(c.Rejects)+len(c.Forget)+len(c.Remove) == 0
}

func (w *writer) write(c *store.Change, id changeID) (r store.Receipt, err error) {
	r.Blocks = make([][]store.Taken, len(c.Blocks))
	for i := range c.Blocks {
		if r.Blocks[i], err = w.putBlock(&c.Blocks[i]); err != nil {
			return r, err
		}
	}
	for i := range c.Riders {
		if err := w.putRider(&c.Riders[i], id); err != nil {
			return r, err
		}
	}
	for i := range c.Settles {
		if err := w.settle(&c.Settles[i], id); err != nil {
			return r, err
		}
	}
	for i := range c.Letters {
		if err := w.putLetter(&c.Letters[i]); err != nil {
			return r, err
		}
	}
	for _, letter := range c.Bury {
		if err := w.bury(letter); err != nil {
			return r, err
		}
	}
	for i := range c.Rejects {
		kept, err := w.putReject(&c.Rejects[i], c.RejectsCap)
		if err != nil {
			return r, err
		}
		if kept {
			r.Rejects++
		}
	}
	for _, reject := range c.Forget {
		if err := w.forget(reject); err != nil {
			return r, err
		}
	}
	for _, name := range c.Remove {
		if err := w.remove(name); err != nil {
			return r, err
		}
	}
	return r, w.remember(id)
}

// lane finds a lane, without making it.
func (w *writer) lane(name string) (*lane, error) {
	if l := w.lanes[name]; l != nil {
		return l, nil
	}
	l := &lane{name: name, tail: tail{next: 1}}
	if b := w.tx.Bucket(bLanes).Bucket([]byte(name)); b != nil {
		l.b, l.refs = b, b.Bucket(bRefs)
		t, _, err := decodeTail(b.Get(kTail))
		if err != nil || l.refs == nil {
			return nil, &store.CorruptError{What: "counters", Lane: name}
		}
		l.tail = t
		l.refs.FillPercent = appendOnly
		if v := b.Get(kRecord); v != nil {
			if l.head, _, _, err = decodeHead(v); err != nil {
				return nil, &store.CorruptError{What: "record", Lane: name}
			}
		}
	}
	w.lanes[name] = l
	return l, nil
}

// make makes a lane if it does not exist.
func (w *writer) make(name string) (*lane, error) {
	l, err := w.lane(name)
	if err != nil || l.b != nil {
		return l, err
	}
	if l.b, err = w.tx.Bucket(bLanes).CreateBucket([]byte(name)); err != nil {
		return nil, err
	}
	if l.refs, err = l.b.CreateBucket(bRefs); err != nil {
		return nil, err
	}
	for _, sub := range [][]byte{bHistory, bStats} {
		if _, err := l.b.CreateBucket(sub); err != nil {
			return nil, err
		}
	}
	l.refs.FillPercent = appendOnly
	l.written = true
	return l, nil
}

// finish writes what was collected: counters, once for all changes.
func (w *writer) finish() error {
	for _, l := range w.lanes {
		if l.b != nil && l.written {
			l.tail.writes++
			if err := l.b.Put(kTail, l.tail.encode(l.name)); err != nil {
				return err
			}
		}
	}
	if err := w.writeRing(); err != nil {
		return err
	}
	if w.newKept {
		return w.tx.Bucket(bMeta).Put(kKept, w.kept.encode())
	}
	return nil
}

// wrong refuses a change that no caller may send.
func wrong(format string, args ...any) error {
	return fmt.Errorf("a change that makes no sense: "+format, args...)
}
