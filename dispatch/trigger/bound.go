package trigger

// The bounds of a table. The first is the contract's figure for addresses; the
// second bounds the payloads of all of them, about 12 MB in the store.
const (
	maxEntries = 100_000
	maxMarks   = 1_000_000
)

// bound lets the least recent entries go until the table is within its bounds.
func (t *table) bound(horizon int64, from shelf) error {
	for t.entries > maxEntries || t.marks > maxMarks {
		oldest := -1
		for i, s := range t.shards {
			if s == nil || s.entries == 0 {
				continue
			}
			s.refresh()
			if oldest < 0 || s.oldest < t.shards[oldest].oldest {
				oldest = i
			}
		}
		if oldest < 0 {
			return nil
		}
		s := t.shards[oldest]
		if err := t.load(s, oldest, horizon, from); err != nil {
			return err
		}
		t.evict(s, horizon)
	}
	return nil
}

// evict lets the oldest entry of a shard go, unless there are some that have
// nothing to keep.
func (t *table) evict(s *shard, horizon int64) {
	before := t.entries
	t.prune(s, horizon)
	if t.entries == before && len(s.list) > 0 {
		least := 0
		for i, e := range s.list {
			if e.newest() < s.list[least].newest() {
				least = i
			}
		}
		t.drop(s, least)
		t.lost++
	}
	s.changed, s.stale = true, true
}

// refresh finds the oldest entry of a loaded shard.
func (s *shard) refresh() {
	if !s.stale || !s.loaded {
		return
	}
	s.stale, s.oldest = false, 0
	for i, e := range s.list {
		if at := e.newest(); i == 0 || at < s.oldest {
			s.oldest = at
		}
	}
}
