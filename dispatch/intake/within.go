package intake

import "fmt"

// within says what a place in the input is in the middle of.
type within uint8

// Where invalid JSON hid what we are in, it is unsure: the next mark will tell.
const (
	top          within = iota // no array
	first                      // an array, behind its [
	comma                      // an array, behind a comma
	element                    // an array, behind an element
	unsure                     // perhaps an array, before an element
	unsureBehind               // perhaps an array, behind an element
	broken                     // invalid JSON
	brokenLine                 // invalid JSON, of whose last line there were only blanks, [ and commas
)

var withinNames = [...]string{"top", "first", "comma", "element", "unsure", "unsure-behind", "broken", "broken-line"}

// MarshalText writes its name, for a cursor.
func (w within) MarshalText() ([]byte, error) { return []byte(withinNames[w]), nil }

// UnmarshalText reads its name.
func (w *within) UnmarshalText(text []byte) error {
	for i, name := range withinNames {
		if name == string(text) {
			*w = within(i)
			return nil
		}
	}
	return fmt.Errorf("a file cursor within %q, which this version does not know", text)
}

// array reports whether an array is open for certain.
func (w within) array() bool { return w == first || w == comma || w == element }

// behind is where we are behind a value that was read in w.
func (w within) behind() within {
	switch w {
	case first, comma, element:
		return element
	case unsure, unsureBehind:
		return unsureBehind
	default:
		return top
	}
}

// through is where we are behind a mark that is allowed in w.
func (w within) through(mark byte) (within, bool) {
	switch {
	case mark == '[' && (w == top || w == unsure || w == unsureBehind):
		return first, true
	case mark == ']' && (w == first || w == element || w == unsure || w == unsureBehind):
		return top, true
	case mark == ',' && (w == element || w == unsure || w == unsureBehind):
		return comma, true
	}
	return w, false
}
