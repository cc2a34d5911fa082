package bolt

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"encoding/json"
	"time"

	"go.etcd.io/bbolt"

	"github.com/wnotify/wnotify/store"
)

// What one settle does at most for old history and statistics.
const (
	tidyMax  = 1024 // attempts
	mergeMax = 1024 // slots; there are 576 in 48 hours
)

// note puts attempts into history and statistics of a lane, and lets old ones
// go. What is old is counted from the newest of these attempts, not of the
// lane: one made while the clock was ahead must not empty it for years.
func (w *writer) note(l *lane, attempts []store.Attempt, retention time.Duration) error {
	history, stats := l.b.Bucket(bHistory), l.b.Bucket(bStats)
	if history == nil || stats == nil {
		return &store.CorruptError{What: "history", Lane: l.name}
	}
	if len(attempts) == 0 {
		return nil
	}
	history.FillPercent, stats.FillPercent = appendOnly, appendOnly
	newest := attempts[0].At
	for i := range attempts {
		if attempts[i].At.After(newest) {
			newest = attempts[i].At
		}
		if err := putAttempt(history, l, uint16(i), &attempts[i]); err != nil {
			return err
		}
		if err := addSlot(stats, l.name, slotKey(attempts[i].At, store.SlotWidth), func(s *store.Slot) { s.Add(attempts[i]) }); err != nil {
			return err
		}
	}
	if err := trimHistory(history, newest, retention); err != nil {
		return err
	}
	return mergeSlots(stats, l.name, newest.Add(-store.SlotDetail))
}

// putAttempt stores an attempt under its time and place in the changes. The
// sequence of the bucket counts what is in it.
func putAttempt(history *bbolt.Bucket, l *lane, i uint16, a *store.Attempt) error {
	text, err := json.Marshal(a)
	if err != nil {
		return err
	}
	e := begin(nil, kindAttempt, l.head.revision)
	e.str(l.name)
	e.int(nanos(a.At))
	e.raw(text)
	key := binary.BigEndian.AppendUint64(be64(timeKey(a.At)), l.head.revision)
	key = binary.BigEndian.AppendUint16(key, i)
	if history.Get(key) == nil {
		if err := history.SetSequence(history.Sequence() + 1); err != nil {
			return err
		}
	}
	return history.Put(key, e.seal())
}

// decodeAttempt reads when an attempt was, and its text.
func decodeAttempt(v []byte) (at int64, lane string, text []byte, err error) {
	_, p, err := unseal(v, kindAttempt)
	if err != nil {
		return 0, "", nil, err
	}
	lane, at = p.str(), p.int()
	if p.bad {
		err = errEnvelope
	}
	return at, lane, p.b, err
}

func trimHistory(history *bbolt.Bucket, newest time.Time, retention time.Duration) error {
	var gone [][]byte
	c := history.Cursor()
	over, expired := int64(history.Sequence())-store.HistoryMax, 0
	for k, _ := c.First(); k != nil; k, _ = c.Next() {
		if int64(len(gone)) >= over {
			if retention <= 0 || expired >= tidyMax || len(k) >= 8 && !timeOf(k).Before(newest.Add(-retention)) {
				break
			}
			expired++
		}
		gone = append(gone, bytes.Clone(k))
	}
	if len(gone) == 0 {
		return nil
	}
	if err := history.SetSequence(history.Sequence() - min(uint64(len(gone)), history.Sequence())); err != nil {
		return err
	}
	return deleteAll(history, gone)
}

// slotKey names the slot of a width that a time falls into. Days come first,
// so that the slots that are still to be merged are together.
func slotKey(t time.Time, width time.Duration) []byte {
	k := []byte{1}
	if width > store.SlotWidth {
		k[0] = 0
	}
	return binary.BigEndian.AppendUint64(k, timeKey(t.UTC().Truncate(width)))
}

func slotOf(k []byte) store.Slot {
	s := store.Slot{Width: store.SlotWidth}
	if k[0] == 0 {
		s.Width = day
	}
	s.Start = timeOf(k[1:])
	return s
}

const day = 24 * time.Hour

// addSlot changes a slot, new or not. One that is damaged begins anew.
func addSlot(stats *bbolt.Bucket, lane string, key []byte, change func(*store.Slot)) error {
	s, _, n, err := decodeSlot(stats.Get(key))
	if err != nil {
		s = slotOf(key)
	}
	change(&s)
	text, err := json.Marshal(&s)
	if err != nil {
		return err
	}
	e := begin(nil, kindSlot, n+1)
	e.str(lane)
	e.raw(text)
	return stats.Put(key, e.seal())
}

func decodeSlot(v []byte) (s store.Slot, lane string, counter uint64, err error) {
	counter, p, err := unseal(v, kindSlot)
	if err != nil {
		return s, "", 0, err
	}
	if lane = p.str(); p.bad {
		return s, "", 0, errEnvelope
	}
	return s, lane, counter, json.Unmarshal(p.b, &s)
}

// mergeSlots adds slots that ended before a time to those of their days.
func mergeSlots(stats *bbolt.Bucket, lane string, before time.Time) error {
	var gone [][]byte
	var old []store.Slot
	c := stats.Cursor()
	limit := slotKey(before, store.SlotWidth)
	for k, v := c.Seek([]byte{1}); k != nil && bytes.Compare(k, limit) < 0 && len(gone) < mergeMax; k, v = c.Next() {
		gone = append(gone, bytes.Clone(k))
		if s, _, _, err := decodeSlot(v); err == nil {
			old = append(old, s)
		}
	}
	for _, s := range old {
		if err := addSlot(stats, lane, slotKey(s.Start, day), func(d *store.Slot) { d.Merge(s) }); err != nil {
			return err
		}
	}
	return deleteAll(stats, gone)
}

func deleteAll(b *bbolt.Bucket, keys [][]byte) error {
	for _, k := range keys {
		if err := b.Delete(k); err != nil {
			return err
		}
	}
	return nil
}

func bySlotStart(a, b store.Slot) int {
	if c := a.Start.Compare(b.Start); c != 0 {
		return c
	}
	return cmp.Compare(b.Width, a.Width)
}
