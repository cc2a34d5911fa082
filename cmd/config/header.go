package config

import (
	"slices"
	"strings"

	"github.com/wnotify/wnotify/dispatch/collector"
)

// refusedHeaders are made from the request itself, or change how the collector
// reads it; another value would break it.
var refusedHeaders = []string{"host", "content-length", "transfer-encoding", "connection", "expect", "trailer", "upgrade"}

// Sensitive reports whether a header's value is never shown: Authorization,
// Cookie, and all with key, token or secret in their name.
func Sensitive(header string) bool {
	name := strings.ToLower(header)
	return strings.Contains(name, "authorization") || strings.Contains(name, "cookie") ||
		strings.Contains(name, "key") || strings.Contains(name, "token") || strings.Contains(name, "secret")
}

// headers takes the table of plain headers.
func (i *integration) headers(v value) {
	i.eachHeader(v, func(h *collector.Header) field {
		return func(v value) {
			if v.is(text) && v.headerText() {
				h.Value.Text = v.text
			}
		}
	})
}

// secretHeaders takes the table of headers whose values are kept elsewhere.
func (i *integration) secretHeaders(v value) {
	i.eachHeader(v, func(h *collector.Header) field {
		h.Secret = true
		return secretOf(&h.Value, &h.Prefix)
	})
}

// eachHeader reads one header after the other. A header replaces the one of
// the defaults; twice in one integration it is a mistake.
func (i *integration) eachHeader(v value, read func(*collector.Header) field) {
	if !v.is(table) {
		return
	}
	for _, m := range v.members {
		sub := v.sub(m.name, m.node)
		name := strings.ToLower(m.name)
		switch {
		case !token(m.name):
			sub.refuseKey(m.at, "", "is not the name of a header")
			continue
		case slices.Contains(refusedHeaders, name):
			sub.refuseKey(m.at, "delete it", "this header is made from the request and cannot be set")
			continue
		case i.named[name]:
			sub.refuseKey(m.at, "keep one of the two", "this header is set twice; upper and lower case make no difference")
			continue
		}
		i.named[name] = true
		h := collector.Header{Name: m.name, Secret: Sensitive(m.name)}
		read(&h)(sub)
		e := &i.Endpoint
		e.Headers = slices.DeleteFunc(e.Headers, func(o collector.Header) bool { return strings.EqualFold(o.Name, h.Name) })
		e.Headers = append(e.Headers, h)
		i.set["header "+name] = sub
	}
}

// refuseKey notes an error at a key instead of its value.
func (v value) refuseKey(at int, hint, message string) {
	v.in.problem(at, Problem{Key: v.key, Message: message, Hint: hint})
}

// headerText refuses what cannot stand in a header's value: control characters
// other than a tab (RFC 9110, 5.5). The value is not shown.
func (v value) headerText() bool {
	if strings.ContainsFunc(v.text, func(r rune) bool { return r < ' ' && r != '\t' || r == 0x7f }) {
		v.refusef("", "has a line break or a control character in it")
		return false
	}
	return true
}

// token reports whether a name can name a header (RFC 9110, 5.6.2).
func token(name string) bool {
	return name != "" && strings.Trim(name, bareBytes+"!#$%&'*+.^`|~") == ""
}
