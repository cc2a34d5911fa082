package config

import "strings"

// kind is what a TOML value is.
type kind uint8

const (
	table kind = iota
	list
	text
	whole
	fraction
	truth
	moment
)

// String is the word for the kind in a message.
func (k kind) String() string {
	return [...]string{"a table", "a list", "text", "a whole number", "a number with a point", "true or false", "a date"}[k]
}

// form is how a table came to be, which decides what may be added to it.
type form uint8

const (
	implied  form = iota // by a longer header, as a in [a.b]
	header               // by its own header
	dotted               // by a dotted key, as a in a.b = 1
	inline               // by { … }
	repeated             // by [[ … ]]
)

// node is a TOML value with its place.
type node struct {
	kind kind
	form form
	at   int // offset of the value, of a header's name for a table; -1: no place

	text     string // text, or the digits of a moment
	whole    int64
	fraction float64
	truth    bool

	items   []*node  // of a list
	members []member // of a table, in the order of the file
	index   map[string]int
}

// member is a key of a table with its value.
type member struct {
	name string
	at   int // offset of the key
	node *node
}

func newTable(f form, at int) *node { return &node{kind: table, form: f, at: at} }

func newText(s string) *node { return &node{kind: text, text: s, at: -1} }

// member returns the value of a key, or nil.
func (n *node) member(name string) *node {
	if n == nil {
		return nil
	}
	if i, ok := n.index[name]; ok {
		return n.members[i].node
	}
	return nil
}

// find follows a path of keys; nil when it ends nowhere.
func (n *node) find(path ...string) *node {
	for _, name := range path {
		n = n.member(name)
	}
	return n
}

// put sets a key, at its old place or at the end.
func (n *node) put(name string, at int, v *node) {
	if i, ok := n.index[name]; ok {
		n.members[i] = member{name, at, v}
		return
	}
	if n.index == nil {
		n.index = map[string]int{}
	}
	n.index[name] = len(n.members)
	n.members = append(n.members, member{name, at, v})
}

// bare reports whether a key needs no quotes.
func bare(key string) bool {
	return key != "" && strings.Trim(key, bareBytes) == ""
}

const bareBytes = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-"

func isBareByte(c byte) bool { return strings.IndexByte(bareBytes, c) >= 0 }

// Dotted joins a path of keys as TOML writes it: integration."a.b".url.
func Dotted(path ...string) string {
	parts := make([]string, len(path))
	for i, p := range path {
		parts[i] = quoteKey(p)
	}
	return strings.Join(parts, ".")
}

// quoteKey writes one key, in quotes if it needs them.
func quoteKey(key string) string {
	if bare(key) {
		return key
	}
	return quote(key)
}
