package bolt

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"go.etcd.io/bbolt"

	"github.com/wnotify/wnotify/store"
)

// Check reads everything there is and returns what is wrong with it, one
// sentence each; none for a queue that does not exist. The error is that it
// could not look. Others wait meanwhile: seconds for a gigabyte.
func (s *Store) Check(ctx context.Context) ([]string, error) {
	var found []string
	err := s.view(ctx, func(tx *bbolt.Tx) error {
		c := &checker{tx: tx, stored: storedIn(tx, s.handle), held: map[uint64]int{}}
		if err := c.run(ctx); err != nil {
			return err
		}
		found = c.found
		return s.handle.left.check(s.handle.file, true)
	})
	if errors.Is(err, store.ErrDamaged) {
		return append(found, err.Error()), nil
	}
	return found, err
}

// checker collects problems.
type checker struct {
	tx     *bbolt.Tx
	stored stored
	found  []string
	heads  map[uint64]block
	held   map[uint64]int // references by block
}

func (c *checker) sayf(format string, args ...any) {
	c.found = append(c.found, fmt.Sprintf(format, args...))
}

func (c *checker) run(ctx context.Context) error {
	if err := c.blocks(ctx); err != nil {
		return err
	}
	dead := map[string]tail{}
	lanes := c.tx.Bucket(bLanes)
	err := lanes.ForEachBucket(func(name []byte) error {
		t := c.lane(string(name), lanes.Bucket(name))
		dead[string(name)] = t
		return ctx.Err()
	})
	if err != nil {
		return err
	}
	for seq := range c.heads {
		if c.held[seq] == 0 {
			c.sayf("block %d is there and no lane refers to it", seq)
		}
	}
	return errors.Join(c.letters(dead), c.rejects(), c.rest())
}

func (c *checker) blocks(ctx context.Context) error {
	c.heads = map[uint64]block{}
	last := c.stored.small.Sequence()
	return c.stored.each(func(seq uint64, v []byte) error {
		h, data, err := decodeBlock(v)
		if err == nil {
			err = h.check(data)
		}
		switch {
		case err != nil:
			c.sayf("block %d: %v", seq, err)
		case h.seq != seq || seq > last:
			c.sayf("block %d says it is block %d of %d", seq, h.seq, last)
		case skipLines(data, h.count) != len(data) || skipLines(data, h.count-1) == len(data):
			c.sayf("block %d does not hold %d events", seq, h.count)
		}
		c.heads[seq] = h
		return ctx.Err()
	})
}

// lane checks one lane and returns its counters.
func (c *checker) lane(name string, b *bbolt.Bucket) tail {
	t, owner, err := decodeTail(b.Get(kTail))
	if err != nil || owner != name {
		c.sayf("the counters of %s: %v", name, errOr(err, owner))
	}
	var h head
	if v := b.Get(kRecord); v != nil {
		var text []byte
		var r store.Record
		if h, owner, text, err = decodeHead(v); err == nil {
			err = json.Unmarshal(text, &r)
		}
		if err != nil || owner != name {
			c.sayf("the record of %s: %v", name, errOr(err, owner))
		}
		if r.Through != h.need.Through || r.Gone() != h.gone || r.GoneBytes != h.goneSize {
			c.sayf("the record of %s and its summary differ", name)
		}
		if h.need.Through >= t.next {
			c.sayf("the record of %s is through with %d, and the next number is %d", name, h.need.Through, t.next)
		}
	}
	for _, sub := range [][]byte{bRefs, bHistory, bStats} {
		if b.Bucket(sub) == nil {
			c.sayf("%s has lost its %s", name, sub)
			return t
		}
	}
	events, size := c.refs(name, b.Bucket(bRefs), &h, t)
	if events != t.events-h.gone {
		c.sayf("%s holds %d events and counts %d", name, events, t.events-h.gone)
	} else if size != t.bytes-h.goneSize {
		c.sayf("%s holds %d bytes and counts %d", name, size, t.bytes-h.goneSize)
	}
	c.past(name, b)
	return t
}

