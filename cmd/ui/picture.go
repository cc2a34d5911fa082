package ui

import "strings"

// Sparkline draws values as a row of columns, the highest value at full height
// and zero as a dot; whatever is above zero is seen.
func (s *Stream) Sparkline(values []int64) string {
	levels := []rune("▁▂▃▄▅▆▇█")
	base := '·'
	if !s.Unicode {
		levels, base = []rune(".:-=+*#"), '_'
	}
	var top int64
	for _, v := range values {
		top = max(top, v)
	}
	var b strings.Builder
	for _, v := range values {
		if v <= 0 {
			b.WriteRune(base)
			continue
		}
		// Float64: counts of events times levels must not overflow.
		at := int(float64(v) / float64(top) * float64(len(levels)))
		b.WriteRune(levels[min(at, len(levels)-1)])
	}
	return b.String()
}

// Bar draws how far a share (0 to 1) has come, with a mark at limit (0 to 1;
// none at 0 or 1), over width columns, brackets included.
func (s *Stream) Bar(share, limit float64, width int) string {
	full, empty, mark := '█', '░', '|'
	if !s.Unicode {
		full, empty = '#', '.'
	}
	cells := max(width-2, 1)
	filled := int(clamp(share)*float64(cells) + 0.5)
	at := -1
	if limit > 0 && limit < 1 {
		at = min(int(limit*float64(cells)), cells-1)
	}
	var b strings.Builder
	b.WriteByte('[')
	for i := range cells {
		switch {
		case i == at:
			b.WriteRune(mark)
		case i < filled:
			b.WriteRune(full)
		default:
			b.WriteRune(empty)
		}
	}
	b.WriteByte(']')
	return b.String()
}

func clamp(share float64) float64 { return min(max(share, 0), 1) }
