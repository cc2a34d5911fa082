package config

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
)

// field takes the value of one key.
type field func(v value)

// fields are the keys of a table.
type fields map[string]field

// read gives every key of a table to its field and refuses the others.
func (v value) read(known fields) {
	if !v.is(table) {
		return
	}
	for _, m := range v.members {
		sub := v.sub(m.name, m.node)
		if take, ok := known[m.name]; ok {
			take(sub)
			continue
		}
		if v.in.misspelt == nil {
			v.in.misspelt = map[*node]bool{}
		}
		v.in.misspelt[v.node] = true
		v.in.problem(m.at, Problem{Key: sub.key, Message: "unknown key", Hint: v.unknownKey(m, known)})
	}
}

// otherNames are what Wallarm's console, its Terraform provider and curl call
// some keys.
var otherNames = map[string]string{
	"active": "enabled", "name": "title", "target": "url", "webhook_url": "url", "endpoint": "url",
	"http_method": "method", "request_method": "method", "data_format": "format",
	"event_types": "events", "event": "events", "with_headers": "include_hit_headers",
	"ca_file": "ca_certificate", "cacert": "ca_certificate", "ca_verify": "verify_tls", "insecure": "verify_tls",
	"cert": "client_certificate", "key": "client_key", "timeout": "request_timeout", "open_timeout": "connection_timeout",
	"batch_size": "batch_events", "secret": "signing_secret", "template_id": "condition", "retries": "retry",
}

// unknownKey is the hint for a key that is not known.
func (v value) unknownKey(m member, known fields) string {
	name := m.name
	switch {
	case v.key == "defaults" && (name == "url" || name == "type"):
		return "each integration has its own"
	case strings.HasPrefix(v.key, integrationWhat+".") && m.node.kind == table && m.node.form == header:
		return fmt.Sprintf("a name with a point goes between quotes, as [%s.%s]", integrationWhat, quote(strings.TrimPrefix(v.key, integrationWhat+".")+"."+name))
	}
	if other, ok := otherNames[strings.ToLower(name)]; ok && known[other] != nil {
		return "did you mean " + other + "?"
	}
	names := make([]string, 0, len(known))
	for k := range known {
		names = append(names, k)
	}
	slices.Sort(names)
	return didYouMean(name, names)
}

// textOf takes free text for people: one line, not empty.
func textOf(to *string, longest int) field {
	return func(v value) {
		switch {
		case !v.is(text):
		case strings.ContainsFunc(v.text, unicode.IsControl):
			v.refusef("", "has a line break or a control character in it")
		case len([]rune(v.text)) > longest:
			v.refusef("", "is longer than %d characters", longest)
		default:
			*to = v.text
		}
	}
}

// truthOf takes true or false.
func truthOf(to *bool) field {
	return func(v value) {
		if v.is(truth) {
			*to = v.truth
		}
	}
}

// wholeOf takes a whole number from low to high.
func wholeOf[N int | int64](to *N, low, high N) field {
	return func(v value) {
		switch {
		case !v.is(whole):
		case v.whole < int64(low) || v.whole > int64(high):
			v.refusef("", "is %d; it must be from %d to %d", v.whole, low, high)
		default:
			*to = N(v.whole)
		}
	}
}

// oneOf takes one of some words.
func oneOf(to *string, words ...string) field {
	return func(v value) {
		switch {
		case !v.is(text):
		case !slices.Contains(words, v.text):
			v.refusef(didYouMean(v.text, words), "%s is unknown", cite(v.text))
		default:
			*to = v.text
		}
	}
}

// durationOf takes a duration from low to high; a bare number is seconds.
func durationOf(to *time.Duration, low, high time.Duration) field {
	return func(v value) {
		d, err := parseDuration(v.scalar())
		switch {
		case v.kind != text && v.kind != whole && v.kind != fraction:
			v.refusef(`as "15s"`, "must be a duration, not %s", v.kind)
		case err != nil:
			v.refusef("a number with ms, s, m, h or d; a bare one is seconds", "%s", err)
		case d < low || d > high:
			v.refusef("", "is %s; it must be from %s to %s", showDuration(d), showDuration(low), showDuration(high))
		default:
			*to = d
		}
	}
}

// sizeOf takes a size from 1 byte to high; a bare number is bytes.
func sizeOf(to *int64, high int64) field {
	return func(v value) {
		n, err := parseSize(v.scalar())
		switch {
		case v.kind != text && v.kind != whole && v.kind != fraction:
			v.refusef(`as "1MiB"`, "must be a size, not %s", v.kind)
		case err != nil:
			v.refusef("a number with kB, MB, GB, KiB, MiB or GiB; a bare one is bytes", "%s", err)
		case n < 1 || n > high:
			v.refusef("", "is %s; it must be from %s to %s", showSize(n), showSize(1), showSize(high))
		default:
			*to = n
		}
	}
}

// scalar is a text or a number as text.
func (n *node) scalar() string {
	switch n.kind {
	case whole:
		return strconv.FormatInt(n.whole, 10)
	case fraction:
		return strconv.FormatFloat(n.fraction, 'f', -1, 64)
	default:
		return n.text
	}
}

// texts takes a list of texts one by one.
func (v value) texts(take func(item value)) {
	if !v.is(list) {
		return
	}
	for _, item := range v.items {
		if one := (value{item, v.in, v.key}); one.is(text) {
			take(one)
		}
	}
}
