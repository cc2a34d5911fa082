package bolt

import (
	"slices"

	"github.com/wnotify/wnotify/store"
)

// readRing loads the IDs of the last changes.
func (w *writer) readRing() error {
	if w.ringRead {
		return nil
	}
	c := w.tx.Bucket(bChanges).Cursor()
	for k, v := c.First(); k != nil; k, v = c.Next() {
		n, p, err := unseal(v, kindChanges)
		if err != nil || n != fromBE64(k) || len(p.b)%len(changeID{}) != 0 {
			return &store.CorruptError{What: "list of the last changes"}
		}
		w.row, w.ring = n, append(w.ring, slices.Clone(p.b))
	}
	w.ringRead = true
	return nil
}

// remembers reports whether a change was committed under this ID.
func (w *writer) remembers(id changeID) (bool, error) {
	if id == (changeID{}) {
		return false, nil
	}
	if err := w.readRing(); err != nil {
		return false, err
	}
	for _, row := range w.ring {
		for c := range slices.Chunk(row, len(id)) {
			if changeID(c) == id {
				return true, nil
			}
		}
	}
	return false, nil
}

func (w *writer) remember(id changeID) error {
	if id == (changeID{}) {
		return nil
	}
	if err := w.readRing(); err != nil {
		return err
	}
	last := len(w.ring) - 1
	if last < 0 || len(w.ring[last]) >= ringRow*len(id) {
		if err := w.writeRing(); err != nil {
			return err
		}
		w.ring = append(w.ring, nil)
		w.row++
		last++
	}
	w.ring[last] = append(w.ring[last], id[:]...)
	w.newRow = true
	return nil
}

// writeRing writes the newest row, and lets the oldest go.
func (w *writer) writeRing() error {
	if !w.newRow {
		return nil
	}
	w.newRow = false
	b := w.tx.Bucket(bChanges)
	e := begin(nil, kindChanges, w.row)
	e.raw(w.ring[len(w.ring)-1])
	if err := b.Put(be64(w.row), e.seal()); err != nil {
		return err
	}
	if len(w.ring) <= ringRows {
		return nil
	}
	old := w.row + 1 - uint64(len(w.ring))
	w.ring = w.ring[1:]
	return b.Delete(be64(old))
}
