package trigger

import "slices"

// see takes a payload of an address: how many different ones there were in the
// window before it, and whether it was one of them. No more than a limit are
// kept, the most recent ones: of these the oldest leaves the window first, so
// while there are as many as the limit there are at least as many in truth, and
// when there are fewer these are all.
func (t *table) see(address, payload uint64, at, horizon, limit int64, from shelf) (e *entry, had int64, known bool, err error) {
	s, e, err := t.at(address, horizon, from)
	if err != nil {
		return nil, 0, false, err
	}
	was := len(e.marks)
	known = e.mark(payload, at)
	if int64(len(e.marks)) > limit {
		oldest := 0
		for i := range e.marks {
			if e.marks[i].last < e.marks[oldest].last {
				oldest = i
			}
		}
		e.marks = slices.Delete(e.marks, oldest, oldest+1)
	}
	t.changed(s, len(e.marks)-was)
	return e, int64(was), known, nil
}

// mark reports whether the payload was marked before.
func (e *entry) mark(payload uint64, at int64) bool {
	for i := range e.marks {
		if m := &e.marks[i]; m.payload == payload {
			m.last = max(m.last, at)
			m.first = m.last
			return true
		}
	}
	e.marks = append(e.marks, mark{first: at, last: at, payload: payload})
	return false
}
