package collector

import (
	"strconv"
	"unicode/utf8"
)

// maxText bounds what is shown of anything that a stranger wrote, in bytes.
const maxText = 512

// printable turns foreign text into printable ASCII of at most limit bytes:
// control characters, line ends, other scripts and bad UTF-8 become escapes as
// in Go, so that it can neither move a cursor nor look like a line of ours.
func printable(s string, limit int) string {
	const more = "..."
	out := make([]byte, 0, min(len(s), limit))
	fit := 0 // how much of out leaves room for more
	for len(s) > 0 {
		r, size := utf8.DecodeRuneInString(s)
		out = escape(out, r, s[:size])
		if len(out) > limit {
			return string(out[:fit]) + more
		}
		if len(out)+len(more) <= limit {
			fit = len(out)
		}
		s = s[size:]
	}
	return string(out)
}

func escape(out []byte, r rune, raw string) []byte {
	switch {
	case r == '\\':
		return append(out, `\\`...)
	case r >= ' ' && r <= '~':
		return append(out, byte(r))
	}
	quoted := strconv.QuoteToASCII(raw)
	return append(out, quoted[1:len(quoted)-1]...)
}
