package memory

import (
	"bytes"
	"maps"

	"github.com/wnotify/wnotify/store"
)

// apply does a change that was checked, in the order of its fields.
func (d *data) apply(c store.Change) (receipt store.Receipt) {
	for _, b := range c.Blocks {
		b.Data = bytes.Clone(b.Data)
		var taken []store.Taken
		for _, t := range b.Lanes {
			taken = append(taken, d.lane(t.Lane).take(b))
		}
		receipt.Blocks = append(receipt.Blocks, taken)
	}
	for _, r := range c.Riders {
		d.ride(r)
	}
	for _, s := range c.Settles {
		d.lane(s.Lane).settle(s)
	}
	for _, l := range c.Letters {
		d.lane(l.Lane)
		l.Data = bytes.Clone(l.Data)
		d.letters[l.ID] = l
	}
	for _, id := range c.Bury {
		delete(d.letters, id)
	}
	for _, r := range c.Rejects {
		if d.keep(r, c.RejectsCap) {
			receipt.Rejects++
		}
	}
	for _, id := range c.Forget {
		delete(d.rejects, id)
	}
	for _, name := range c.Remove {
		delete(d.lanes, name)
		maps.DeleteFunc(d.letters, func(_ string, l store.Letter) bool { return l.Lane == name })
	}
	return receipt
}

func (d *data) ride(r store.Rider) {
	if r.Value == nil {
		delete(d.riders, r.Key)
		return
	}
	d.riders[r.Key] = store.Rider{
		Key:      r.Key,
		Revision: r.Revision + 1,
		Value:    append([]byte{}, r.Value...), // an empty value is not nil
	}
}

// keep reports whether a reject is in the store afterwards. Each is judged
// alone: a small one may fit where a large one before it did not.
func (d *data) keep(r store.Reject, limit int64) bool {
	if _, ok := d.rejects[r.ID]; ok {
		return true
	}
	held := int64(len(r.Data))
	for _, other := range d.rejects {
		held += int64(len(other.Data))
	}
	if limit > 0 && held > limit {
		return false
	}
	r.Data = bytes.Clone(r.Data)
	d.rejects[r.ID] = r
	return true
}