// refs checks the references of a lane and counts what they still hold.
func (c *checker) refs(name string, b *bbolt.Bucket, h *head, t tail) (events, size int64) {
	next := uint64(1)
	_ = b.ForEach(func(k, v []byte) error {
		r, owner, err := decodeRef(v)
		if err != nil || owner != name || r.first != fromBE64(k) {
			c.sayf("the reference of %s at %d: %v", name, fromBE64(k), errOr(err, owner))
			return nil
		}
		if r.first < next || r.last() >= t.next {
			c.sayf("the reference of %s to %d-%d is out of place: %d to %d were free", name, r.first, r.last(), next, t.next-1)
		}
		next = r.last() + 1
		if !h.need.Needs(r.span()) {
			c.sayf("%s keeps %d-%d, which it does not need", name, r.first, r.last())
		}
		x, ok := c.heads[r.block]
		if !ok || r.index+r.count > x.count {
			c.sayf("%s has %d-%d at %d in block %d, which is not there", name, r.first, r.last(), r.index, r.block)
			return nil
		}
		c.held[r.block]++
		_, data, _ := decodeBlock(c.stored.get(r.block)) // if it is bad, that is said
		data = lines(data, r.index, r.count)
		if int64(len(data)) != r.bytes {
			c.sayf("%s has %d-%d with %d bytes, not %d", name, r.first, r.last(), len(data), r.bytes)
		}
		n, bytes := h.waiting(r, data)
		events, size = events+n, size+bytes
		return nil
	})
	return events, size
}

// past checks history and statistics of a lane.
func (c *checker) past(name string, b *bbolt.Bucket) {
	count := uint64(0)
	_ = b.Bucket(bHistory).ForEach(func(_, v []byte) error {
		var a store.Attempt
		count++
		_, owner, text, err := decodeAttempt(v)
		if err == nil {
			err = json.Unmarshal(text, &a)
		}
		if err != nil || owner != name {
			c.sayf("an attempt of %s: %v", name, errOr(err, owner))
		}
		return nil
	})
	if n := b.Bucket(bHistory).Sequence(); n != count || count > store.HistoryMax {
		c.sayf("%s has %d attempts and counts %d", name, count, n)
	}
	_ = b.Bucket(bStats).ForEach(func(_, v []byte) error {
		if _, owner, _, err := decodeSlot(v); err != nil || owner != name {
			c.sayf("a statistics slot of %s: %v", name, errOr(err, owner))
		}
		return nil
	})
}

func (c *checker) letters(lanes map[string]tail) error {
	index := c.tx.Bucket(bDeadIDs)
	count, size := map[string]int64{}, map[string]int64{}
	all := 0
	err := c.tx.Bucket(bDead).ForEach(func(k, v []byte) error {
		all++
		l, err := decodeLetter(v)
		if err != nil {
			c.sayf("the dead letter %q: %v", k, err)
			return nil
		}
		count[l.Lane]++
		size[l.Lane] += int64(len(l.Data))
		if key, lane, _, ok := where(index, l.ID); !ok || lane != l.Lane || string(key) != string(k) {
			c.sayf("the dead letter %s is not found by its ID", l.ID)
		}
		return nil
	})
	for name, t := range lanes {
		if t.dead != count[name] || t.lost != size[name] {
			c.sayf("%s has %d dead letters with %d bytes and counts %d with %d", name, count[name], size[name], t.dead, t.lost)
		}
	}
	if n := keys(index); n != all {
		c.sayf("there are %d dead letters and %d entries in their index", all, n)
	}
	return err
}

func (c *checker) rejects() error {
	index := c.tx.Bucket(bRejectIDs)
	var is kept
	err := c.tx.Bucket(bRejects).ForEach(func(k, v []byte) error {
		r, err := decodeReject(v)
		if err != nil {
			c.sayf("the reject %q: %v", k, err)
			return nil
		}
		is.count++
		is.bytes += int64(len(r.Data))
		if key, _, _, ok := where(index, r.ID); !ok || string(key) != string(k) {
			c.sayf("the reject %s is not found by its ID", r.ID)
		}
		return nil
	})
	says, kerr := decodeKept(c.tx.Bucket(bMeta).Get(kKept))
	if kerr != nil || says.count != is.count || says.bytes != is.bytes {
		c.sayf("there are %d rejects with %d bytes, and %d with %d are counted", is.count, is.bytes, says.count, says.bytes)
	}
	if n := keys(index); n != int(is.count) {
		c.sayf("there are %d rejects and %d entries in their index", is.count, n)
	}
	return err
}

// rest checks riders and the list of changes.
func (c *checker) rest() error {
	err := c.tx.Bucket(bRiders).ForEach(func(k, v []byte) error {
		if _, _, err := decodeRider(string(k), v); err != nil {
			c.sayf("%v", err)
		}
		return nil
	})
	w := &writer{tx: c.tx}
	if err := w.readRing(); err != nil {
		c.sayf("%v", err)
	}
	return err
}

func keys(b *bbolt.Bucket) (n int) {
	_ = b.ForEach(func(_, _ []byte) error { n++; return nil })
	return n
}

func errOr(err error, owner string) string {
	if err != nil {
		return err.Error()
	}
	return "it says it is of " + owner
}
