package config

import (
	"cmp"
	"fmt"
	"slices"
)

// reader collects the problems of one document, or of the flags of a command.
type reader struct {
	path     string
	dir      string // where relative paths start
	places   places
	flags    bool // keys are shown as flags
	partial  bool // something could not be read, so what is missing may be there
	problems []ranked

	integrations []string       // that exist, for suggestions
	misspelt     map[*node]bool // tables with unknown keys, any of which may be what is missing
	refused      map[*node]bool // values that something was said about
}

// ranked is a problem with its offset, by which problems are sorted.
type ranked struct {
	Problem

	at int
}

// value is a node on its way into the settings.
type value struct {
	*node

	in  *reader
	key string // dotted
}

// problem notes a problem at an offset.
func (r *reader) problem(at int, p Problem) {
	p.Path = r.path
	p.Line, p.Column = r.places.of(at)
	if r.flags {
		p.Key = flagName(p.Key)
	}
	r.problems = append(r.problems, ranked{p, at})
}

// placed is a problem that is not noted but returned.
func (v value) placed(p Problem) Problem {
	p.Path, p.Key = v.in.path, v.key
	p.Line, p.Column = v.in.places.of(v.at)
	return p
}

// refusef notes an error at the value.
func (v value) refusef(hint, format string, args ...any) {
	v.refuse()
	v.in.problem(v.at, Problem{Key: v.key, Message: fmt.Sprintf(format, args...), Hint: hint})
}

// refuse notes that enough was said about the value.
func (v value) refuse() {
	if v.in.refused == nil {
		v.in.refused = map[*node]bool{}
	}
	v.in.refused[v.node] = true
}

// warnf notes what is legal but doubtful.
func (v value) warnf(hint, format string, args ...any) {
	v.in.problem(v.at, Problem{Key: v.key, Message: fmt.Sprintf(format, args...), Hint: hint, Warning: true})
}

// missingf notes something that is not there, unless it may be in a part that
// could not be read, or under a misspelt key.
func (v value) missingf(hint, format string, args ...any) {
	if !v.in.partial && !v.in.misspelt[v.node] {
		v.refusef(hint, format, args...)
	}
}

// sub is a value of this table.
func (v value) sub(name string, n *node) value {
	key := quoteKey(name)
	if v.key != "" {
		key = v.key + "." + key
	}
	return value{n, v.in, key}
}

// is refuses a value of another kind.
func (v value) is(k kind) bool {
	if v.kind == k {
		return true
	}
	if v.in.flags && (k == whole || k == truth) && v.kind == text {
		v.refusef("", "%s is not %s", cite(v.text), k) // a shell knows no kinds
		return false
	}
	hint := ""
	switch {
	case k == text && (v.kind == whole || v.kind == fraction || v.kind == truth):
		hint = "put it between double quotes"
	case k == truth && v.kind == text, k == whole && v.kind == text:
		hint = "write it without quotes"
	case k == list && v.kind == text:
		hint = "put it between [ and ]"
	}
	v.refusef(hint, "must be %s, not %s", k, v.kind)
	return false
}

// sorted returns the problems in the order of the file, errors and warnings
// apart. What is wrong in [defaults] was found with every integration; once is
// enough.
func (r *reader) sorted() (wrong, doubtful []Problem) {
	slices.SortStableFunc(r.problems, func(a, b ranked) int { return cmp.Compare(a.at, b.at) })
	said := map[ranked]bool{}
	for _, p := range r.problems {
		if said[p] {
			continue
		}
		said[p] = true
		if p.Warning {
			doubtful = append(doubtful, p.Problem)
		} else {
			wrong = append(wrong, p.Problem)
		}
	}
	return wrong, doubtful
}

// nearIntegration is the hint for an integration that does not exist.
func (r *reader) nearIntegration(name string) string { return didYouMean(name, r.integrations) }
