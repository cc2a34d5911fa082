package trigger

import "encoding/binary"

// value is a shard as a rider: a base time, then the entries. Times are written
// as distances to the base and to each other, so that they are short; keys and
// payloads are random and take eight bytes.
func (s *shard) value() []byte {
	base := int64(0)
	for _, e := range s.list {
		base = max(base, e.newest())
	}
	b := binary.AppendVarint(make([]byte, 0, 16*(s.entries+s.marks)), base)
	for _, e := range s.list {
		b = binary.BigEndian.AppendUint64(b, e.key)
		head := uint64(len(e.marks)) << 1
		if e.fired {
			head |= 1
		}
		b = binary.AppendUvarint(b, head)
		for _, m := range e.marks {
			b = binary.AppendUvarint(b, uint64(base-m.last))
			b = binary.AppendUvarint(b, uint64(m.last-m.first))
			if m.payload != 0 {
				b = append(b, 1)
				b = binary.BigEndian.AppendUint64(b, m.payload)
			} else {
				b = append(b, 0)
			}
		}
	}
	return b
}

func decodeShard(value []byte, from shelf) ([]*entry, error) {
	if len(value) == 0 {
		return nil, nil
	}
	var list []*entry
	d := decoder{b: value}
	for base := d.signed(); len(d.b) > 0; {
		e := &entry{key: d.fixed()}
		head := d.whole()
		e.fired = head&1 != 0
		for n := head >> 1; n > 0 && !d.bad; n-- {
			m := mark{last: base - d.whole()}
			m.first = m.last - d.whole()
			if d.whole() != 0 {
				m.payload = d.fixed()
			}
			e.marks = append(e.marks, m)
		}
		list = append(list, e)
	}
	if d.bad {
		return nil, from.damaged()
	}
	return list, nil
}
