package config

import (
	"slices"

	"github.com/pelletier/go-toml/v2/unstable"
)

// layout is where things stand in a TOML text without faults.
type layout struct {
	text     []byte
	sections []*section    // in the order of the file; the first has no header
	comments map[int]bool  // where the lines begin that hold only a comment
	keys     []*assignment // of all sections, not those inside inline tables
}

// section is a header with the keys below it.
type section struct {
	path     []string
	repeated bool // [[ … ]]
	at       int  // the first bracket
	end      int  // after the line of the header
	keys     []*assignment
}

// span is a row of bytes, end excluded.
type span struct{ start, end int }

// assignment is a key with its value.
type assignment struct {
	path     []string // from the root
	own      int      // how many parts of the path are written here
	whole    span     // key and value
	value    span
	table    bool          // the value is an inline table
	members  []*assignment // of it
	items    []span        // the texts in a list
	comments bool          // there is a comment in the value
	in       *section
	inside   *assignment // the inline table it stands in
}

func layoutOf(src []byte) (*layout, error) {
	l := &layout{text: src, comments: map[int]bool{}}
	here := &section{}
	l.sections = []*section{here}
	base := 0
	if len(src) >= len(bom) && string(src[:len(bom)]) == bom {
		base = len(bom)
		here.at, here.end = base, base
	}
	p := unstable.Parser{KeepComments: true}
	p.Reset(src[base:])
	b := builder{text: src, base: base}
	for p.NextExpression() {
		e := p.Expression()
		switch e.Kind {
		case unstable.Comment:
			l.comments[lineStart(src, base+int(e.Raw.Offset))] = true
		case unstable.KeyValue:
			a := b.assignment(e, here.path)
			a.in = here
			here.keys = append(here.keys, a)
			l.keys = append(l.keys, a)
		default:
			parts := b.parts(e.Key())
			here = &section{repeated: e.Kind == unstable.ArrayTable}
			for _, part := range parts {
				here.path = append(here.path, part.name)
			}
			here.at = slices.Index(src[lineStart(src, parts[0].at):], '[') + lineStart(src, parts[0].at)
			here.end = lineEnd(src, parts[len(parts)-1].end)
			l.sections = append(l.sections, here)
		}
	}
	return l, p.Error()
}

// assignment takes a key-value expression and what is inside it.
func (b *builder) assignment(e *unstable.Node, path []string) *assignment {
	parts := b.parts(e.Key())
	a := &assignment{path: slices.Clone(path), own: len(parts)}
	for _, p := range parts {
		a.path = append(a.path, p.name)
	}
	start := b.base + int(e.Raw.Offset)
	a.whole = span{start, start + int(e.Raw.Length)}
	a.value = span{b.afterEquals(parts[len(parts)-1].end), a.whole.end}
	b.inside(a, e.Value())
	return a
}

// inside looks into lists and inline tables.
func (b *builder) inside(a *assignment, v *unstable.Node) {
	for it := v.Children(); it.Next(); {
		n := it.Node()
		switch {
		case n.Kind == unstable.Comment:
			a.comments = true
		case v.Kind == unstable.InlineTable:
			m := b.assignment(n, a.path)
			m.inside = a
			a.comments = a.comments || m.comments
			a.members = append(a.members, m)
		case n.Kind == unstable.String:
			at := b.base + int(n.Raw.Offset)
			a.items = append(a.items, span{at, at + int(n.Raw.Length)})
		default:
			deep := &assignment{path: a.path}
			b.inside(deep, n)
			a.comments = a.comments || deep.comments
		}
	}
	a.table = v.Kind == unstable.InlineTable
}

// find returns the assignment of exactly that path, also in inline tables.
func (l *layout) find(path []string) *assignment {
	for _, a := range l.keys {
		if found := a.find(path); found != nil {
			return found
		}
	}
	return nil
}

func (a *assignment) find(path []string) *assignment {
	switch {
	case slices.Equal(a.path, path):
		return a
	case !under(path, a.path):
		return nil
	}
	for _, m := range a.members {
		if found := m.find(path); found != nil {
			return found
		}
	}
	return nil
}

// section returns the section whose header is exactly that path.
func (l *layout) section(path []string) *section {
	for _, s := range l.sections {
		if !s.repeated && len(s.path) > 0 && slices.Equal(s.path, path) {
			return s
		}
	}
	return nil
}

// under reports whether a path begins with another.
func under(path, parent []string) bool {
	return len(path) >= len(parent) && slices.Equal(path[:len(parent)], parent)
}

// last is the offset after the last line that belongs to a section: that of
// its last key, or its header.
func (s *section) last(src []byte) int {
	if n := len(s.keys); n > 0 {
		return lineEnd(src, s.keys[n-1].whole.end)
	}
	return s.end
}
