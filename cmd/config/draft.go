package config

import (
	"slices"
	"strings"
)

// Draft is an integration or a trigger as a command line gives it: only the
// keys that were given. What is wrong with them is said by [Document.Add],
// [Document.Set] and [File.Compare], by the same code that reads the file.
type Draft struct {
	Name string

	what     string
	set      *node
	unset    [][]string
	problems []ranked
}

// NewIntegration is a draft of an integration without settings.
func NewIntegration(name string) *Draft {
	return &Draft{Name: name, what: integrationWhat, set: newTable(header, -1)}
}

// NewTrigger is a draft of a trigger without settings.
func NewTrigger(name string) *Draft {
	return &Draft{Name: name, what: triggerWhat, set: newTable(header, -1)}
}

func (d *Draft) path() []string { return []string{d.what, d.Name} }

func (d *Draft) order() []string {
	if d.what == triggerWhat {
		return triggerKeys
	}
	return integrationKeys
}

// Render is the table as [Document.Add] writes it into a file.
func (d *Draft) Render() string {
	return strings.Join(renderTable(d.path(), d.set, d.order()), "\n") + "\n"
}

// Unset takes a key out, as title or headers.X-Team.
func (d *Draft) Unset(key string) {
	first, rest, found := strings.Cut(key, ".")
	first = strings.ReplaceAll(first, "-", "_")
	switch {
	case !slices.Contains(d.order(), first):
		d.refuse("unset", didYouMean(first, d.order()), "unknown key "+cite(key))
	case first == "url" || d.what == triggerWhat && (first == "condition" || first == "integrations"):
		d.refuse("unset", "set another value", first+" is needed")
	case found:
		d.unset = append(d.unset, []string{first, rest})
	default:
		d.unset = append(d.unset, []string{first})
	}
}

// refuse notes what is wrong with a flag itself.
func (d *Draft) refuse(key, hint, message string) {
	p := ranked{Problem{Key: flagName(key), Message: message, Hint: hint}, -1}
	if !slices.Contains(d.problems, p) { // a key may be set again
		d.problems = append(d.problems, p)
	}
}

// leaf is a key of a draft that is written by itself.
type leaf struct {
	path []string
	node *node
}

// leaves are the keys of the draft in the order of the file. Of headers and a
// threshold that is there already, only what was given is touched.
func (d *Draft) leaves(there *node) []leaf {
	var leaves []leaf
	for _, m := range inOrder(d.set.members, d.order()) {
		deep := holdsHeaders(m.name) || m.name == "threshold" && there.member(m.name) != nil
		if !deep || m.node.kind != table {
			leaves = append(leaves, leaf{[]string{m.name}, m.node})
			continue
		}
		for _, sub := range m.node.members {
			name := sub.name
			for _, old := range there.member(m.name).spellings(name) { // a header keeps the case it has
				name = old
			}
			leaves = append(leaves, leaf{[]string{m.name, name}, sub.node})
		}
	}
	return leaves
}

// unsets are the keys that the draft takes out of a table, the names of
// headers in every spelling that is there.
func (d *Draft) unsets(there *node) [][]string {
	var keys [][]string
	for _, key := range d.unset {
		if len(key) < 2 || !holdsHeaders(key[0]) {
			keys = append(keys, key)
			continue
		}
		for _, name := range there.member(key[0]).spellings(key[1]) {
			keys = append(keys, []string{key[0], name})
		}
	}
	return keys
}

// holdsHeaders reports whether a key is a table of headers.
func holdsHeaders(key string) bool { return key == "headers" || key == "secret_headers" }

// spellings are the keys of a table that are the same but for their case.
func (n *node) spellings(name string) []string {
	var found []string
	if n != nil {
		for _, m := range n.members {
			if strings.EqualFold(m.name, name) {
				found = append(found, m.name)
			}
		}
	}
	return found
}

// over is a table with the draft laid over it.
func (d *Draft) over(base *node) *node {
	merged := base.clone()
	for _, key := range d.unsets(base) {
		merged.unset(key)
	}
	for _, l := range d.leaves(base) {
		merged.set(l.path, l.node)
	}
	return merged
}

// clone copies tables; other values are never changed.
func (n *node) clone() *node {
	if n.kind != table {
		return n
	}
	c := newTable(n.form, n.at)
	for _, m := range n.members {
		c.put(m.name, m.at, m.node.clone())
	}
	return c
}
