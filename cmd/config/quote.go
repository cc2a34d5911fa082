package config

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// quote writes a text as a basic string of TOML. Invalid UTF-8, which TOML
// cannot hold, becomes the replacement character.
func quote(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\t':
			b.WriteString(`\t`)
		case r == '\r':
			b.WriteString(`\r`)
		case r < 0x20 || r == 0x7f:
			fmt.Fprintf(&b, `\u%04X`, r)
		default:
			b.WriteRune(r)
		}
	}
	b.WriteByte('"')
	return b.String()
}

// cite shows a word that is not known in a message: in quotes, on one line,
// at most 40 characters.
func cite(s string) string {
	if utf8.RuneCountInString(s) > 40 {
		s = string([]rune(s)[:40]) + "…"
	}
	return fmt.Sprintf("%q", s)
}

// ShellQuote writes one word as a shell reads it.
func ShellQuote(s string) string {
	if strings.Trim(s, bareBytes+"./:@,+") == "" && s != "" {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}
