package scan

import (
	"bytes"
	"errors"
	"fmt"
	"unicode/utf8"
)

// ErrMore says that the data ends inside the value; so far it is valid.
var ErrMore = errors.New("the data ends inside a JSON value")

// SyntaxError says where a value stops being valid JSON, and how.
type SyntaxError struct {
	Offset int    // from the first byte of the value
	Msg    string // a short clause: "trailing comma"
}

func (e *SyntaxError) Error() string {
	return fmt.Sprintf("invalid JSON: %s (byte %d of the value)", e.Msg, e.Offset)
}

// problem is what the scanner found wrong. It becomes an error outside of the
// hot path.
type problem uint8

const (
	none problem = iota
	more         // nothing wrong, but the data ends
	noValue
	noName
	noColon
	noCommaInObject
	noCommaInArray
	tooDeep
	control
	badEscape
	badUTF8
	badLiteral
	leadingZero
	noFraction
	noExponent
)

// unlessEnd turns a problem at i into [more] if that is the end of data.
func (p problem) unlessEnd(data []byte, i int) problem {
	if i >= len(data) {
		return more
	}
	return p
}

// err makes an error of a problem at i.
func (p problem) err(data []byte, i int) error {
	switch p {
	case none:
		return nil
	case more:
		return ErrMore
	default:
		return &SyntaxError{Offset: i, Msg: p.message(data, i)}
	}
}

func (p problem) message(data []byte, i int) string {
	switch p {
	case control:
		return fmt.Sprintf("raw control character 0x%02x in a string", data[i])
	case badUTF8:
		return fmt.Sprintf("invalid UTF-8 (byte 0x%02x)", data[i])
	case badEscape:
		return "unknown escape " + quote(data[i:min(i+2, len(data))]) + " in a string"
	case tooDeep:
		return fmt.Sprintf("nested deeper than %d", MaxDepth)
	case leadingZero:
		return "a number with a leading zero"
	case noFraction:
		return "no digits behind the decimal point"
	case noExponent:
		return "no digits in the exponent"
	default:
	}
	if before(data, i) == ',' && (data[i] == '}' || data[i] == ']') {
		return "trailing comma"
	}
	what := found(data[i:])
	switch p {
	case noName:
		return "a member name in double quotes must come here, not " + what
	case noColon:
		return "a colon must come behind a member name, not " + what
	case noCommaInObject:
		return "a comma or } must come behind a member, not " + what
	case noCommaInArray:
		return "a comma or ] must come behind an element, not " + what
	default:
		return what + " is not JSON"
	}
}

// before returns the last byte before i that is no white space, or 0.
func before(data []byte, i int) byte {
	rest := bytes.TrimRight(data[:i], " \t\r\n")
	if len(rest) == 0 {
		return 0
	}
	return rest[len(rest)-1]
}

// found describes the word or character that rest begins with.
func found(rest []byte) string {
	n := 0
	for n < len(rest) && n < 24 && isWord(rest[n]) {
		n++
	}
	switch {
	case n > 0:
		return string(rest[:n])
	case rest[0] == 0:
		return "a NUL byte"
	case rest[0] == '\'':
		return "a single quote"
	case bytes.HasPrefix(rest, []byte("//")), bytes.HasPrefix(rest, []byte("/*")):
		return "a comment"
	case bytes.HasPrefix(rest, []byte("\xef\xbb\xbf")):
		return "a byte order mark"
	}
	_, n = utf8.DecodeRune(rest)
	return quote(rest[:n])
}

func isWord(c byte) bool {
	return isDigit(c) || (c|0x20)-'a' < 26 || c == '_' || c == '$' || c == '+' || c == '-' || c == '.'
}

// quote shows bytes so that a terminal and a log survive them.
func quote(b []byte) string {
	if len(b) == 1 && b[0] > ' ' && b[0] < utf8.RuneSelf-1 {
		return string(b)
	}
	return fmt.Sprintf("%+q", b)
}
