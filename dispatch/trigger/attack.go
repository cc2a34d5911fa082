package trigger

// gap is how long after the last hit of an attack the next one begins a new
// attack, as Wallarm documents it.
const gap = 60 * 60 // seconds

// join takes a hit into its attack and reports whether it is the first one of
// it. A hit that comes late may close the gap between two attacks, which then
// become one; both were counted.
func (t *table) join(attack uint64, at, horizon int64, from shelf) (first bool, err error) {
	s, e, err := t.at(attack, horizon, from)
	if err != nil {
		return false, err
	}
	joined := -1
	was := len(e.marks)
	grown := false
	for i := 0; i < len(e.marks); i++ {
		m := &e.marks[i]
		if at < m.first-gap || at > m.last+gap {
			continue
		}
		if joined < 0 {
			joined = i
			grown = at < m.first || at > m.last
			m.first, m.last = min(m.first, at), max(m.last, at)
			continue
		}
		into := &e.marks[joined]
		into.first, into.last = min(into.first, m.first), max(into.last, m.last)
		e.marks = append(e.marks[:i], e.marks[i+1:]...)
		i--
	}
	if joined < 0 {
		e.marks = append(e.marks, mark{first: at, last: at})
		grown = true
	}
	if grown {
		t.changed(s, len(e.marks)-was)
	}
	return joined < 0, nil
}
