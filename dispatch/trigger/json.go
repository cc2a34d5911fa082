package trigger

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"iter"
	"math/bits"
)

// cursor goes through the bytes of an event once, and skips what does not
// matter. They are valid JSON: the scanner has seen them. Of anything else it
// makes nothing useful, but it ends and stays within the bytes.
type cursor struct {
	b []byte
	i int
}

// enter goes into the object that begins here, if one does.
func (c *cursor) enter() {
	if c.i = blanks(c.b, c.i); c.atObject() {
		c.i++
	}
}

// member goes on to the value of the next member of the object it is in, and
// returns its name; false: there is none, and the object is left.
func (c *cursor) member() (name []byte, ok bool) {
	c.i = blanks(c.b, c.i)
	if c.i < len(c.b) && c.b[c.i] == ',' {
		c.i = blanks(c.b, c.i+1)
	}
	if c.i >= len(c.b) || c.b[c.i] != '"' {
		c.i = min(c.i+1, len(c.b))
		return nil, false
	}
	end := stringEnd(c.b, c.i)
	name = resolved(inside(c.b[c.i:end]))
	c.i = blanks(c.b, end)
	c.i = blanks(c.b, min(c.i+1, len(c.b))) // the colon
	return name, true
}

// atObject reports whether the value here is one.
func (c *cursor) atObject() bool { return c.i < len(c.b) && c.b[c.i] == '{' }

// value skips the value here and returns it.
func (c *cursor) value() []byte {
	start := c.i
	c.i = valueEnd(c.b, c.i)
	return c.b[start:c.i]
}

// elements yields the values of a JSON array; of anything else, but for null,
// the one value that it is.
func elements(value []byte) iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		if len(value) == 0 || value[0] == 'n' {
			return
		}
		if value[0] != '[' {
			yield(value)
			return
		}
		for i := blanks(value, 1); i < len(value) && value[i] != ']'; {
			end := valueEnd(value, i)
			if end == i || !yield(value[i:end]) {
				return
			}
			i = blanks(value, end)
			if i < len(value) && value[i] == ',' {
				i = blanks(value, i+1)
			}
		}
	}
}

// text is what a string or a number says; nil for every other value.
func text(value []byte) []byte {
	switch {
	case len(value) == 0:
		return nil
	case value[0] == '"':
		return resolved(inside(value))
	case value[0] == '-' || value[0] >= '0' && value[0] <= '9':
		return value
	}
	return nil
}

// inside is a string without its quotes.
func inside(quoted []byte) []byte {
	if len(quoted) < 2 {
		return nil
	}
	return quoted[1 : len(quoted)-1]
}

// resolved is the contents of a string with its escapes resolved.
func resolved(contents []byte) []byte {
	if bytes.IndexByte(contents, '\\') < 0 {
		return contents
	}
	var s string
	if json.Unmarshal(append(append([]byte{'"'}, contents...), '"'), &s) != nil {
		return nil
	}
	return []byte(s)
}

func blanks(b []byte, i int) int {
	for i < len(b) && (b[i] == ' ' || b[i] == '\t' || b[i] == '\n' || b[i] == '\r') {
		i++
	}
	return i
}

// stringEnd returns the place after the string that begins at i. It looks at
// eight bytes at once, as package scan does and explains.
func stringEnd(b []byte, i int) int {
	const (
		ones    = 0x0101010101010101
		tops    = 0x80 * ones
		quotes  = '"' * ones
		slashes = '\\' * ones
	)
	for i++; i < len(b); {
		if len(b)-i >= 8 {
			x := binary.LittleEndian.Uint64(b[i:])
			quote, slash := x^quotes, x^slashes
			found := ((quote-ones)&^quote | (slash-ones)&^slash) & tops
			if found == 0 {
				i += 8
				continue
			}
			i += bits.TrailingZeros64(found) >> 3
		}
		switch b[i] {
		case '"':
			return i + 1
		case '\\':
			i++
		}
		i++
	}
	return len(b)
}

// valueEnd returns the place after the value that begins at i.
func valueEnd(b []byte, i int) int {
	if i < len(b) && b[i] == '"' {
		return stringEnd(b, i)
	}
	for depth := 0; i < len(b); {
		switch b[i] {
		case '"':
			i = stringEnd(b, i)
			continue
		case '{', '[':
			depth++
		case '}', ']':
			if depth == 0 {
				return i
			}
			if depth--; depth == 0 {
				return i + 1
			}
		case ',', ' ', '\t', '\n', '\r':
			if depth == 0 {
				return i
			}
		}
		i++
	}
	return len(b)
}
