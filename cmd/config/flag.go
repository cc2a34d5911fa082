package config

import (
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// The keys whose flag is not plain text.
var (
	truthKeys = []string{"enabled", "include_hit_headers", "verify_tls", "allow_http"}
	wholeKeys = []string{"batch_events", "more_than", "request_timeout", "connection_timeout", "batch_bytes", "per"}
	pathKeys  = []string{"ca_certificate", "client_certificate", "client_key"}
)

// Set gives a key the value of its flag, several for flags that are repeated.
// Key is the name in the file, as request_timeout; of a trigger also more_than
// and per. Paths are made absolute, since the file does not stand where the
// command does; a url or signing_secret of the form file:PATH, credential:NAME
// or env:NAME is a reference.
func (d *Draft) Set(key string, texts ...string) {
	last := ""
	if len(texts) > 0 {
		last = texts[len(texts)-1]
	}
	switch key {
	case "headers":
		for _, t := range texts {
			d.Header(t)
		}
	case "secret_headers":
		for _, t := range texts {
			d.SecretHeader(t)
		}
	case "filters":
		d.filters(texts)
	case "more_than", "per":
		d.threshold(key, flagValue(key, last))
	case "events", "integrations":
		d.set.put(key, -1, words(texts))
	case "retry":
		d.set.put(key, -1, cycles(texts))
	case "signing_secret":
		d.set.put(key, -1, signingFlag(texts))
	default:
		d.set.put(key, -1, flagValue(key, last))
	}
}

// threshold sets one of the two parts of a threshold, whatever comes first.
func (d *Draft) threshold(key string, v *node) {
	n := newTable(inline, -1)
	for _, k := range []string{"more_than", "per"} {
		if k == key {
			n.put(k, -1, v)
		} else if old := d.set.find("threshold", k); old != nil {
			n.put(k, -1, old)
		}
	}
	d.set.put("threshold", -1, n)
}

// flagValue reads what a flag says. What cannot be read stays text, and is
// refused by the code that reads the file.
func flagValue(key, s string) *node {
	if b, err := strconv.ParseBool(s); err == nil && slices.Contains(truthKeys, key) {
		return &node{kind: truth, at: -1, truth: b}
	}
	if n, err := strconv.ParseInt(s, 10, 64); err == nil && slices.Contains(wholeKeys, key) {
		return &node{kind: whole, at: -1, whole: n}
	}
	if slices.Contains(pathKeys, key) && s != "" && !strings.Contains(s, "-----BEGIN") {
		return newText(absolute(s))
	}
	if ref := reference(s); ref != nil && key == "url" {
		return ref
	}
	return newText(s)
}

func absolute(path string) string {
	if abs, err := filepath.Abs(path); err == nil {
		return abs
	}
	return path
}

// words are the items of a flag that is repeated or has commas. "none" alone
// is the empty list.
func words(texts []string) *node {
	n := &node{kind: list, at: -1}
	for _, t := range texts {
		for word := range strings.SplitSeq(t, ",") {
			if word = strings.TrimSpace(word); word != "" {
				n.items = append(n.items, newText(word))
			}
		}
	}
	if len(n.items) == 1 && n.items[0].text == "none" {
		n.items = nil
	}
	return n
}

// cycles are the cycles of a schedule; "none" or nothing is one attempt.
func cycles(texts []string) *node {
	n := &node{kind: list, at: -1}
	for _, t := range texts {
		for cycle := range strings.SplitSeq(t, ",") {
			if cycle = strings.TrimSpace(cycle); cycle != "" && cycle != "none" {
				n.items = append(n.items, newText(cycle))
			}
		}
	}
	return n
}

func signingFlag(texts []string) *node {
	n := &node{kind: list, at: -1}
	for _, t := range texts {
		item := reference(t)
		if item == nil {
			item = newText(t)
		}
		n.items = append(n.items, item)
	}
	if len(n.items) == 1 {
		return n.items[0]
	}
	return n
}

// filters reads "field=a,b" and "field!=a".
func (d *Draft) filters(texts []string) {
	n := &node{kind: list, at: -1}
	for _, t := range texts {
		name, values, found := strings.Cut(t, "=")
		if !found {
			d.refuse("filters", "as 'attack_type=sqli,xss' or 'domain!=test.example.com'", cite(t)+" has no =")
			continue
		}
		f := newTable(inline, -1)
		field, not := strings.CutSuffix(name, "!")
		f.put("field", -1, newText(strings.TrimSpace(field)))
		if not {
			f.put("not", -1, &node{kind: truth, at: -1, truth: true})
		}
		list := &node{kind: list, at: -1}
		for value := range strings.SplitSeq(values, ",") {
			list.items = append(list.items, newText(strings.TrimSpace(value)))
		}
		f.put("values", -1, list)
		n.items = append(n.items, f)
	}
	d.set.put("filters", -1, n)
}
