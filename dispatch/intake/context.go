package intake

import "fmt"

// Context says what reading is in the middle of.
type Context uint8

// The contexts. Unsure is where invalid JSON hid what we are in: the next mark
// will tell.
const (
	Top        Context = iota // outside of any array
	First                     // behind the [ of an array
	Comma                     // behind a comma between elements
	Element                   // behind an element
	UnsureHead                // before a value that may be an element
	UnsureTail                // behind one
	Broken                    // within invalid JSON
	BrokenLine                // within invalid JSON, but nothing of this line was read except blanks, [ and commas
)

var contextNames = [...]string{"top", "first", "comma", "element", "unsure", "unsure-behind", "broken", "broken-line"}

// MarshalText writes the name of a context.
func (c Context) MarshalText() ([]byte, error) { return []byte(contextNames[c]), nil }

// UnmarshalText reads the name of a context.
func (c *Context) UnmarshalText(text []byte) error {
	for i, name := range contextNames {
		if name == string(text) {
			*c = Context(i)
			return nil
		}
	}
	return fmt.Errorf("unknown context %q of a file cursor", text)
}

// array reports whether an array is open for certain.
func (c Context) array() bool { return c == First || c == Comma || c == Element }

// behind is the context behind a value that was read in c.
func (c Context) behind() Context {
	switch c {
	case First, Comma, Element:
		return Element
	case UnsureHead, UnsureTail:
		return UnsureTail
	}
	return Top
}
