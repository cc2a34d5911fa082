package event

import (
	"fmt"
	"slices"
)

const (
	nameAll  = "all"
	nameNone = "none"
)

// Selection is the event types that an integration selects. The zero value
// selects nothing.
type Selection struct {
	bits  uint32
	first uint32 // of the parts that were selected, the first one of each type
}

// all is the bit of "all", which takes also what the catalogue does not know.
var all = Selection{bits: 1}

// All selects everything, also types that the catalogue does not know.
func All() Selection { return all }

// ParseSelection reads names of event types, their parts and aliases, or "all",
// or "none", which stands alone. No names select nothing. The error is an
// *UnknownError for a name that is none.
func ParseSelection(names []string) (Selection, error) {
	var s Selection
	for _, name := range names {
		switch name {
		case nameAll:
			s.bits |= all.bits
			continue
		case nameNone:
			if len(names) > 1 {
				return Selection{}, fmt.Errorf("the event type %q selects nothing, so it cannot stand beside others", nameNone)
			}
			continue
		}
		found := findSelector(name)
		if found == nil {
			return Selection{}, &UnknownError{Name: name, Suggestion: suggest(name)}
		}
		if !s.takes(findSelector(found.Top())) {
			s.first |= found.bit.bits
		}
		s.bits |= found.bit.bits
	}
	return s.canonical(), nil
}

// canonical drops what a wider name already covers.
func (s Selection) canonical() Selection {
	if s.overlaps(all) {
		return all
	}
	for _, top := range selectors {
		if s.overlaps(top.bit) {
			for _, sub := range top.Subs {
				s.bits &^= sub.bit.bits
			}
		}
	}
	return s
}

func (s Selection) overlaps(o Selection) bool { return s.bits&o.bits != 0 }

// Match reports whether an event of a kind and risk is selected. The bare name
// of a type includes risks that are missing or unknown, a part only its own. A
// nil kind, one that the catalogue does not know, is selected only by all.
func (s Selection) Match(k *Kind, r Risk) bool {
	if k == nil {
		return s.overlaps(all)
	}
	return s.bits&k.takers(r).bits != 0
}

// Empty reports whether nothing is selected.
func (s Selection) Empty() bool { return s.bits == 0 }

// Equal reports whether two selections select the same events by the same names.
func (s Selection) Equal(o Selection) bool { return s.bits == o.bits }

// Names returns the canonical names in the order of the catalogue; ParseSelection
// reads them back. An empty selection is "none".
func (s Selection) Names() []string {
	switch {
	case s.Empty():
		return []string{nameNone}
	case s.overlaps(all):
		return []string{nameAll}
	}
	var names []string
	for sel := range walk(selectors) {
		if s.overlaps(sel.bit) {
			names = append(names, sel.Name)
		}
	}
	return names
}

// TopLevel returns the event types of which something is selected, in the order
// of the catalogue.
func (s Selection) TopLevel() []*Selector {
	return slices.DeleteFunc(TopLevel(), func(top *Selector) bool {
		return !s.takes(top)
	})
}

// takes reports whether a selector or a part of it is selected.
func (s Selection) takes(sel *Selector) bool {
	for one := range walk([]*Selector{sel}) {
		if s.overlaps(one.bit) {
			return true
		}
	}
	return s.overlaps(all)
}
