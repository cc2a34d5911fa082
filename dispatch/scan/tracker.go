package scan

// Status is how far a [Tracker] is.
type Status uint8

// The states of a value.
const (
	Inside Status = iota // the value goes on
	Done                 // it has ended
	Bad                  // it is not valid JSON
)

// Tracker follows one value through pieces of any size without keeping them:
// for values that are too large to keep, and for those that come in so slowly
// that validating them again with each piece would cost too much. It is as
// strict as [Value] but slower and takes no notes. The zero value stands before
// the first byte of a value; a value that ends a tracker's work leaves it spent.
type Tracker struct {
	nest  [MaxDepth / 64]uint64 // a bit for each open container: 1 is an object
	depth int
	state state
	name  bool   // the string being read is a member name
	rest  string // of the literal being read
	left  int    // bytes left of the character or escape being read
	low   byte   // bounds of the next byte of the character being read
	high  byte
}

// state is what the next byte is read as.
type state uint8

const (
	nextValue   state = iota // a value
	nextElement              // a value, or ]: behind [
	nextMember               // a name, or }: behind {
	nextName                 // a name: behind a comma
	nextColon
	nextMark
	inString
	inEscape
	inHex
	inCharacter
	inLiteral
	behindMinus
	behindZero
	inInteger
	behindPoint
	inFraction
	behindE
	behindSign
	inExponent
)

// Feed takes the next bytes of the value. Behind it n bytes of p are used up:
// all of them while the value is [Inside], those that belong to it when it is
// [Done], those before the offending byte when it is [Bad].
func (t *Tracker) Feed(p []byte) (n int, s Status) {
	for n < len(p) {
		if t.state == inString {
			if n = plain(p, n); n == len(p) {
				break
			}
		}
		switch t.step(p[n]) {
		case Inside:
		case Bad:
			return n, Bad
		case Done:
			if t.state != nextMark { // a number, which p[n] is no part of
				return n, Done
			}
			return n + 1, Done
		}
		n++
	}
	return n, Inside
}

// ended is the status behind a whole value.
func (t *Tracker) ended() Status {
	t.state = nextMark
	if t.depth == 0 {
		return Done
	}
	return Inside
}

// step takes one byte.
func (t *Tracker) step(c byte) Status {
	switch t.state {
	case inString:
		return t.text(c)
	case inEscape, inHex, inCharacter:
		return t.character(c)
	case inLiteral:
		if c != t.rest[0] {
			return Bad
		}
		if t.rest = t.rest[1:]; t.rest == "" {
			return t.ended()
		}
		return Inside
	case behindMinus, behindZero, inInteger, behindPoint, inFraction, behindE, behindSign, inExponent:
		return t.number(c)
	default:
	}
	if isBlank(c) {
		if t.depth == 0 {
			return Bad
		}
		return Inside
	}
	switch t.state {
	case nextElement:
		if c == ']' {
			return t.pop(c)
		}
		return t.value(c)
	case nextMember, nextName:
		if c == '}' && t.state == nextMember {
			return t.pop(c)
		}
		if c != '"' {
			return Bad
		}
		t.state, t.name = inString, true
		return Inside
	case nextColon:
		if c != ':' {
			return Bad
		}
		t.state = nextValue
		return Inside
	case nextMark:
		return t.behind(c)
	default:
		return t.value(c)
	}
}

// value takes the first byte of a value.
func (t *Tracker) value(c byte) Status {
	switch {
	case c == '"':
		t.state, t.name = inString, false
	case c == '{', c == '[':
		return t.push(c)
	case c == '-':
		t.state = behindMinus
	case c == '0':
		t.state = behindZero
	case isDigit(c):
		t.state = inInteger
	case c == 't':
		t.state, t.rest = inLiteral, "rue"
	case c == 'f':
		t.state, t.rest = inLiteral, "alse" //nolint:misspell // the rest of false
	case c == 'n':
		t.state, t.rest = inLiteral, "ull"
	default:
		return Bad
	}
	return Inside
}

func (t *Tracker) push(c byte) Status {
	if t.depth == MaxDepth {
		return Bad
	}
	word, bit := &t.nest[t.depth>>6], uint64(1)<<(t.depth&63)
	t.depth++
	if c == '{' {
		*word |= bit
		t.state = nextMember
	} else {
		*word &^= bit
		t.state = nextElement
	}
	return Inside
}

// object reports whether the innermost container is an object.
func (t *Tracker) object() bool {
	d := t.depth - 1
	return t.nest[d>>6]>>(d&63)&1 != 0
}

func (t *Tracker) pop(c byte) Status {
	if t.object() != (c == '}') {
		return Bad
	}
	t.depth--
	return t.ended()
}

// behind takes the first byte behind a value in a container.
func (t *Tracker) behind(c byte) Status {
	if t.depth == 0 {
		return Bad
	}
	switch c {
	case ',':
		t.state = nextValue
		if t.object() {
			t.state = nextName
		}
		return Inside
	case '}', ']':
		return t.pop(c)
	}
	return Bad
}
