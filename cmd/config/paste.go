package config

import (
	"fmt"
	"slices"
)

// pasteAll notes tables with headers for a value that holds all integrations or
// all triggers, with one more.
func (d *Document) pasteAll(draft *Draft) {
	d.paste = append(d.paste, fmt.Sprintf("# in the place of %s in line %d of %s:", draft.what, d.file.Line(draft.what), d.file.Path))
	for _, m := range d.model.find(draft.what).members {
		d.paste = append(d.paste, append(renderTable([]string{draft.what, m.name}, m.node, draft.order()), "")...)
	}
	d.paste = append(d.paste, renderTable(draft.path(), draft.set, draft.order())...)
}

// pasteSet notes what to change in a table where the file cannot be written:
// the keys as they have to be spelled there, behind a comment that says where
// they belong.
func (d *Document) pasteSet(path []string, leaves []leaf, unset [][]string) {
	l := d.layout()
	last := ""
	for _, leaf := range leaves {
		full := append(slices.Clone(path), leaf.path...)
		if s := l.tableUnder(full); s != nil {
			d.paste = append(d.paste, fmt.Sprintf("# delete [%s] %s", Dotted(s.path...), d.line(s.at)))
		}
		home, key := d.home(l, full)
		if home != last {
			d.paste = append(d.paste, home)
			last = home
		}
		d.paste = append(d.paste, key+" = "+render(leaf.node))
	}
	for _, key := range unset {
		d.paste = append(d.paste, "# delete "+Dotted(append(slices.Clone(path), key...)...))
	}
}

// home says where a key belongs and how it is spelled there.
func (d *Document) home(l *layout, path []string) (where, key string) {
	parent, name := path[:len(path)-1], quoteKey(path[len(path)-1])
	if parts := l.parts(path); len(parts) > 0 {
		a := parts[0]
		return fmt.Sprintf("# in the place of %s %s:", Dotted(path...), d.line(a.whole.start)), a.written(path)
	}
	for end := len(parent); end > 0; end-- {
		if a := l.find(path[:end]); a != nil && a.table {
			return fmt.Sprintf("# between the braces of %s %s:", Dotted(a.path...), d.line(a.whole.start)), Dotted(path[end:]...)
		}
	}
	if s := l.section(parent); s != nil {
		return fmt.Sprintf("# below [%s] %s:", Dotted(parent...), d.line(s.at)), name
	}
	for end := len(parent); end > 1; end-- {
		if parts := l.parts(path[:end]); len(parts) > 0 {
			a := parts[len(parts)-1]
			return fmt.Sprintf("# beside %s %s:", Dotted(a.path...), d.line(a.whole.start)), a.written(path)
		}
	}
	return fmt.Sprintf("# at the end of %s:\n[%s]", d.file.Path, Dotted(parent...)), name
}

// line is where an offset of the text is, in words.
func (d *Document) line(at int) string {
	n, _ := newPlaces(d.text).of(at)
	return fmt.Sprintf("in line %d of %s", n, d.file.Path)
}
