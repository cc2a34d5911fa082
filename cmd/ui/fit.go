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

// Fold breaks a text between words so that it fits the width of a terminal. It
// begins behind so many columns; the second and later lines begin with indent
// blanks. Elsewhere the text stays one line.
func (s *Stream) Fold(text string, behind, indent int) string {
	if !s.Terminal {
		return text
	}
	const least = 16
	width := max(s.Width-behind, least)
	var b strings.Builder
	for rest := text; rest != ""; width = max(s.Width-indent, least) {
		var line string
		line, rest = split(rest, width)
		b.WriteString(line)
		if rest != "" {
			b.WriteString("\n" + strings.Repeat(" ", indent))
		}
	}
	return b.String()
}

// WidthOf is how much room a text takes in a line.
func WidthOf(text string) int { return columns(text) }
