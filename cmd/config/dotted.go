package config

import "slices"

// parts are the assignments whose own keys, as headers.X-Team = "…", lead to a
// path or below it, also in inline tables: one that is the whole value, or
// those that make up the table between them.
func (l *layout) parts(path []string) []*assignment {
	var found []*assignment
	var look func(in []*assignment)
	look = func(in []*assignment) {
		for _, a := range in {
			switch {
			case under(a.path, path) && len(a.path)-a.own < len(path):
				found = append(found, a)
			case under(path, a.path):
				look(a.members)
			}
		}
	}
	look(l.keys)
	return found
}

// written is the end of a path as the key of an assignment beside this one.
func (a *assignment) written(path []string) string {
	return Dotted(path[len(a.path)-a.own:]...)
}

// gather puts one value in the place of dotted keys that made up a table. The
// first keeps its line; the others go with theirs.
func (d *Document) gather(path []string, n *node) error {
	parts := d.layout().parts(path)
	for _, a := range parts {
		if a.comments {
			return d.byHand(path, "there is a comment in its value")
		}
	}
	for range parts[1:] {
		parts = d.layout().parts(path)
		d.cut(parts[len(parts)-1])
	}
	first := parts[0]
	d.change(splice{first.whole, first.written(path) + " = " + render(n)})
	d.model.set(path, n)
	return nil
}

// addDotted puts a key behind the dotted keys of its table, or of the table
// around that one, and reports whether there are any.
func (d *Document) addDotted(l *layout, path []string, n *node) bool {
	for end := len(path) - 1; end > 1; end-- {
		parts := l.parts(path[:end])
		if len(parts) == 0 {
			continue
		}
		a := parts[len(parts)-1]
		blank, _ := indent(d.text, a.whole.start)
		line := blank + a.written(path) + " = " + render(n)
		d.change(insertLines(d.text, lineEnd(d.text, a.whole.end), line))
		return true
	}
	return false
}

// addInside puts a key into the inline table nearest to it, and reports whether
// there is one.
func (d *Document) addInside(l *layout, path []string, n *node) bool {
	for end := len(path) - 1; end > 0; end-- {
		a := l.find(path[:end])
		if a == nil || !a.table {
			continue
		}
		last := end // of the key; what comes behind it is a table of its own
		for last < len(path)-1 && len(l.parts(path[:last+1])) > 0 {
			last++
		}
		text := render(n)
		for _, name := range slices.Backward(path[last+1:]) {
			text = "{ " + quoteKey(name) + " = " + text + " }"
		}
		d.change(addMember(a, Dotted(path[end:last+1]...)+" = "+text))
		return true
	}
	return false
}
