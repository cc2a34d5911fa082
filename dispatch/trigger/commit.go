package trigger

import (
	"slices"

	"github.com/wnotify/wnotify/store"
)

// riders are the parts of the state that the count has changed, the head first.
func (s *state) riders() ([]store.Rider, error) {
	if !s.piece.changed {
		return nil, nil
	}
	if err := s.table.sweep(s.horizon(), s.shelf); err != nil {
		return nil, err
	}
	list := []store.Rider{{Key: HeadKey(s.rule.Name), Revision: s.piece.revision, Value: s.value()}}
	ride := func(part string, revision uint64, value []byte) {
		if value != nil || revision > 0 {
			list = append(list, store.Rider{Key: PartsPrefix(s.rule.Name) + part, Revision: revision, Value: value})
		}
	}
	for _, g := range s.window.segments {
		if g.changed {
			ride(segmentKey(g.number), g.revision, g.value())
		}
	}
	for i, h := range s.table.shards {
		switch {
		case h == nil || !h.changed:
		case h.entries == 0:
			ride(shardKey(i), h.revision, nil)
		default:
			ride(shardKey(i), h.revision, h.value())
		}
	}
	for _, part := range s.gone() {
		r, err := s.shelf.read(part)
		if err != nil {
			return nil, err
		}
		ride(part, r.Revision, nil)
	}
	return list, nil
}

// gone are the parts that are no more.
func (s *state) gone() []string {
	var parts []string
	for _, number := range s.window.gone {
		if !slices.ContainsFunc(s.window.segments, func(g *segment) bool { return g.number == number }) {
			parts = append(parts, segmentKey(number))
		}
	}
	for _, i := range s.table.gone {
		if s.table.shards == nil || s.table.shards[i] == nil {
			parts = append(parts, shardKey(i))
		}
	}
	slices.Sort(parts)
	return slices.Compact(parts)
}

// committed notes that the riders are on disk, and drops from memory what is not
// needed to count on.
func (s *state) committed() {
	s.piece.committed()
	s.pending, s.table.lost = false, 0
	for _, g := range s.window.segments {
		g.committed()
	}
	s.window.rest()
	for i, h := range s.table.shards {
		if h == nil {
			continue
		}
		if h.committed(); h.recent && h.entries == 0 {
			s.table.shards[i] = nil
		}
	}
	s.table.rest()
}
