package trigger

// limits bound a table.
type limits struct{ entries, marks int }

// tableLimits are those of every table: the contract's figure for addresses, and
// what bounds the payloads of all of them to some 12 MB in the store.
func tableLimits() limits { return limits{entries: 100_000, marks: 1_000_000} }

// bound lets the least recent entries go until the table is within its bounds.
func (t *table) bound(horizon int64, from shelf) error {
	for t.entries > t.limits.entries || t.marks > t.limits.marks {
		s, number := t.least()
		if s == nil {
			return nil
		}
		if err := t.load(s, number, horizon, from); err != nil {
			return err
		}
		t.evict(s, horizon)
	}
	return nil
}

// sweep clears one shard of what is too old, if there is any, so that what some
// have left goes while others come.
func (t *table) sweep(horizon int64, from shelf) error {
	s, number := t.least()
	if s == nil || s.oldest > horizon {
		return nil
	}
	if err := t.load(s, number, horizon, from); err != nil {
		return err
	}
	t.prune(s, horizon)
	s.changed = true
	return nil
}

// least returns the shard with the least recent entry; nil: there is none.
func (t *table) least() (s *shard, number int) {
	for i, one := range t.shards {
		if one == nil || one.entries == 0 {
			continue
		}
		if one.refresh(); s == nil || one.oldest < s.oldest {
			s, number = one, i
		}
	}
	return s, number
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
