package ui

import (
	"slices"
	"strings"

	"github.com/mattn/go-runewidth"
)

// gap is between two columns of a table.
const gap = "  "

// Column is a column of a table.
type Column struct {
	Title string
	Right bool // aligned to the right, as numbers are
	Least int  // columns it may shrink to when the table is too wide; 0: never
	Wrap  bool // shrinks by breaking its text into lines; else it is cut
}

// Table is rows under titles. On a terminal it is aligned and fits its width;
// elsewhere it is made for cut and awk: a line for each row, tabs between the
// cells, no titles and nothing cut.
type Table struct {
	Columns []Column

	rows [][]Cell
}

// Row adds a row; it may have fewer cells than there are columns.
func (t *Table) Row(cells ...Cell) {
	row := make([]Cell, len(t.Columns))
	copy(row, cells)
	for i := range row {
		row[i].Text, row[i].Plain = Clean(row[i].Text), Clean(row[i].Plain)
	}
	t.rows = append(t.rows, row)
}

// Print writes the table. Write errors are remembered by the stream.
func (t *Table) Print(s *Stream) {
	var b strings.Builder
	if s.Terminal {
		t.align(&b, s)
	} else {
		t.plain(&b)
	}
	_, _ = s.Write([]byte(b.String())) // remembered
}

func (t *Table) plain(b *strings.Builder) {
	for _, row := range t.rows {
		for i, c := range row {
			if i > 0 {
				b.WriteByte('\t')
			}
			if c.Plain != "" {
				b.WriteString(c.Plain)
			} else {
				b.WriteString(c.Text)
			}
		}
		b.WriteByte('\n')
	}
}

func (t *Table) align(b *strings.Builder, s *Stream) {
	widths := t.widths(s.Width)
	titles := make([]Cell, len(t.Columns))
	for i, c := range t.Columns {
		titles[i] = Cell{Text: c.Title, Color: Bold}
	}
	for _, row := range append([][]Cell{titles}, t.rows...) {
		row = slices.Clone(row)
		for more := true; more; {
			var line strings.Builder
			more = false
			for i := range row {
				text, rest := row[i].Text, ""
				if t.Columns[i].Wrap {
					text, rest = split(text, widths[i])
				}
				pad := strings.Repeat(" ", max(0, widths[i]-columns(text)))
				painted := s.Paint(row[i].Color, s.cut(text, widths[i]))
				if t.Columns[i].Right {
					painted, pad = pad+painted, ""
				}
				line.WriteString(painted + pad + gap)
				row[i].Text = rest
				more = more || rest != ""
			}
			b.WriteString(strings.TrimRight(line.String(), " ") + "\n")
		}
	}
}

// split takes from a text as many words as fit into a width, at least one.
func split(text string, width int) (line, rest string) {
	if columns(text) <= width {
		return text, ""
	}
	at := strings.IndexByte(text, ' ')
	if at < 0 {
		return text, ""
	}
	for {
		next := strings.IndexByte(text[at+1:], ' ')
		if next < 0 || columns(text[:at+1+next]) > width {
			return text[:at], text[at+1:]
		}
		at += 1 + next
	}
}

// widths gives every column what its widest cell needs and then, while the
// table is too wide, takes from the widest column that may be cut.
func (t *Table) widths(total int) []int {
	widths := make([]int, len(t.Columns))
	used := len(gap) * (len(t.Columns) - 1)
	for i, c := range t.Columns {
		widths[i] = columns(c.Title)
		for _, row := range t.rows {
			widths[i] = max(widths[i], columns(row[i].Text))
		}
		used += widths[i]
	}
	for ; used > total; used-- {
		widest := -1
		for i, c := range t.Columns {
			if c.Least > 0 && widths[i] > c.Least && (widest < 0 || widths[i] > widths[widest]) {
				widest = i
			}
		}
		if widest < 0 {
			break
		}
		widths[widest]--
	}
	return widths
}

// cut shortens a text to a width and shows that it did.
func (s *Stream) cut(text string, width int) string {
	mark := "..."
	if s.Unicode {
		mark = "…"
	}
	return runewidth.Truncate(text, width, mark)
}

// columns is how many columns of a terminal a text takes.
func columns(text string) int { return runewidth.StringWidth(text) }
