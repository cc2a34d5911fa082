package config

import (
	"slices"
	"strings"
)

// referenceForms are where a secret can be kept.
var referenceForms = []string{"file", "credential", "env"}

// reference reads file:PATH, credential:NAME or env:NAME; nil if it is none.
func reference(s string) *node {
	form, rest, found := strings.Cut(s, ":")
	if !found || !slices.Contains(referenceForms, form) {
		return nil
	}
	if form == "file" && rest != "" {
		rest = absolute(rest)
	}
	n := newTable(inline, -1)
	n.put(form, -1, newText(rest))
	return n
}

// Header reads "K: V" as curl does: "K;" is an empty value, and "K:" takes the
// header out.
func (d *Draft) Header(s string) {
	name, content, found := strings.Cut(s, ":")
	name = strings.TrimSpace(name)
	switch content = strings.TrimSpace(content); {
	case !found && strings.HasSuffix(name, ";"):
		d.set.set([]string{"headers", strings.TrimSuffix(name, ";")}, newText(""))
	case !found:
		d.refuse("header", "as 'X-Team: appsec'", "has no colon")
	case content == "":
		d.unset = append(d.unset, []string{"headers", name})
	default:
		d.set.set([]string{"headers", name}, newText(content))
	}
}

// SecretHeader reads "K=PREFIX file:PATH"; credential:NAME and env:NAME take the
// place of file:PATH. The prefix keeps the blank behind it.
func (d *Draft) SecretHeader(s string) {
	name, rest, _ := strings.Cut(s, "=")
	for i := range len(rest) {
		if i > 0 && rest[i-1] != ' ' {
			continue
		}
		if ref := reference(rest[i:]); ref != nil {
			if i > 0 {
				ref.put("prefix", -1, newText(rest[:i]))
			}
			d.set.set([]string{"secret_headers", strings.TrimSpace(name)}, ref)
			return
		}
	}
	d.refuse("secret_header", "as 'Authorization=Bearer file:/run/secrets/token'", "does not say where the secret is kept")
}
