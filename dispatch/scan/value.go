package scan

import (
	"encoding/binary"
	"math/bits"
)

// MaxDepth is how deep containers may be nested. A scalar has depth 0.
const MaxDepth = 512

// Words full of one character, and the masks that find one: see [value].
const (
	ones    = 0x0101010101010101
	tops    = 0x80 * ones
	quotes  = '"' * ones
	slashes = '\\' * ones
	spaces  = ' ' * ones
	zeros   = '0' * ones
	overTen = (0x80 - 10) * ones
)

// value does the work of [Prefix] and says what is wrong at end, if anything.
//
// It is one function without calls on its common path, since these would cost
// a third of its time. The loads of eight bytes find the end of a plain string
// or of a run of digits without looking at each byte: of a mask, the lowest
// byte whose top bit is set is the first one of interest (what a borrow or a
// carry spoils lies above it).
func value(data []byte, f *Fields) (end int, p problem) {
	var (
		nest   [MaxDepth / 64]uint64 // a bit for each open container: 1 is an object
		places [3]place              // of the outermost containers
		depth  int
		object bool   // the innermost container is one
		in     place  // the innermost container, if its members matter
		want   member // whose value comes next, if it matters
		cut    int    // depth around the headers that are being read
		c      byte
		i, j   int
		start  int
		odd    bool // the member name has an escape
		breaks bool
	)
	if f != nil {
		*f = Fields{Headers: f.Headers[:0]}
		in = root
	}

value:
	if uint(i) >= uint(len(data)) {
		return i, more
	}
	c = data[i]
	if c == '"' {
		i++
		start = i
		for {
			if len(data)-i < 8 {
				if i, p = stringTail(data, i); p != none {
					return i, p
				}
				break
			}
			x := binary.LittleEndian.Uint64(data[i:])
			x = (((x ^ quotes) - ones) | ((x ^ slashes) - ones) | (x - spaces) | x) & tops
			if x == 0 {
				i += 8
				continue
			}
			i += bits.TrailingZeros64(x) >> 3
			if data[i] == '"' {
				break
			}
			if i, p = special(data, i); p != none {
				return i, p
			}
		}
		i++
		if want != 0 {
			f.text(want, data, start, i)
		}
		goto behind
	}
	if c-'0' <= 9 || c == '-' {
		start = i
		if c == '-' {
			i++
		}
		if len(data)-i >= 9 {
			x := binary.LittleEndian.Uint64(data[i:]) ^ zeros
			x = ((x + overTen) | x) & tops
			j = bits.TrailingZeros64(x) >> 3
			c = data[i+j]
			if (c == ',' || c == '}' || c == ']') && j != 0 && (j == 1 || data[i] != '0') {
				i += j
				if want == headers {
					f.endCut(data, i)
				}
				goto behind
			}
		}
		if i, p = number(data, start); p != none {
			return i, p
		}
		if want == headers {
			f.endCut(data, i)
		}
		goto behind
	}
	switch c {
	case '{', '[':
		if depth == MaxDepth {
			return i, tooDeep
		}
		object = c == '{'
		if want == headers {
			cut = depth
		}
		if object {
			nest[depth>>6] |= 1 << (depth & 63)
			if in != 0 {
				in = f.enter(in, want)
			}
		} else {
			nest[depth>>6] &^= 1 << (depth & 63)
			in = 0
		}
		want = 0
		if depth < len(places) {
			places[depth] = in
		}
		depth++
		i++
		for {
			if uint(i) >= uint(len(data)) {
				return i, more
			}
			if data[i] > ' ' {
				break
			}
			j = i
			if i, breaks = skip(data, i, breaks); i == j {
				break
			}
		}
		if data[i] == '}' && object || data[i] == ']' && !object {
			goto pop
		}
		if object {
			goto name
		}
		goto value
	case 't', 'f', 'n':
		start = i
		if i, p = literal(data, i); p != none {
			return i, p
		}
		if want != 0 {
			f.literal(want, data, start, i)
		}
		goto behind
	}
	if c <= ' ' && depth > 0 {
		j = i
		if i, breaks = skip(data, i, breaks); i != j {
			goto value
		}
	}
	return i, noValue

name:
	if uint(i) >= uint(len(data)) {
		return i, more
	}
	if data[i] != '"' {
		j = i
		if i, breaks = skip(data, i, breaks); i != j {
			goto name
		}
		return i, noName
	}
	i++
	start = i
	for {
		if len(data)-i < 8 {
			if i, p = stringTail(data, i); p != none {
				return i, p
			}
			odd = true
			break
		}
		x := binary.LittleEndian.Uint64(data[i:])
		x = (((x ^ quotes) - ones) | ((x ^ slashes) - ones) | (x - spaces) | x) & tops
		if x == 0 {
			i += 8
			continue
		}
		i += bits.TrailingZeros64(x) >> 3
		if data[i] == '"' {
			break
		}
		odd = true
		if i, p = special(data, i); p != none {
			return i, p
		}
	}
	if in != 0 {
		want = 0
		if odd || lengths[in&7]>>((i-start)&63)&1 != 0 {
			want = f.member(in, data, start, i)
		}
	}
	odd = false
	i++
colon:
	if uint(i) >= uint(len(data)) {
		return i, more
	}
	if data[i] == ':' {
		i++
		goto value
	}
	j = i
	if i, breaks = skip(data, i, breaks); i != j {
		goto colon
	}
	return i, noColon

pop:
	i++
	depth--
	in = 0
	if depth > 0 && depth <= len(places) {
		in = places[depth-1]
	}
	if depth == cut && cut > 0 {
		f.endCut(data, i)
		cut = 0
	}
	if depth > 0 {
		object = nest[(depth-1)>>6]>>((depth-1)&63)&1 != 0
	}
behind:
	if depth == 0 {
		if f != nil {
			f.Breaks = breaks
		}
		return i, none
	}
after:
	if uint(i) >= uint(len(data)) {
		return i, more
	}
	c = data[i]
	switch {
	case c == ',':
		i++
		if object {
			goto name
		}
		goto value
	case c == '}' && object, c == ']' && !object:
		goto pop
	case c <= ' ':
		j = i
		if i, breaks = skip(data, i, breaks); i != j {
			goto after
		}
	}
	if object {
		return i, noCommaInObject
	}
	return i, noCommaInArray
}
