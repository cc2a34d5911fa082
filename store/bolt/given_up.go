package bolt

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"slices"
	"time"

	"go.etcd.io/bbolt"

	"github.com/wnotify/wnotify/store"
)

// Letters and rejects are stored alike: under their time and ID, so that they
// come oldest first, with an index from the ID to that key.

func agedKey(t time.Time, id string) []byte {
	return append(binary.BigEndian.AppendUint64(nil, timeKey(t)), id...)
}

// where finds something by its ID: its key, its lane, and its size in bytes.
func where(index *bbolt.Bucket, id string) (key []byte, lane string, size int64, ok bool) {
	_, p, err := unseal(index.Get([]byte(id)), kindIndex)
	if err != nil {
		return nil, "", 0, false
	}
	key, lane, size = bytes.Clone(p.blob()), p.str(), p.int()
	return key, lane, size, !p.bad
}

func putIndex(index *bbolt.Bucket, id string, key []byte, lane string, size int64) error {
	e := begin(nil, kindIndex, 0)
	e.blob(key)
	e.str(lane)
	e.int(size)
	return index.Put([]byte(id), e.seal())
}

func (w *writer) putLetter(l *store.Letter) error {
	if err := w.bury(l.ID); err != nil {
		return err
	}
	lane, err := w.make(l.Lane)
	if err != nil {
		return err
	}
	text, err := json.Marshal(l)
	if err != nil {
		return err
	}
	key := agedKey(l.Died, l.ID)
	if err := w.tx.Bucket(bDead).Put(key, encodeGivenUp(kindLetter, text, l.Data)); err != nil {
		return err
	}
	lane.tail.dead++
	lane.tail.lost += int64(len(l.Data))
	lane.written = true
	return putIndex(w.tx.Bucket(bDeadIDs), l.ID, key, l.Lane, int64(len(l.Data)))
}

// bury removes a letter, if there is one with the ID.
func (w *writer) bury(id string) error {
	if id == "" {
		return nil
	}
	index := w.tx.Bucket(bDeadIDs)
	key, name, size, ok := where(index, id)
	if !ok {
		return nil
	}
	if err := index.Delete([]byte(id)); err != nil {
		return err
	}
	if err := w.tx.Bucket(bDead).Delete(key); err != nil {
		return err
	}
	l, err := w.lane(name)
	if err != nil {
		return err
	}
	if l.b != nil {
		l.tail.dead--
		l.tail.lost -= size
		l.written = true
	}
	return nil
}

// buryAll removes the letters of a lane that is removed.
func (w *writer) buryAll(name string) error {
	index := w.tx.Bucket(bDeadIDs)
	var ids [][]byte
	err := index.ForEach(func(id, v []byte) error {
		_, p, err := unseal(v, kindIndex)
		if p.blob(); err == nil && p.str() == name {
			ids = append(ids, bytes.Clone(id))
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, id := range ids {
		if err := w.bury(string(id)); err != nil {
			return err
		}
	}
	return nil
}

func encodeGivenUp(k kind, text, data []byte) []byte {
	e := begin(make([]byte, 0, envelopeSize+16+len(text)+len(data)), k, 0)
	e.blob(text)
	e.raw(data)
	return e.seal()
}

func decodeLetter(v []byte) (l store.Letter, err error) {
	_, p, err := unseal(v, kindLetter)
	if err != nil {
		return l, err
	}
	if err := json.Unmarshal(p.blob(), &l); err != nil || p.bad {
		return l, errEnvelope
	}
	l.Data = bytes.Clone(p.b)
	return l, nil
}

func decodeReject(v []byte) (r store.Reject, err error) {
	_, p, err := unseal(v, kindReject)
	if err != nil {
		return r, err
	}
	if err := json.Unmarshal(p.blob(), &r); err != nil || p.bad {
		return r, errEnvelope
	}
	r.Data = bytes.Clone(p.b)
	return r, nil
}

// kept counts rejects.
type kept struct {
	writes  uint64
	count   int64
	bytes   int64
	skipped int64 // did not fit
}

func (k *kept) encode() []byte {
	k.writes++
	e := begin(nil, kindKept, k.writes)
	e.int(k.count)
	e.int(k.bytes)
	e.int(k.skipped)
	return e.seal()
}

func decodeKept(v []byte) (k kept, err error) {
	if v == nil {
		return k, nil
	}
	n, p, err := unseal(v, kindKept)
	k = kept{writes: n, count: p.int(), bytes: p.int(), skipped: p.int()}
	if err == nil && p.bad {
		err = errEnvelope
	}
	return k, err
}

func (w *writer) readKept() error {
	if w.keptRead {
		return nil
	}
	k, err := decodeKept(w.tx.Bucket(bMeta).Get(kKept))
	if err != nil {
		return &store.CorruptError{What: "counters of rejects"}
	}
	w.kept, w.keptRead = k, true
	return nil
}

// putReject keeps a reject if there is room, once.
func (w *writer) putReject(r *store.Reject, limit int64) (bool, error) {
	index := w.tx.Bucket(bRejectIDs)
	if _, _, _, ok := where(index, r.ID); ok {
		return true, nil
	}
	w.newKept = true
	size := int64(len(r.Data))
	if limit > 0 && w.kept.bytes+size > limit {
		w.kept.skipped++
		return false, nil
	}
	text, err := json.Marshal(r)
	if err != nil {
		return false, err
	}
	key := agedKey(r.At, r.ID)
	if err := w.tx.Bucket(bRejects).Put(key, encodeGivenUp(kindReject, text, r.Data)); err != nil {
		return false, err
	}
	w.kept.count++
	w.kept.bytes += size
	return true, putIndex(index, r.ID, key, "", size)
}

func (w *writer) forget(id string) error {
	if id == "" {
		return nil
	}
	index := w.tx.Bucket(bRejectIDs)
	key, _, size, ok := where(index, id)
	if !ok {
		return nil
	}
	w.newKept = true
	w.kept.count--
	w.kept.bytes -= size
	if err := index.Delete([]byte(id)); err != nil {
		return err
	}
	return w.tx.Bucket(bRejects).Delete(key)
}

// putRider writes or removes a rider.
func (w *writer) putRider(r *store.Rider, id changeID) error {
	b := w.tx.Bucket(bRiders)
	if r.Value == nil {
		return b.Delete([]byte(r.Key))
	}
	e := begin(nil, kindRider, r.Revision+1)
	e.str(r.Key)
	e.raw(id[:])
	e.raw(r.Value)
	return b.Put([]byte(r.Key), e.seal())
}

func decodeRider(key string, v []byte) (r store.Rider, writer changeID, err error) {
	r.Key = key
	if v == nil {
		return r, writer, nil
	}
	revision, p, err := unseal(v, kindRider)
	if err != nil || p.str() != key {
		return r, writer, &store.CorruptError{What: "rider " + key}
	}
	copy(writer[:], p.take(uint64(len(writer))))
	if p.bad {
		return r, writer, &store.CorruptError{What: "rider " + key}
	}
	r.Revision, r.Value = revision, slices.Clone(p.b)
	if r.Value == nil {
		r.Value = []byte{}
	}
	return r, writer, nil
}
