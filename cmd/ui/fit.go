package ui

import "strings"

// Fit shortens a text to what is left of a line behind so many columns. Only a
// terminal has a width: elsewhere nothing is cut.
func (s *Stream) Fit(text string, behind int) string {
	if !s.Terminal {
		return text
	}
	return s.cut(text, max(s.Width-behind, 8))
}

// Fold breaks a text between words so that it fits the width of a terminal;
// the second and later lines begin with indent, and so much is left free in the
// first. Elsewhere the text stays one line.
func (s *Stream) Fold(text, indent string) string {
	if !s.Terminal {
		return text
	}
	width := max(s.Width-2*columns(indent), 16)
	var b strings.Builder
	for rest := text; rest != ""; {
		var line string
		line, rest = split(rest, width)
		b.WriteString(line)
		if rest != "" {
			b.WriteString("\n" + indent)
		}
	}
	return b.String()
}
