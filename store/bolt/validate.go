package bolt

import (
	"bytes"
	"cmp"

	"go.etcd.io/bbolt"

	"github.com/wnotify/wnotify/store"
)

// check decides about a change before anything of it is written: a repeat, a
// conflict, no room, or good.
func (w *writer) check(c *store.Change, id changeID) (repeated bool, err error) {
	if err := checkShape(c); err != nil {
		return false, err
	}
	if known, err := w.remembers(id); known || err != nil {
		return known, err
	}
	knownRider, staleRider := w.checkRiders(c.Riders, id)
	knownRecord, staleRecord := w.checkSettles(c, id)
	if knownRider || knownRecord {
		return true, nil
	}
	if err := cmp.Or(w.checkRoom(c.Blocks), staleRider, staleRecord); err != nil {
		return false, err
	}
	for i := range c.Letters {
		if _, err := w.lane(c.Letters[i].Lane); err != nil {
			return false, err
		}
	}
	if len(c.Rejects)+len(c.Forget) > 0 {
		return false, w.readKept()
	}
	return false, nil
}

// checkShape refuses what a caller must not send, and what bbolt could not
// store.
func checkShape(c *store.Change) error {
	for i := range c.Blocks {
		b := &c.Blocks[i]
		if n := len(b.Data); b.Count < 1 || n == 0 || b.Data[n-1] != '\n' || bytes.Count(b.Data, []byte{'\n'}) != b.Count {
			return wrong("block %d does not hold %d lines", i, b.Count)
		}
		if int64(len(b.Data)) > maxBlock {
			return wrong("block %d has %d bytes", i, len(b.Data))
		}
		if len(b.Lanes) == 0 {
			return wrong("block %d goes to no lane", i)
		}
		for _, t := range b.Lanes {
			if err := checkName("lane", t.Lane); err != nil {
				return err
			}
		}
	}
	for i := range c.Riders {
		if err := checkName("rider", c.Riders[i].Key); err != nil {
			return err
		}
	}
	for i := range c.Settles {
		if err := checkName("lane", c.Settles[i].Lane); err != nil {
			return err
		}
	}
	for i := range c.Letters {
		if err := checkName("lane", c.Letters[i].Lane); err != nil {
			return err
		}
		if err := checkName("letter", c.Letters[i].ID); err != nil {
			return err
		}
	}
	for i := range c.Rejects {
		if err := checkName("reject", c.Rejects[i].ID); err != nil {
			return err
		}
	}
	return nil
}

const maxBlock = 1 << 30 // bytes; bbolt takes a little less than 2 GiB

// checkName refuses what is no key of bbolt.
func checkName(what, name string) error {
	if name == "" || len(name) > bbolt.MaxKeySize-16 {
		return wrong("a %s has a name of %d bytes", what, len(name))
	}
	return nil
}

func (w *writer) checkRiders(riders []store.Rider, id changeID) (repeated bool, err error) {
	if len(riders) == 0 {
		return false, nil
	}
	b := w.tx.Bucket(bRiders)
	now := map[string]uint64{}
	for _, r := range riders {
		revision, seen := now[r.Key]
		if !seen {
			old, writer, err := decodeRider(r.Key, b.Get([]byte(r.Key)))
			if err != nil {
				return false, err
			}
			if writer == id && id != (changeID{}) {
				return true, nil
			}
			revision = old.Revision
		}
		if revision != r.Revision {
			return false, &store.ConflictError{Rider: r.Key}
		}
		now[r.Key] = revision + 1
		if r.Value == nil {
			now[r.Key] = 0
		}
	}
	return false, nil
}

func (w *writer) checkSettles(c *store.Change, id changeID) (repeated bool, err error) {
	now := map[string]uint64{}
	for i := range c.Settles {
		s := &c.Settles[i]
		l, err := w.lane(s.Lane)
		if err != nil {
			return false, err
		}
		revision, seen := now[s.Lane]
		if !seen {
			if l.head.writer == id && id != (changeID{}) {
				return true, nil
			}
			revision = l.head.revision
		}
		if revision != s.Revision || l.head.id != "" && l.head.id != s.Record.ID || s.Next != 0 && s.Next != l.tail.next {
			return false, &store.ConflictError{Lane: s.Lane}
		}
		// What is put later would count as delivered.
		if end := l.tail.next + arrive(c.Blocks, s.Lane); s.Record.Through >= end {
			return false, wrong("the record of %s is through with %d, and the next number is %d", s.Lane, s.Record.Through, end)
		}
		now[s.Lane] = revision + 1
	}
	return false, nil
}

// arrive counts the events that blocks bring to a lane.
func arrive(blocks []store.Block, lane string) (n uint64) {
	for i := range blocks {
		for _, t := range blocks[i].Lanes {
			if t.Lane == lane {
				n += uint64(blocks[i].Count)
			}
		}
	}
	return n
}

func (w *writer) checkRoom(blocks []store.Block) error {
	more := map[string]int64{}
	room := map[string]int64{}
	for i := range blocks {
		for _, t := range blocks[i].Lanes {
			l, err := w.lane(t.Lane)
			if err != nil {
				return err
			}
			more[t.Lane] += int64(len(blocks[i].Data))
			if has := l.bytes(); t.Cap > 0 && has+more[t.Lane] > t.Cap {
				room[t.Lane] = max(0, t.Cap-has)
			}
		}
	}
	if len(room) > 0 {
		return &store.FullError{Room: room}
	}
	return nil
}

// bytes is what waits in the lane.
func (l *lane) bytes() int64 { return max(0, l.tail.bytes-l.head.goneSize) }
