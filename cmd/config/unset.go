package config

import (
	"bytes"
	"slices"
)

// unset takes a key or a table out, wherever it stands. One that is not there
// is no error.
func (d *Document) unset(path []string) {
	for {
		l := d.layout()
		if parts := l.parts(path); len(parts) > 0 {
			d.cut(parts[0])
			continue
		}
		s := l.tableUnder(path)
		if s == nil {
			break
		}
		d.change(l.cutSection(s))
	}
	d.model.unset(path)
	d.prune(path[:len(path)-1])
}

// prune takes tables out of the tree that nothing holds any more: in the bytes
// they were only the beginning of longer keys.
func (d *Document) prune(path []string) {
	root, _ := parse(d.text)
	for ; len(path) > 0; path = path[:len(path)-1] {
		n := d.model.find(path...)
		if n == nil || n.kind != table || len(n.members) > 0 || root.find(path...) != nil {
			return
		}
		d.model.unset(path)
	}
}

// cut takes an assignment out: its lines, or its place in an inline table.
func (d *Document) cut(a *assignment) {
	if a.inside == nil {
		d.change(splice{span: span{lineStart(d.text, a.whole.start), lineEnd(d.text, a.whole.end)}})
		return
	}
	var items []span
	for _, m := range a.inside.members {
		items = append(items, m.whole)
	}
	d.change(dropItem(d.text, items, slices.Index(a.inside.members, a)))
}

// tail is the offset after the comments that stand directly below a section's
// last key, unless they are those of the next header.
func (l *layout) tail(s *section) int {
	last := s.last(l.text)
	at := last
	for at < len(l.text) && l.comments[at] {
		at = lineEnd(l.text, at)
	}
	if at < len(l.text) && len(bytes.TrimSpace(l.text[at:lineEnd(l.text, at)])) > 0 {
		return last
	}
	return at
}

// lead is where the comments begin that stand directly above a header. A line
// that begins with #: speaks to editors about the whole file.
func (l *layout) lead(s *section) int {
	at := lineStart(l.text, s.at)
	for at > 0 {
		above := lineStart(l.text, at-1)
		if !l.comments[above] || bytes.HasPrefix(l.text[above:], []byte("#:")) {
			break
		}
		at = above
	}
	return at
}

// cutSection takes a section out with its comments and the blank lines that
// set it apart.
func (l *layout) cutSection(s *section) splice {
	start, end := l.lead(s), l.tail(s)
	after, before := end, start
	for after < len(l.text) && blankLine(l.text, after) {
		after = lineEnd(l.text, after)
	}
	for before > 0 && blankLine(l.text, lineStart(l.text, before-1)) {
		before = lineStart(l.text, before-1)
	}
	switch {
	case after == len(l.text):
		return splice{span: span{before, after}}
	case before < start || start == 0:
		return splice{span: span{start, after}}
	default:
		return splice{span: span{start, end}}
	}
}

func blankLine(src []byte, at int) bool {
	return len(bytes.TrimSpace(src[at:lineEnd(src, at)])) == 0
}

// unset takes a value out of the tree.
func (n *node) unset(path []string) {
	n = n.find(path[:len(path)-1]...)
	name := path[len(path)-1]
	if n == nil || n.member(name) == nil {
		return
	}
	n.members = slices.Delete(n.members, n.index[name], n.index[name]+1)
	n.index = map[string]int{}
	for i, m := range n.members {
		n.index[m.name] = i
	}
}
