package trigger

import "encoding/binary"

// headVersion is the first byte of a head. A head of another version is begun
// anew: counts are worth less than a conversion that is wrong.
const headVersion = 1

// head is what a state is beside its parts.
type head struct {
	print  uint64 // of the rule that was counted
	born   int64  // arrival of the first event; part of the names of alerts
	fired  int64  // alerts so far
	newest int64  // the newest time seen: the end of the window
	spent  bool   // the alert was sent, and the count has not come to rest since
}

// value is the state as a rider, with the sums of its parts.
func (s *state) value() []byte {
	b := append(make([]byte, 0, 64+4*len(s.window.segments)), headVersion)
	b = binary.BigEndian.AppendUint64(b, s.print)
	b = binary.AppendUvarint(b, uint64(s.born))
	b = binary.AppendUvarint(b, uint64(s.fired))
	b = binary.AppendUvarint(b, uint64(s.newest))
	spent := byte(0)
	if s.spent {
		spent = 1
	}
	b = append(b, spent)
	b = binary.AppendUvarint(b, uint64(len(s.window.segments)))
	before := int64(0)
	for _, g := range s.window.segments {
		b = binary.AppendUvarint(b, uint64(g.number-before))
		b = binary.AppendUvarint(b, uint64(g.sum))
		before = g.number
	}
	for i, h := range s.table.shards {
		if h != nil && h.entries > 0 {
			h.refresh()
			b = binary.AppendUvarint(b, uint64(i))
			b = binary.AppendUvarint(b, uint64(h.entries))
			b = binary.AppendUvarint(b, uint64(h.marks))
			b = binary.AppendVarint(b, s.newest-h.oldest)
		}
	}
	return b
}

// parse reads a head; it reports false when it is none.
func (s *state) parse(value []byte) bool {
	d := decoder{b: value[1:]}
	s.print = d.fixed()
	s.born, s.fired, s.newest = d.whole(), d.whole(), d.whole()
	s.spent = d.whole() != 0
	number := int64(0)
	for n := d.whole(); n > 0 && !d.bad; n-- {
		number += d.whole()
		g := &segment{number: number, sum: d.whole()}
		s.window.segments = append(s.window.segments, g)
		s.window.total += g.sum
	}
	for len(d.b) > 0 {
		i, h := d.whole(), &shard{}
		h.entries, h.marks, h.oldest = int(d.whole()), int(d.whole()), s.newest-d.signed()
		if i >= shards {
			return false
		}
		if s.table.shards == nil {
			s.table.shards = make([]*shard, shards)
		}
		s.table.shards[i] = h
		s.table.entries += h.entries
		s.table.marks += h.marks
	}
	return !d.bad
}
