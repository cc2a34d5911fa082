package config

import (
	"slices"
	"strconv"
	"strings"
)

// render writes a value as TOML, on one line.
func render(n *node) string {
	switch n.kind {
	case table:
		parts := make([]string, len(n.members))
		for i, m := range n.members {
			parts[i] = quoteKey(m.name) + " = " + render(m.node)
		}
		if len(parts) == 0 {
			return "{}"
		}
		return "{ " + strings.Join(parts, ", ") + " }"
	case list:
		parts := make([]string, len(n.items))
		for i, item := range n.items {
			parts[i] = render(item)
		}
		return "[" + strings.Join(parts, ", ") + "]"
	case text:
		return quote(n.text)
	case truth:
		return strconv.FormatBool(n.truth)
	case whole:
		return strconv.FormatInt(n.whole, 10)
	case fraction:
		s := strconv.FormatFloat(n.fraction, 'f', -1, 64)
		if plain(s) && !strings.Contains(s, ".") {
			s += ".0"
		}
		return s
	default:
		return n.text
	}
}

// renderLike is render with the quotes of the old text where they can hold the
// new one.
func renderLike(old string, n *node) string {
	literal := strings.HasPrefix(old, "'") && !strings.HasPrefix(old, "'''")
	if literal && n.kind == text && quote(n.text) == `"`+n.text+`"` && !strings.Contains(n.text, "'") {
		return "'" + n.text + "'"
	}
	return render(n)
}

// renderTable writes a table with its header, keys in the given order, and the
// tables of headers after them.
func renderTable(path []string, n *node, order []string) []string {
	lines := []string{"[" + Dotted(path...) + "]"}
	var after []string
	for _, m := range inOrder(n.members, order) {
		if m.node.kind == table && holdsHeaders(m.name) {
			after = append(after, renderTable(append(slices.Clone(path), m.name), m.node, nil)...)
			continue
		}
		lines = append(lines, quoteKey(m.name)+" = "+render(m.node))
	}
	return append(lines, after...)
}

// inOrder sorts members as a list of names does; others stay behind, as they are.
func inOrder(members []member, order []string) []member {
	rank := func(m member) int {
		if i := slices.Index(order, m.name); i >= 0 {
			return i
		}
		return len(order)
	}
	members = slices.Clone(members)
	slices.SortStableFunc(members, func(a, b member) int { return rank(a) - rank(b) })
	return members
}
