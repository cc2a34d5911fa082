package nats

import (
	"encoding/binary"
	"errors"
	"math"
	"slices"

	"github.com/wnotify/wnotify/store"
)

// segment is the name of blocks that were stored together.
type segment struct {
	name string // empty until the segment is written
}

// shared reports whether several lanes refer to it.
func (s *segment) shared() bool { return s.name == "" || s.name[0] == sharedMark }

const (
	sharedMark = 'm'
	soloMark   = 's'
)

// ref is a row of events of one block that a lane holds.
type ref struct {
	first, count uint64
	seg          *segment
	off          uint64 // of the block in the segment
	skip         uint64 // events of the block before the first
	put          int64  // Unix time, nanoseconds; 0 is none
}

func (r ref) last() uint64 { return r.first + r.count - 1 }

var errRefs = errors.New("references cannot be read")

func encodeRefs(refs []ref) []byte {
	b := make([]byte, 0, 16*len(refs)+64)
	var next uint64
	var put int64
	var seg *segment
	for _, r := range refs {
		b = binary.AppendUvarint(b, r.first-next)
		b = binary.AppendUvarint(b, r.count)
		if seg != nil && r.seg.name == seg.name {
			b = binary.AppendUvarint(b, 0)
		} else {
			b = binary.AppendUvarint(b, uint64(len(r.seg.name)))
			b = append(b, r.seg.name...)
		}
		b = binary.AppendUvarint(b, r.off)
		b = binary.AppendUvarint(b, r.skip)
		b = binary.AppendVarint(b, r.put-put)
		next, put, seg = r.first+r.count, r.put, r.seg
	}
	return b
}

func decodeRefs(b []byte) (refs []ref, err error) {
	num := func() uint64 {
		v, n := binary.Uvarint(b)
		if n <= 0 {
			b, err = nil, errRefs
			return 0
		}
		b = b[n:]
		return v
	}
	var next uint64
	var put int64
	var seg *segment
	for len(b) > 0 {
		r := ref{first: next + num(), count: num()}
		if n := num(); n > uint64(len(b)) {
			return nil, errRefs
		} else if n > 0 {
			seg = &segment{name: string(b[:n])}
			b = b[n:]
		}
		r.seg, r.off, r.skip = seg, num(), num()
		delta, n := binary.Varint(b)
		if n <= 0 || seg == nil || err != nil || r.count == 0 {
			return nil, errRefs
		}
		b = b[n:]
		r.put = put + delta
		next, put = r.first+r.count, r.put
		refs = append(refs, r)
	}
	return refs, err
}

// keep are the numbers that a lane still needs, as spans in order: those after
// Through and those aside, but for the dropped ones.
func keep(r *store.Record, drop []store.Span) []store.Span {
	spans := []store.Span{{First: r.Through + 1, Last: math.MaxUint64}}
	for _, a := range r.Aside {
		if a.First <= r.Through {
			spans = append(spans, store.Span{First: a.First, Last: min(a.Last, r.Through)})
		}
	}
	for _, d := range drop {
		if d.First <= d.Last {
			spans = without(spans, d)
		}
	}
	slices.SortFunc(spans, func(a, b store.Span) int {
		if a.First < b.First {
			return -1
		}
		return 1
	})
	return spans
}

func without(spans []store.Span, d store.Span) (rest []store.Span) {
	for _, s := range spans {
		if d.Last < s.First || s.Last < d.First {
			rest = append(rest, s)
			continue
		}
		if s.First < d.First {
			rest = append(rest, store.Span{First: s.First, Last: d.First - 1})
		}
		if d.Last < s.Last {
			rest = append(rest, store.Span{First: d.Last + 1, Last: s.Last})
		}
	}
	return rest
}

// filter cuts references to the spans that are kept.
func filter(refs []ref, spans []store.Span) []ref {
	var rest []ref
	for _, r := range refs {
		next := r.first
		for _, s := range spans {
			first, last := max(next, s.First), min(r.last(), s.Last)
			if s.First > r.last() {
				break
			}
			if first > last {
				continue
			}
			part := r
			part.first, part.count, part.skip = first, last-first+1, r.skip+first-r.first
			rest = append(rest, part)
			if last == r.last() {
				break
			}
			next = last + 1
		}
	}
	return rest
}

// whole reports whether all numbers of a row are kept.
func whole(first, last uint64, spans []store.Span) bool {
	return slices.ContainsFunc(spans, func(s store.Span) bool { return s.First <= first && last <= s.Last })
}
