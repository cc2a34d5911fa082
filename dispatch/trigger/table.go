package trigger

import (
	"cmp"
	"slices"
)

// shards is the number of riders that a table is spread over: a full one has
// about a hundred entries in each.
const shards = 1024

// table keeps what is known of each attack or address: a few marks with times.
// It lies in shards, each a rider of its own, so that one entry rewrites a
// hundredth of a percent of it. What is older than the horizon is forgotten;
// beyond the bounds the entry goes whose newest mark is the oldest.
type table struct {
	limits  limits
	shards  []*shard // nil where there is nothing
	entries int      // in all shards, as far as they were looked at
	marks   int
	gone    []int // shards that have become empty
	lost    int   // entries that had to go
}

// shard is the part of a table in one rider.
type shard struct {
	piece

	loaded  bool
	list    []*entry // by key, while it is loaded
	entries int
	marks   int
	oldest  int64 // the newest mark of its oldest entry
	stale   bool  // oldest is to be found again
}

// entry is an attack (its marks are rows of hits) or an address (its marks are
// payloads).
type entry struct {
	key   uint64
	fired bool // the alert about it was sent, and it has not come to rest since
	marks []mark
}

// mark is a row of hits from first to last, or a payload with the time it was
// seen last.
type mark struct {
	first, last int64
	payload     uint64
}

// newest is the time of the newest mark.
func (e *entry) newest() int64 {
	t := int64(0)
	for _, m := range e.marks {
		t = max(t, m.last)
	}
	return t
}

// at returns the entry of a key, without the marks beyond the horizon; a new one
// has none. What is done to it must be told to changed.
func (t *table) at(key uint64, horizon int64, from shelf) (*shard, *entry, error) {
	if t.shards == nil {
		t.shards = make([]*shard, shards)
	}
	number := int(key % shards)
	s := t.shards[number]
	if s == nil {
		s = &shard{loaded: true}
		if _, err := s.read(from, shardKey(number)); err != nil {
			return nil, nil, err
		}
		t.shards[number] = s
	}
	if err := t.load(s, number, horizon, from); err != nil {
		return nil, nil, err
	}
	i, found := slices.BinarySearchFunc(s.list, key, func(e *entry, key uint64) int { return cmp.Compare(e.key, key) })
	if !found {
		s.list = slices.Insert(s.list, i, &entry{key: key})
		s.entries++
		t.entries++
		return s, s.list[i], nil
	}
	t.forget(s, s.list[i], horizon)
	return s, s.list[i], nil
}

// changed notes how many marks an entry has got or lost; an entry without any is
// removed with the next change of its shard.
func (t *table) changed(s *shard, marks int) {
	s.marks += marks
	t.marks += marks
	s.changed, s.stale = true, true
}

// prune removes from a loaded shard what is older than the horizon.
func (t *table) prune(s *shard, horizon int64) {
	s.list = slices.DeleteFunc(s.list, func(e *entry) bool {
		t.forget(s, e, horizon)
		return len(e.marks) == 0
	})
	t.entries -= s.entries - len(s.list)
	s.entries, s.stale = len(s.list), true
}

// forget drops the marks of an entry that are no younger than the horizon.
func (t *table) forget(s *shard, e *entry, horizon int64) {
	before := len(e.marks)
	e.marks = slices.DeleteFunc(e.marks, func(m mark) bool { return m.last <= horizon })
	s.marks -= before - len(e.marks)
	t.marks -= before - len(e.marks)
}

func (t *table) drop(s *shard, i int) {
	n := len(s.list[i].marks)
	s.list = slices.Delete(s.list, i, i+1)
	s.entries, t.entries = s.entries-1, t.entries-1
	s.marks, t.marks = s.marks-n, t.marks-n
}

// load brings the entries of a shard into memory.
func (t *table) load(s *shard, number int, horizon int64, from shelf) error {
	if s.loaded {
		return nil
	}
	value, err := s.read(from, shardKey(number))
	if err != nil {
		return err
	}
	list, err := decodeShard(value, from)
	if err != nil {
		return err
	}
	marks := 0
	for _, e := range list {
		marks += len(e.marks)
	}
	// What the head said of it gives way to what it is.
	t.entries += len(list) - s.entries
	t.marks += marks - s.marks
	s.list, s.loaded, s.entries, s.marks = list, true, len(list), marks
	t.prune(s, horizon)
	return nil
}

// clear forgets everything.
func (t *table) clear() {
	for i, s := range t.shards {
		if s != nil {
			t.gone = append(t.gone, i)
		}
	}
	t.shards, t.entries, t.marks = nil, 0, 0
}

// rest drops from memory all but what was just changed.
func (t *table) rest() {
	for _, s := range t.shards {
		if s != nil && s.loaded && !s.recent {
			s.refresh()
			s.loaded, s.list = false, nil
		}
	}
	t.gone = nil
}
