package trigger

import (
	"slices"

	"github.com/wnotify/wnotify/dispatch/event"
)

// matcher finds the rules whose condition and filters match an event. All rules
// are looked at together: for each field the values of the event are looked up
// once, whatever the number of rules, and what is found is a set of rules. It is
// never changed once it is made.
type matcher struct {
	rules  []*rule
	byName map[string]*rule
	by     [classes]candidates
	kinds  []*event.Kind // that any rule looks at
	exotic bool          // rules look also at types that the catalogue does not know
}

// rule is a rule at work.
type rule struct {
	Rule

	print uint64 // its fingerprint
}

// candidates are the rules that look at events of a class, and the slots in
// which any of them has a filter.
type candidates struct {
	rules set
	slots []*slot
}

// slot is one filter of a field of each rule that has one. A second filter of
// the same field goes to another slot. A rule passes unless the values listed
// by its filter decide otherwise: listed says which rules list a value, so an
// event passes the rules of (open XOR those that list any of its values).
type slot struct {
	field  field
	nth    int // how many filters of this field a rule has before it
	open   set // rules without a filter here, and those whose filter is a "not"
	users  set // rules with a filter here
	listed map[string]set
}

// compile takes the enabled rules. One that nothing can be made of, since it has
// [Rule.Problems], counts nothing.
func compile(rules []Rule) *matcher {
	m := &matcher{byName: map[string]*rule{}}
	for _, r := range rules {
		if r.Enabled && r.usable() {
			one := &rule{Rule: r, print: r.fingerprint()}
			m.rules = append(m.rules, one)
			m.byName[r.Name] = one
		}
	}
	slots := m.slots()
	for i, r := range m.rules {
		condition, _ := LookupCondition(r.Condition)
		for _, c := range condition.watches {
			if m.by[c].rules == nil {
				m.by[c].rules = newSet(len(m.rules))
			}
			m.by[c].rules.add(i)
		}
	}
	for c := range m.by {
		for _, s := range slots {
			if m.by[c].rules != nil && s.users.overlaps(m.by[c].rules) {
				m.by[c].slots = append(m.by[c].slots, s)
			}
		}
	}
	m.wanted()
	return m
}

// slots puts every filter into its slot.
func (m *matcher) slots() []*slot {
	var slots []*slot
	find := func(f field, nth int) *slot {
		for _, s := range slots {
			if s.field == f && s.nth == nth {
				return s
			}
		}
		s := &slot{field: f, nth: nth, open: newSet(len(m.rules)), users: newSet(len(m.rules)), listed: map[string]set{}}
		for i := range m.rules {
			s.open.add(i)
		}
		slots = append(slots, s)
		return s
	}
	for i, r := range m.rules {
		var nth [fieldCount]int
		for _, filter := range r.Filters {
			f, _ := fieldOf(filter.Field)
			s := find(f, nth[f])
			nth[f]++
			s.users.add(i)
			if !filter.Not {
				s.open[i>>6] &^= 1 << (i & 63)
			}
			for _, value := range filter.Values {
				v := normal(filter.Field, value)
				if s.listed[v] == nil {
					s.listed[v] = newSet(len(m.rules))
				}
				s.listed[v].add(i)
			}
		}
	}
	return slots
}

// wanted notes which kinds of events any rule looks at.
func (m *matcher) wanted() {
	objects := m.by[hitObject].rules != nil || m.by[attackObject].rules != nil || m.by[incidentObject].rules != nil
	m.exotic = objects
	for k := range event.Kinds() {
		c := classOf(k)
		if c == hitObject && objects || c != hitObject && m.by[c].rules != nil {
			m.kinds = append(m.kinds, k)
		}
	}
}

func (m *matcher) wants(k *event.Kind) bool {
	if k == nil {
		return m.exotic
	}
	return slices.Contains(m.kinds, k)
}

// match puts the rules that an event matches into pass, and says whether there
// is one. Scratch is a set to work in.
func (m *matcher) match(v *view, pass, scratch set) bool {
	from := &m.by[v.class]
	if from.rules == nil {
		return false
	}
	copy(pass, from.rules)
	for _, s := range from.slots {
		if !s.narrow(v.of(s.field), pass, scratch) {
			return false
		}
	}
	return true
}

// narrow leaves in pass the rules whose filter lets the values pass, and says
// whether there is one left.
func (s *slot) narrow(values [][]byte, pass, scratch set) bool {
	clear(scratch)
	for _, value := range values {
		for i, word := range s.listed[string(value)] {
			scratch[i] |= word
		}
	}
	left := uint64(0)
	for i := range pass {
		pass[i] &= s.open[i] ^ scratch[i]
		left |= pass[i]
	}
	return left != 0
}
