package ui

import (
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Cell is one value of a table: as people read it, and as a program does.
type Cell struct {
	Text  string
	Plain string // in a pipe; Text when empty
	Color Color
}

// Word is a cell that is the same for people and programs.
func Word(text string) Cell { return Cell{Text: text} }

// Painted is a word in a colour.
func Painted(c Color, text string) Cell { return Cell{Text: text, Color: c} }

// Number is a count; programs get bare digits.
func Number(n int64) Cell { return Cell{Text: Count(n), Plain: strconv.FormatInt(n, 10)} }

// Size is a number of bytes; programs get bare digits.
func Size(n int64) Cell { return Cell{Text: Bytes(n), Plain: strconv.FormatInt(n, 10)} }

// Moment is a time, told as how long ago or ahead it is; programs get RFC 3339
// in UTC. The zero time is an empty cell.
func Moment(t, now time.Time) Cell {
	if t.IsZero() {
		return Cell{}
	}
	return Cell{Text: When(t, now), Plain: t.UTC().Format(time.RFC3339)}
}

// Clean makes a text from elsewhere safe to print on a terminal and in a line:
// control characters and what is not UTF-8 are written as escapes.
func Clean(text string) string {
	if !strings.ContainsFunc(text, hostile) && utf8.ValidString(text) {
		return text
	}
	var b strings.Builder
	for len(text) > 0 {
		r, size := utf8.DecodeRuneInString(text)
		switch {
		case r == utf8.RuneError && size == 1, hostile(r):
			quoted := strconv.QuoteToASCII(text[:size])
			b.WriteString(quoted[1 : len(quoted)-1])
		default:
			b.WriteString(text[:size])
		}
		text = text[size:]
	}
	return b.String()
}

// hostile runes move the cursor, hide text or turn its direction.
func hostile(r rune) bool {
	return unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) || r == '\u2028' || r == '\u2029'
}
