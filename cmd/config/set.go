package config

import "slices"

// sets are the keys whose order means nothing: they are changed one by one.
var sets = []string{"events", "integrations"}

// set gives a key its value: in its place if it is there, otherwise at the end
// of its table's keys.
func (d *Document) set(path []string, n *node) error {
	l := d.layout()
	if s := l.tableUnder(path); s != nil {
		return d.byHand(path, "it is a table with a header of its own")
	}
	if a := l.find(path); a != nil {
		return d.replace(a, n)
	}
	if len(l.parts(path)) > 0 {
		return d.gather(path, n)
	}
	if err := d.insert(l, path, n); err != nil {
		return err
	}
	d.model.set(path, n)
	return nil
}

// tableUnder returns a section whose path begins with a path.
func (l *layout) tableUnder(path []string) *section {
	for _, s := range l.sections {
		if under(s.path, path) {
			return s
		}
	}
	return nil
}

// replace changes the bytes of a value and nothing else.
func (d *Document) replace(a *assignment, n *node) error {
	old := string(d.text[a.value.start:a.value.end])
	lines := slices.Contains([]byte(old), '\n')
	if lines && n.kind == list && len(a.items) > 0 && slices.Contains(sets, a.path[len(a.path)-1]) {
		return d.replaceItems(a, n)
	}
	if a.comments {
		return d.byHand(a.path, "there is a comment in its value")
	}
	d.change(splice{a.value, renderLike(old, n)})
	d.model.set(a.path, n)
	return nil
}

// replaceItems changes a list of several lines item by item, so that comments
// and those that stay keep their lines. New ones come first: a list that is
// never empty keeps its manner.
func (d *Document) replaceItems(a *assignment, n *node) error {
	items := slices.Clone(d.model.find(a.path...).items)
	has := func(in []*node, text string) bool {
		return slices.ContainsFunc(in, func(o *node) bool { return o.text == text })
	}
	for _, item := range n.items {
		if !has(items, item.text) {
			d.change(addItem(d.text, d.layout().find(a.path).items, render(item))...)
			items = append(items, item)
		}
	}
	for i, item := range slices.Backward(items) {
		if !has(n.items, item.text) {
			d.change(dropItem(d.text, d.layout().find(a.path).items, i))
			items = slices.Delete(items, i, i+1)
		}
	}
	d.model.set(a.path, &node{kind: list, items: items})
	return nil
}

// insert puts a key that is not there yet where its table's keys are: below a
// header, between braces or among dotted keys. A table that is not there yet is
// written as its neighbours are.
func (d *Document) insert(l *layout, path []string, n *node) error {
	parent, thing := path[:len(path)-1], path[:2]
	line := quoteKey(path[len(path)-1]) + " = " + render(n)
	if s := l.section(parent); s != nil {
		d.change(insertLines(d.text, s.last(d.text), s.indent(d.text)+line))
		return nil
	}
	if d.addInside(l, path, n) || d.addDotted(l, path, n) {
		return nil
	}
	i := slices.IndexFunc(l.sections, func(s *section) bool { return under(s.path, thing) })
	if i < 0 {
		return d.byHand(path, "there is no table [%s]", Dotted(thing...))
	}
	blank := l.sections[i].indent(d.text)
	for i+1 < len(l.sections) && under(l.sections[i+1].path, thing) {
		i++
	}
	d.change(insertLines(d.text, l.tail(l.sections[i]), blank+"["+Dotted(parent...)+"]", blank+line))
	return nil
}

// addMember puts a key into an inline table.
func addMember(a *assignment, line string) splice {
	if len(a.members) == 0 {
		return splice{a.value, "{ " + line + " }"}
	}
	end := a.members[len(a.members)-1].whole.end
	return splice{span{end, end}, ", " + line}
}

// indent is the white space before the last key of a section, or its header.
func (s *section) indent(src []byte) string {
	at := s.at
	if n := len(s.keys); n > 0 {
		at = s.keys[n-1].whole.start
	}
	blank, _ := indent(src, at)
	return blank
}

// set puts a value into the tree, and the tables on the way.
func (n *node) set(path []string, v *node) {
	for _, name := range path[:len(path)-1] {
		next := n.member(name)
		if next == nil {
			next = newTable(implied, -1)
			n.put(name, -1, next)
		}
		n = next
	}
	n.put(path[len(path)-1], -1, v)
}
