package bolt

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"

	"go.etcd.io/bbolt"

	"github.com/wnotify/wnotify/store"
)

// Lane describes one lane.
func (s *Store) Lane(ctx context.Context, name string) (store.Lane, error) {
	l := store.Lane{Name: name, Next: 1}
	err := s.view(ctx, func(tx *bbolt.Tx) (err error) {
		if name == "" {
			return nil
		}
		if b := tx.Bucket(bLanes).Bucket([]byte(name)); b != nil {
			l, err = describe(name, b)
		}
		return err
	})
	return l, err
}

// Lanes describes every lane that exists, by name. With an error about some
// it still returns the others.
func (s *Store) Lanes(ctx context.Context) ([]store.Lane, error) {
	var lanes []store.Lane
	var damage error
	err := s.view(ctx, func(tx *bbolt.Tx) error {
		b := tx.Bucket(bLanes)
		return b.ForEachBucket(func(k []byte) error {
			l, err := describe(string(k), b.Bucket(k))
			if damage = errors.Join(damage, err); err == nil {
				lanes = append(lanes, l)
			}
			return nil
		})
	})
	return lanes, errors.Join(err, damage)
}

func describe(name string, b *bbolt.Bucket) (store.Lane, error) {
	l := store.Lane{Name: name, Next: 1}
	t, _, err := decodeTail(b.Get(kTail))
	refs := b.Bucket(bRefs)
	if err != nil || refs == nil {
		return l, &store.CorruptError{What: "counters", Lane: name}
	}
	l.Next, l.Dead, l.DeadBytes = t.next, t.dead, t.lost
	if v := b.Get(kRecord); v != nil {
		h, _, text, err := decodeHead(v)
		if err == nil {
			err = json.Unmarshal(text, &l.Record)
		}
		if err != nil {
			return l, &store.CorruptError{What: "record", Lane: name}
		}
		l.Record.Revision = h.revision
	}
	l.Events = max(0, t.events-l.Record.Gone())
	l.Bytes = max(0, t.bytes-l.Record.GoneBytes)
	if k, v := refs.Cursor().First(); k != nil {
		r, _, err := decodeRef(v)
		if err != nil {
			return l, corruptRef(name, k, nil)
		}
		l.Oldest = fromNanos(r.put)
	}
	return l, nil
}

// Read returns events of a lane; see [store.Queue].
func (s *Store) Read(ctx context.Context, name string, from uint64, limit store.Limit) ([]store.Run, error) {
	var rd reader
	err := s.view(ctx, func(tx *bbolt.Tx) error {
		rd = reader{lane: name, limit: limit, blocks: storedIn(tx, s.handle), h: s.handle}
		b := tx.Bucket(bLanes).Bucket([]byte(name))
		if b == nil {
			return nil
		}
		var h head
		if v := b.Get(kRecord); v != nil {
			var err error
			if h, _, _, err = decodeHead(v); err != nil {
				return &store.CorruptError{What: "record", Lane: name}
			}
		}
		if b.Bucket(bRefs) == nil {
			return &store.CorruptError{What: "counters", Lane: name}
		}
		return rd.run(&refsOf{b.Bucket(bRefs).Cursor()}, &h, max(from, 1))
	})
	if c := (*store.CorruptError)(nil); len(rd.runs) > 0 && errors.As(err, &c) {
		return rd.runs, nil // the next read meets it
	}
	if err != nil {
		return nil, err
	}
	return rd.runs, nil
}

// reader collects runs until a limit.
type reader struct {
	lane   string
	limit  store.Limit
	blocks stored
	h      *handle
	runs   []store.Run
	events int
	bytes  int64

	last block // the one read last, verified
	data []byte
}

func (rd *reader) run(refs *refsOf, h *head, n uint64) error {
	for {
		need := h.next(n)
		r, ok, err := refs.at(rd.lane, need.First)
		if err != nil || !ok {
			return err
		}
		if r.first > need.First {
			if need = h.next(r.first); need.First > r.last() {
				n = need.First
				continue
			}
		}
		first, last := max(need.First, r.first), min(need.Last, r.last())
		more, err := rd.add(r, first, last)
		if err != nil || !more || last == ^uint64(0) {
			return err
		}
		n = last + 1
	}
}

// add appends events of one reference. It reports whether more may follow.
func (rd *reader) add(r ref, first, last uint64) (more bool, err error) {
	if rd.events > 0 && (rd.limit.Events > 0 && rd.events >= rd.limit.Events || rd.limit.Bytes > 0 && rd.bytes >= rd.limit.Bytes) {
		return false, nil
	}
	if err := rd.load(r); err != nil {
		return false, &store.CorruptError{What: "block", Lane: rd.lane, Span: store.Span{First: first, Last: last}}
	}
	data, count := rd.data, last-first+1
	if index := r.index + first - r.first; index > 0 || count < rd.last.count {
		data = lines(data, index, count)
	}
	want := count
	if rd.limit.Events > 0 {
		want = min(want, uint64(max(0, rd.limit.Events-rd.events)))
	}
	room := rd.limit.Bytes - rd.bytes
	if want < count || rd.limit.Bytes > 0 && int64(len(data)) > room {
		switch {
		case rd.last.seal == nil:
			data, want = rd.fit(data, want, room)
		case rd.events == 0:
			want = count // a sealed block is one batch, whatever the limit
		default:
			want = 0
		}
	}
	if want == 0 {
		return false, nil
	}
	rd.runs = append(rd.runs, store.Run{First: first, Count: int(want), Data: bytes.Clone(data), Put: fromNanos(r.put), Seal: rd.last.seal})
	rd.events += int(want)
	rd.bytes += int64(len(data))
	return want == count, nil
}

// fit cuts lines to a number and, if there is a limit, to a room in bytes.
func (rd *reader) fit(data []byte, want uint64, room int64) ([]byte, uint64) {
	at := 0
	for n := range want {
		end := at + skipLines(data[at:], 1)
		if rd.limit.Bytes > 0 && int64(end) > room && rd.events+int(n) > 0 {
			return data[:at], n
		}
		at = end
	}
	return data[:at], want
}

// load verifies the block of a reference.
func (rd *reader) load(r ref) error {
	if rd.last.seq == r.block && rd.data != nil {
		return nil
	}
	b, data, err := decodeBlock(rd.blocks.get(r.block))
	if err == nil {
		err = b.check(data)
	}
	if err != nil || b.seq != r.block || r.index+r.count > b.count {
		return errEnvelope
	}
	rd.h.read += int64(len(data))
	rd.last, rd.data = b, data
	return nil
}
