package scan

import (
	"math/bits"
	"unicode/utf8"
)

func isDigit(c byte) bool { return c-'0' <= 9 }

func isHex(c byte) bool { return isDigit(c) || (c|0x20)-'a' <= 5 }

func isBlank(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' }

// skip returns the offset behind the white space at i. A line break in it sets
// breaks.
func skip(data []byte, i int, breaks bool) (next int, broken bool) {
	for i < len(data) {
		switch data[i] {
		case '\n', '\r':
			breaks = true
			for i >= 0 && i < len(data)-8 && load(data, i+1) == ' '*ones { // indentation
				i += 8
			}
		case ' ', '\t':
		default:
			return i, breaks
		}
		i++
	}
	return i, breaks
}

// text returns the offset behind the string whose contents begin at i.
func text(data []byte, i int) (end int, p problem) {
	for {
		if i = plain(data, i); i == len(data) {
			return i, more
		}
		if data[i] == '"' {
			return i + 1, none
		}
		if i, p = special(data, i); p != none {
			return i, p
		}
	}
}

// plain returns the offset of the first byte from i on that is no plain
// character of a string.
func plain(data []byte, i int) int {
	for i >= 0 && i < len(data)-7 {
		if m := stops(load(data, i)); m != 0 {
			return i + bits.TrailingZeros64(m)>>3
		}
		i += 8
	}
	for i < len(data) && data[i] >= ' ' && data[i] != '"' && data[i] != '\\' && data[i] < utf8.RuneSelf {
		i++
	}
	return i
}

// special returns the offset behind what is special in a string: an escape, or
// a row of characters beyond ASCII. A control character is a problem.
func special(data []byte, i int) (end int, p problem) {
	switch c := data[i]; {
	case c == '\\':
		return escape(data, i)
	case c < ' ':
		return i, control
	}
	for i < len(data) && data[i] >= utf8.RuneSelf {
		r, n := utf8.DecodeRune(data[i:])
		if r == utf8.RuneError && n == 1 {
			if !utf8.FullRune(data[i:]) {
				return i, more
			}
			return i, badUTF8
		}
		i += n
	}
	return i, none
}

// escape returns the offset behind the escape at i.
func escape(data []byte, i int) (next int, p problem) {
	if i+1 >= len(data) {
		return i, more
	}
	switch data[i+1] {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		return i + 2, none
	case 'u':
		for k := i + 2; k < i+6; k++ {
			if k >= len(data) {
				return i, more
			}
			if !isHex(data[k]) {
				return i, badEscape
			}
		}
		return i + 6, none
	}
	return i, badEscape
}

// number returns the offset behind the number at i.
func number(data []byte, i int) (next int, p problem) {
	minus := i
	if data[i] == '-' {
		i++
	}
	start := i
	if i = digits(data, i); i == start {
		return minus, noValue.unlessEnd(data, i)
	}
	if i-start > 1 && data[start] == '0' {
		return start, leadingZero
	}
	if i < len(data) && data[i] == '.' {
		start = i + 1
		if i = digits(data, start); i == start {
			return i, noFraction.unlessEnd(data, i)
		}
	}
	if i < len(data) && data[i]|0x20 == 'e' {
		i++
		if i < len(data) && (data[i] == '+' || data[i] == '-') {
			i++
		}
		start = i
		if i = digits(data, start); i == start {
			return i, noExponent.unlessEnd(data, i)
		}
	}
	return i, none.unlessEnd(data, i)
}

// digits returns the offset behind the digits at i.
func digits(data []byte, i int) int {
	for i < len(data) && isDigit(data[i]) {
		i++
	}
	return i
}

// literal returns the offset behind the true, false or null at i.
func literal(data []byte, i int) (next int, p problem) {
	word := "null"
	switch data[i] {
	case 't':
		word = "true"
	case 'f':
		word = "false"
	}
	for k := range len(word) {
		if i+k >= len(data) {
			return i + k, more
		}
		if data[i+k] != word[k] {
			return i, badLiteral
		}
	}
	return i + len(word), none
}
