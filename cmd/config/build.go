package config

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/pelletier/go-toml/v2/unstable"
)

// builder puts the expressions of a TOML text together.
type builder struct {
	text    []byte
	places  places
	base    int // where the text begins that the parser has
	root    *node
	here    *node    // the table that keys belong to
	path    []string // of here
	faults  []fault
	partial bool // something could not be read
}

// part is one key of a dotted key.
type part struct {
	name    string
	at, end int
}

func (b *builder) parts(it unstable.Iterator) []part {
	var parts []part
	for it.Next() {
		k := it.Node()
		at := b.base + int(k.Raw.Offset)
		parts = append(parts, part{string(k.Data), at, at + int(k.Raw.Length)})
	}
	return parts
}

// add takes one expression and returns the offset after its line.
func (b *builder) add(e *unstable.Node) int {
	switch e.Kind {
	case unstable.Table, unstable.ArrayTable:
		parts := b.parts(e.Key())
		b.table(parts, e.Kind == unstable.ArrayTable)
		return lineEnd(b.text, parts[len(parts)-1].end)
	case unstable.KeyValue:
		b.keyValue(b.here, b.path, e)
		return lineEnd(b.text, b.base+int(e.Raw.Offset+e.Raw.Length))
	default:
		return b.base
	}
}

// table opens the table of a header.
func (b *builder) table(parts []part, repeat bool) {
	b.path = b.path[:0:0]
	for _, p := range parts {
		b.path = append(b.path, p.name)
	}
	last := parts[len(parts)-1]
	b.here = newTable(header, last.at) // keys of a broken header go nowhere
	parent := b.descend(b.root, nil, parts[:len(parts)-1], implied)
	if parent == nil {
		return
	}
	old := parent.member(last.name)
	switch {
	case repeat && old == nil:
		rows := &node{kind: list, form: repeated, at: last.at, items: []*node{b.here}}
		parent.put(last.name, last.at, rows)
	case repeat && old.kind == list && old.form == repeated:
		old.items = append(old.items, b.here)
	case old == nil:
		parent.put(last.name, last.at, b.here)
	case !repeat && old.kind == table && old.form == implied:
		old.form, old.at = header, last.at
		b.here = old
	case !repeat && old.kind == table && old.form == dotted:
		b.here = old // the decoder of go-toml says what is wrong with it
	default:
		b.twice(last.at, b.path, old)
	}
}

// keyValue adds a key and its value to a table.
func (b *builder) keyValue(to *node, path []string, e *unstable.Node) {
	parts := b.parts(e.Key())
	last := parts[len(parts)-1]
	v := b.value(e.Value(), b.afterEquals(last.end))
	if to = b.descend(to, path, parts[:len(parts)-1], dotted); to == nil {
		return
	}
	if old := to.member(last.name); old != nil {
		path = slices.Clip(path)
		for _, p := range parts {
			path = append(path, p.name)
		}
		b.twice(last.at, path, old)
		return
	}
	to.put(last.name, last.at, v)
}

// descend goes from a table to the one that a path of keys names, and makes
// the tables on the way. It returns nil when something else is in the way.
func (b *builder) descend(from *node, path []string, parts []part, f form) *node {
	path = slices.Clip(path)
	for _, p := range parts {
		path = append(path, p.name)
		next := from.member(p.name)
		if next == nil {
			next = newTable(f, p.at)
			from.put(p.name, p.at, next)
		}
		if next.kind == list && next.form == repeated {
			next = next.items[len(next.items)-1]
		}
		if next.kind != table || next.form == inline {
			b.twice(p.at, path, next)
			return nil
		}
		from = next
	}
	return from
}

func (b *builder) twice(at int, path []string, old *node) {
	line, _ := b.places.of(old.at)
	b.faults = append(b.faults, fault{
		at: at, key: Dotted(path...),
		message: fmt.Sprintf("this is defined twice; the first time in line %d", line),
		hint:    "delete or rename one of the two",
	})
}

// afterEquals is where the value begins of a key that ends at an offset.
func (b *builder) afterEquals(end int) int {
	for end < len(b.text) && strings.IndexByte(" \t=", b.text[end]) >= 0 {
		end++
	}
	return end
}

func (b *builder) value(v *unstable.Node, at int) *node {
	n := &node{at: at}
	data := string(v.Data)
	switch v.Kind {
	case unstable.String:
		n.kind, n.text = text, data
	case unstable.Bool:
		n.kind, n.truth = truth, data == "true"
	case unstable.Integer:
		n.kind = whole
		n.whole, _ = strconv.ParseInt(strings.ReplaceAll(data, "_", ""), 0, 64) // too large: go-toml says so
	case unstable.Float:
		n.kind = fraction
		n.fraction, _ = strconv.ParseFloat(strings.ReplaceAll(data, "_", ""), 64)
	case unstable.Array:
		n.kind = list
		for it := v.Children(); it.Next(); {
			c := it.Node()
			place := at
			if c.Raw.Length > 0 {
				place = b.base + int(c.Raw.Offset)
			}
			n.items = append(n.items, b.value(c, place))
		}
	case unstable.InlineTable:
		n.kind, n.form = table, inline
		body := newTable(implied, at)
		for it := v.Children(); it.Next(); {
			b.keyValue(body, nil, it.Node())
		}
		n.members, n.index = body.members, body.index
	default:
		n.kind, n.text = moment, data
	}
	return n
}
