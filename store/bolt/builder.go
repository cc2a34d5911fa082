package bolt

import (
	"cmp"
	"crypto/rand"
	"maps"
	"slices"

	"go.etcd.io/bbolt"

	"github.com/wnotify/wnotify/store"
)

// builder puts what was found in a wreck into a new file.
type builder struct {
	*wreck

	report *Salvaged
	held   map[string][]store.Span // by lane
	events map[string]int64
	size   map[string]int64
}

// begin writes what does not depend on the events.
func (b *builder) begin(tx *bbolt.Tx) error {
	if b.install == "" {
		b.install = rand.Text()
	}
	if err := putState(tx, b.install); err != nil {
		return err
	}
	for key, f := range b.riders {
		if err := tx.Bucket(bRiders).Put([]byte(key), f.value); err != nil {
			return err
		}
		b.report.Riders++
	}
	for _, row := range slices.Sorted(maps.Keys(b.changes)) {
		e := begin(nil, kindChanges, row)
		e.raw(b.changes[row])
		if err := tx.Bucket(bChanges).Put(be64(row), e.seal()); err != nil {
			return err
		}
	}
	w := newWriter(tx, nil, &arena{})
	for _, l := range b.letters {
		b.lane(l.Lane) // with its letters it exists
		if err := w.putLetter(&l); err != nil {
			return err
		}
		b.report.Letters++
	}
	for _, r := range b.rejects {
		if _, err := w.putReject(&r, 0); err != nil {
			return err
		}
		b.report.Rejects++
	}
	for name, l := range b.lanes {
		if err := l.write(w, name); err != nil {
			return err
		}
	}
	return w.finish()
}

// write makes a lane without its events.
func (l *wreckedLane) write(w *writer, name string) error {
	n, err := w.make(name)
	if err != nil {
		return err
	}
	if l.record != nil {
		if err := n.b.Put(kRecord, l.record); err != nil {
			return err
		}
	}
	history := n.b.Bucket(bHistory)
	keys := slices.Sorted(maps.Keys(l.attempts))
	keys = keys[max(0, len(keys)-store.HistoryMax):]
	for _, k := range keys {
		if err := history.Put([]byte(k), l.attempts[k]); err != nil {
			return err
		}
	}
	if err := history.SetSequence(uint64(len(keys))); err != nil {
		return err
	}
	for k, f := range l.slots {
		if s := slotOf([]byte(k)); s.Width != day {
			if _, merged := l.slots[string(slotKey(s.Start, day))]; merged {
				continue // it is in its day already, most likely
			}
		}
		if err := n.b.Bucket(bStats).Put([]byte(k), f.value); err != nil {
			return err
		}
	}
	return nil
}

// blocks stores some blocks and returns the rest.
func (b *builder) blocks(tx *bbolt.Tx, todo []uint64) (rest []uint64, err error) {
	w := newWriter(tx, nil, &arena{})
	done := 0
	for i, seq := range todo {
		if done > 4*maxGroup {
			return todo[i:], w.finish()
		}
		head, data, ok, err := b.block(b.wreck.blocks[seq])
		if err != nil {
			return nil, err
		}
		if !ok {
			continue
		}
		var places []place
		for _, p := range head.places {
			r := ref{first: p.first, block: seq, count: head.count, bytes: int64(head.size), put: head.put}
			taken, err := b.take(w, p.lane, r, data)
			if err != nil {
				return nil, err
			}
			if taken {
				places = append(places, p)
			}
		}
		if len(places) == 0 {
			continue
		}
		if seq > w.blocks.small.Sequence() {
			if err := w.blocks.small.SetSequence(seq); err != nil {
				return nil, err
			}
		}
		v := append(encodeHead(seq, places, &store.Block{Count: int(head.count), Put: fromNanos(head.put), Seal: head.seal, Data: data}), data...)
		if err := w.blocks.put(seq, v); err != nil {
			return nil, err
		}
		done += len(v)
	}
	return nil, w.finish()
}

// take refers to a block from a lane, if the lane needs it.
func (b *builder) take(w *writer, lane string, r ref, data []byte) (bool, error) {
	h := b.lane(lane).head()
	overlaps := slices.ContainsFunc(b.held[lane], func(s store.Span) bool { return s.First <= r.last() && r.first <= s.Last })
	if overlaps || !h.need.Needs(r.span()) {
		return false, nil
	}
	l, err := w.make(lane)
	if err != nil {
		return false, err
	}
	n, size := h.waiting(r, data)
	b.events[lane] += n
	b.size[lane] += size
	b.held[lane] = append(b.held[lane], r.span())
	return true, l.refs.Put(be64(r.first), r.encode(lane))
}

// end writes the counters, which must agree with what is there, and finds
// what is missing.
func (b *builder) end(tx *bbolt.Tx) error {
	w := newWriter(tx, nil, &arena{})
	for name, old := range b.lanes {
		l, err := w.make(name)
		if err != nil {
			return err
		}
		h := old.head()
		if old.record == nil {
			b.report.NoRecord = append(b.report.NoRecord, name)
		}
		spans := b.held[name]
		slices.SortFunc(spans, func(a, b store.Span) int { return cmp.Compare(a.First, b.First) })
		record, err := old.mend(name, spans)
		if err == nil && record != nil {
			err = l.b.Put(kRecord, record)
		}
		if err != nil {
			return err
		}
		next := max(old.tail.next, h.need.Through+1)
		for _, s := range spans {
			next = max(next, s.Last+1)
		}
		l.tail.next, l.tail.writes = next, old.tail.writes
		l.tail.events, l.tail.bytes = h.gone+b.events[name], h.goneSize+b.size[name]
		l.written = true
		b.report.Lanes++
		b.report.Events += b.events[name]
		if missing := holes(&h, spans, next); len(missing) > 0 {
			b.report.Missing[name] = missing
		}
	}
	slices.Sort(b.report.NoRecord)
	return w.finish()
}

// holes are the numbers below next that a lane needs and does not hold.
func holes(h *head, held []store.Span, next uint64) (missing []store.Span) {
	for n := uint64(1); n < next; {
		need := h.next(n)
		n, need.Last = need.First, min(need.Last, next-1)
		for _, s := range held {
			if s.First > need.Last {
				break
			}
			if s.Last >= n {
				if s.First > n {
					missing = append(missing, store.Span{First: n, Last: s.First - 1})
				}
				n = s.Last + 1
			}
		}
		if n <= need.Last {
			missing = append(missing, store.Span{First: n, Last: need.Last})
			n = need.Last + 1
		}
	}
	return missing
}
