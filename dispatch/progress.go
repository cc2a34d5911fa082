package dispatch

import (
	"maps"
	"slices"
)

// Progress is how far a run has come.
type Progress struct {
	Read         int64            // inputs, rejects included
	Offsets      map[string]int64 // bytes read of each source, from its start, decompressed
	Integrations []LaneSummary    // by name; what is queued is not among it
}

// progress is a look at the books while they are kept.
func (t *tally) progress() Progress {
	t.mu.Lock()
	defer t.mu.Unlock()
	p := Progress{Read: t.s.Read, Offsets: maps.Clone(t.offsets)}
	for _, name := range slices.Sorted(maps.Keys(t.lanes)) {
		p.Integrations = append(p.Integrations, *t.lanes[name])
	}
	return p
}

// reached notes how far a source was read.
func (t *tally) reached(path string, offset int64) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.offsets[path] = offset
}

// watched lets whoever wants to see the run look at it; the returned function
// says that it is over.
func (r *run) watched() (over func()) {
	if r.Watch == nil {
		return func() {}
	}
	return r.Watch(r.sum.progress)
}
