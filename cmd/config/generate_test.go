package config

import (
	"fmt"
	"slices"
	"strings"

	"pgregory.net/rapid"
)

// owned is a line of a generated file with the table and key it belongs to.
type owned struct{ text, table, key string }

// document is a generated file.
type document struct {
	lines []owned
	eol   string
	bom   string
	last  string // the final line end, or nothing
	names []string
}

func (d *document) String() string {
	texts := make([]string, len(d.lines))
	for i, l := range d.lines {
		texts[i] = l.text
	}
	return d.bom + strings.Join(texts, d.eol) + d.last
}

func (d *document) add(text, table, key string) {
	d.lines = append(d.lines, owned{text, table, key})
}

// values are some spellings of values for some keys, each key with one meaning
// per spelling.
var values = map[string][]string{
	"url":             {`"https://h.example/a"`, `'https://h.example/b'`, `{ env = "URL" }`},
	"method":          {`"POST"`, `'PUT'`, `"PUT"`, "\"\"\"POST\"\"\""},
	"title":           {`"a \" # b [c]"`, `'it is \ literal'`, `"ünïcödé"`, "'''x'''"},
	"enabled":         {"true", "false"},
	"request_timeout": {`"15s"`, "15", "15.5", `"1m30s"`},
	"batch_events":    {"1000", "1_000", "0x10", "+7"},
	"events":          {`["hits"]`, `[ "hits" , "system", ]`, `[]`, `"all"`, `['scope']`},
	"retry":           {`["1s 3s", "5s"]`, "[]"},
	"compression":     {`"gzip"`},
	"signing_secret":  {`""`, `{ file = "/run/s" }`, `[{ env = "A" }, { env = "B" }]`},
}

// keyNames are the keys of values in a fixed order, so that rapid can repeat
// what it found.
var keyNames = []string{"method", "title", "enabled", "request_timeout", "batch_events", "events", "retry", "compression", "signing_secret"}

// documents generates files that are right, in all the shapes people give them.
func documents() *rapid.Generator[*document] {
	return rapid.Custom(func(t *rapid.T) *document {
		d := &document{eol: rapid.SampledFrom([]string{"\n", "\r\n"}).Draw(t, "eol")}
		d.bom = rapid.SampledFrom([]string{"", bom}).Draw(t, "bom")
		d.last = rapid.SampledFrom([]string{d.eol, ""}).Draw(t, "last")
		noise := func(table string) {
			for range rapid.IntRange(0, 2).Draw(t, "noise") {
				d.add(rapid.SampledFrom([]string{"", "# note", "  # indented = 1", "# [integration.no]"}).Draw(t, "line"), table, "")
			}
		}
		noise("")
		d.add("version = 1", "", "version")
		for i := range rapid.IntRange(1, 4).Draw(t, "integrations") {
			name := fmt.Sprintf("n%d", i)
			d.names = append(d.names, name)
			d.add("", "", "")
			for range rapid.IntRange(0, 2).Draw(t, "leading") {
				d.add("# about "+name, name, "comment")
			}
			header := rapid.SampledFrom([]string{"[integration.%s]", "  [ integration . \"%s\" ] # it", "['integration'.%s]"}).Draw(t, "header")
			d.add(fmt.Sprintf(header, name), name, "header")
			keys := rapid.Permutation(append([]string{"url"}, keyNames...)).Draw(t, "keys")
			keys = keys[:rapid.IntRange(0, len(keys)).Draw(t, "some")]
			if !slices.Contains(keys, "url") {
				keys = append(keys, "url")
			}
			for _, k := range keys {
				line := rapid.SampledFrom([]string{"%s = %s", "%s=%s", "\t%s   =  %s  # why"}).Draw(t, "style")
				d.add(fmt.Sprintf(line, k, rapid.SampledFrom(values[k]).Draw(t, "value")), name, k)
				if rapid.IntRange(0, 4).Draw(t, "remark") == 0 {
					d.add("# remark", name, "remark")
				}
			}
			if rapid.Bool().Draw(t, "headers") {
				d.add("[integration."+name+".headers]", name, "headers")
				d.add(`X-Team = "red" # colour`, name, "headers.X-Team")
			}
		}
		return d
	})
}

// without are the lines that belong to neither of the keys of a table.
func (d *document) without(table string, drop func(key string) bool) []string {
	var kept []string
	for _, l := range d.lines {
		if l.table != table || !drop(l.key) {
			kept = append(kept, l.text)
		}
	}
	return kept
}

// extra are the lines of all that are not in kept; ok is false unless kept
// stands in all, line for line and in order.
func extra(kept, all []string) (added []string, ok bool) {
	for _, line := range all {
		if len(kept) > 0 && kept[0] == line {
			kept = kept[1:]
			continue
		}
		added = append(added, line)
	}
	return added, len(kept) == 0
}
