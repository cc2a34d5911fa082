package bolt

import (
	"bytes"
	"encoding/json"
	"errors"
	"slices"

	"github.com/wnotify/wnotify/store"
)

// settle writes the record of a lane and uses up what it no longer needs.
func (w *writer) settle(s *store.Settle, id changeID) error {
	l, err := w.make(s.Lane)
	if err != nil {
		return err
	}
	for _, span := range s.Drop {
		if err := w.drop(l, span); err != nil {
			return err
		}
	}
	text, err := json.Marshal(&s.Record)
	if err != nil {
		return err
	}
	v := encodeRecord(s.Lane, id, s.Revision+1, &s.Record, text)
	if err := l.b.Put(kRecord, v); err != nil {
		return err
	}
	if l.head, _, _, err = decodeHead(v); err != nil {
		return err
	}
	if err := w.note(l, s.Attempts, s.Retention); err != nil {
		return err
	}
	return w.collect(l)
}

// drop removes events by their numbers. A reference that holds others too is
// cut to those.
func (w *writer) drop(l *lane, span store.Span) error {
	if span.Last < span.First {
		return nil
	}
	var gone [][]byte
	var rest []ref
	var blocks []uint64
	refs := &refsOf{l.refs.Cursor()}
	for n := max(span.First, 1); n <= span.Last; {
		r, ok, err := refs.at(l.name, n)
		if err != nil {
			var c *store.CorruptError
			if !errors.As(err, &c) {
				return err
			}
			gone = append(gone, be64(c.Span.First))
			n = c.Span.Last + 1
			continue
		}
		if !ok || r.first > span.Last {
			break
		}
		gone = append(gone, be64(r.first))
		blocks = append(blocks, r.block)
		rest = append(rest, w.cut(r, span)...)
		if r.last() == ^uint64(0) {
			break
		}
		n = r.last() + 1
	}
	for _, k := range gone {
		if err := l.refs.Delete(k); err != nil {
			return err
		}
	}
	for _, r := range rest {
		if err := l.refs.Put(be64(r.first), r.encode(l.name)); err != nil {
			return err
		}
	}
	return w.release(blocks)
}

// cut is what is left of a reference without a span.
func (w *writer) cut(r ref, span store.Span) (rest []ref) {
	if span.First <= r.first && r.last() <= span.Last {
		return nil
	}
	// The bytes of the halves are only known from the events. If those cannot
	// be read, the size is wrong and the numbers are right.
	_, data, err := decodeBlock(w.blocks.get(r.block))
	if err != nil {
		data = nil
	}
	if span.First > r.first {
		left := r
		left.count = span.First - r.first
		left.bytes = int64(len(lines(data, left.index, left.count)))
		rest = append(rest, left)
	}
	if span.Last < r.last() {
		right := r
		right.first = span.Last + 1
		right.index += right.first - r.first
		right.count = r.last() - span.Last
		right.bytes = int64(len(lines(data, right.index, right.count)))
		rest = append(rest, right)
	}
	return rest
}

// lines is a part of data: count lines from the one with the index.
func lines(data []byte, index, count uint64) []byte {
	data = data[skipLines(data, index):]
	return data[:skipLines(data, count)]
}

// skipLines is where n lines end, or the end of the data.
func skipLines(data []byte, n uint64) int {
	at := 0
	for range n {
		i := bytes.IndexByte(data[at:], '\n')
		if i < 0 {
			return len(data)
		}
		at += i + 1
	}
	return at
}

// remove deletes a lane with everything in it.
func (w *writer) remove(name string) error {
	lanes := w.tx.Bucket(bLanes)
	b := lanes.Bucket([]byte(name))
	if b == nil {
		return nil
	}
	var blocks []uint64
	if refs := b.Bucket(bRefs); refs != nil {
		err := refs.ForEach(func(_, v []byte) error {
			if r, _, err := decodeRef(v); err == nil {
				blocks = append(blocks, r.block)
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	if err := lanes.DeleteBucket([]byte(name)); err != nil {
		return err
	}
	w.lanes[name] = &lane{name: name, tail: tail{next: 1}}
	slices.Sort(blocks)
	if err := w.release(blocks); err != nil {
		return err
	}
	return w.buryAll(name)
}
