package ui

import (
	"strings"

	"github.com/mattn/go-runewidth"
)

// gap is between two columns of a table.
const gap = "  "

// Column is a column of a table.
type Column struct {
	Title string
	Right bool // aligned to the right, as numbers are
	Least int  // columns it may be cut to when the table is too wide; 0: never cut
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
	for i := range min(len(cells), len(row)) {
		c := cells[i]
		c.Text, c.Plain = Clean(c.Text), Clean(c.Plain)
		row[i] = c
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
		var line strings.Builder
		for i, c := range row {
			text := s.cut(c.Text, widths[i])
			pad := strings.Repeat(" ", widths[i]-columns(text))
			painted := s.Paint(c.Color, text)
			switch {
			case t.Columns[i].Right:
				line.WriteString(pad + painted)
			case i == len(row)-1:
				line.WriteString(painted)
			default:
				line.WriteString(painted + pad)
			}
			if i < len(row)-1 {
				line.WriteString(gap)
			}
		}
		b.WriteString(strings.TrimRight(line.String(), " ") + "\n")
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
