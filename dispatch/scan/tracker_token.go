package scan

// text takes a byte of a string that is no plain character.
func (t *Tracker) text(c byte) Status {
	switch {
	case c == '"':
		if t.name {
			t.state = nextColon
			return Inside
		}
		return t.ended()
	case c == '\\':
		t.state = inEscape
		return Inside
	}
	// The well-formed sequences of the Unicode standard, table 3-7.
	t.state, t.low, t.high = inCharacter, 0x80, 0xbf
	switch {
	case c >= 0xc2 && c <= 0xdf:
		t.left = 1
	case c >= 0xe0 && c <= 0xef:
		t.left = 2
		switch c {
		case 0xe0:
			t.low = 0xa0
		case 0xed:
			t.high = 0x9f
		}
	case c >= 0xf0 && c <= 0xf4:
		t.left = 3
		switch c {
		case 0xf0:
			t.low = 0x90
		case 0xf4:
			t.high = 0x8f
		}
	default:
		return Bad
	}
	return Inside
}

// character takes a further byte of an escape or of a character beyond ASCII.
func (t *Tracker) character(c byte) Status {
	switch t.state {
	case inEscape:
		switch c {
		case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
			t.state = inString
			return Inside
		case 'u':
			t.state, t.left = inHex, 4
			return Inside
		}
		return Bad
	case inHex:
		if !isHex(c) {
			return Bad
		}
	default:
		if c < t.low || c > t.high {
			return Bad
		}
		t.low, t.high = 0x80, 0xbf
	}
	if t.left--; t.left == 0 {
		t.state = inString
	}
	return Inside
}

// number takes a further byte of a number, or the first one behind it.
func (t *Tracker) number(c byte) Status {
	switch s := t.state; {
	case isDigit(c):
		switch s {
		case behindMinus:
			t.state = inInteger
			if c == '0' {
				t.state = behindZero
			}
		case behindZero:
			return Bad
		case behindPoint:
			t.state = inFraction
		case behindE, behindSign:
			t.state = inExponent
		default:
		}
		return Inside
	case c == '.' && (s == behindZero || s == inInteger):
		t.state = behindPoint
		return Inside
	case (c == 'e' || c == 'E') && (s == behindZero || s == inInteger || s == inFraction):
		t.state = behindE
		return Inside
	case (c == '+' || c == '-') && s == behindE:
		t.state = behindSign
		return Inside
	case s == behindMinus, s == behindPoint, s == behindE, s == behindSign:
		return Bad
	case t.depth == 0:
		return Done
	}
	if isBlank(c) {
		t.state = nextMark
		return Inside
	}
	return t.behind(c)
}
