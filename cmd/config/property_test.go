package config

import (
	"bytes"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/pelletier/go-toml/v2"
	"pgregory.net/rapid"
)

// meaning is a text as go-toml decodes it.
func meaning(t *rapid.T, src []byte) map[string]any {
	var m map[string]any
	if err := toml.Unmarshal(bytes.TrimPrefix(src, []byte(bom)), &m); err != nil {
		t.Fatalf("%v\n%s", err, src)
	}
	return m
}

func tableOf(m map[string]any, name string) map[string]any {
	all, _ := m["integration"].(map[string]any)
	one, _ := all[name].(map[string]any)
	return one
}

// lines splits as the generator joined.
func (d *document) split(src []byte) []string {
	s := strings.TrimPrefix(string(src), bom)
	return strings.Split(strings.TrimSuffix(s, d.last), d.eol)
}

// TestSetTouchesOneLine: whatever the file looks like, setting a key changes
// the line of that key, or adds one, and means exactly that.
func TestSetTouchesOneLine(t *testing.T) {
	flags := map[string]struct {
		text string
		want any
	}{
		"method":          {"PUT", "PUT"},
		"title":           {"new 'title' # \"x\"", "new 'title' # \"x\""},
		"enabled":         {"false", false},
		"request_timeout": {"44", int64(44)},
		"batch_events":    {"77", int64(77)},
		"events":          {"hits,scope", []any{"hits", "scope"}},
		"retry":           {"2s 2s", []any{"2s 2s"}},
		"compression":     {"zstd", "zstd"},
		"url":             {"https://new.example/?a=b", "https://new.example/?a=b"},
		"signing_secret":  {"file:/run/new", map[string]any{"file": "/run/new"}},
	}
	rapid.Check(t, func(t *rapid.T) {
		d := documents().Draw(t, "document")
		name := rapid.SampledFrom(d.names).Draw(t, "name")
		key := rapid.SampledFrom(append([]string{"url"}, keyNames...)).Draw(t, "key")
		src := []byte(d.String())
		draft := NewIntegration(name)
		draft.Set(key, flags[key].text)
		got, err := Apply(src, "config.toml", func(doc *Document) error { return doc.Set(draft) })
		if err != nil {
			t.Fatalf("%v\n%s", err, src)
		}
		again, err := Apply(got, "config.toml", func(doc *Document) error { return doc.Set(draft) })
		if err != nil || !bytes.Equal(again, got) {
			t.Fatalf("the second time it changes again, %v:\n%s\n%s", err, got, again)
		}
		if bytes.Equal(got, src) {
			return // it meant that already
		}
		want := meaning(t, src)
		tableOf(want, name)[key] = flags[key].want
		if is := meaning(t, got); !reflect.DeepEqual(is, want) {
			t.Fatalf("means\n%v\nwant\n%v", is, want)
		}
		added, ok := extra(d.without(name, func(k string) bool { return k == key }), d.split(got))
		if !ok || len(added) != 1 {
			t.Fatalf("other lines changed: %q\n%s\n%s", added, src, got)
		}
		for _, l := range d.lines {
			if l.table == name && l.key == key {
				before, _, _ := strings.Cut(l.text, "=")
				if !strings.HasPrefix(added[0], before+"=") || strings.HasSuffix(l.text, "# why") != strings.HasSuffix(added[0], "# why") {
					t.Fatalf("%q became %q", l.text, added[0])
				}
			}
		}
	})
}

// TestUnsetTakesOneLine: unsetting takes the line of a key, and nothing else.
func TestUnsetTakesOneLine(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := documents().Draw(t, "document")
		name := rapid.SampledFrom(d.names).Draw(t, "name")
		key := rapid.SampledFrom(append([]string{"headers.X-Team"}, keyNames...)).Draw(t, "key")
		src := []byte(d.String())
		draft := NewIntegration(name)
		draft.Unset(key)
		got, err := Apply(src, "config.toml", func(doc *Document) error { return doc.Set(draft) })
		if err != nil {
			t.Fatalf("%v\n%s", err, src)
		}
		want := meaning(t, src)
		if first, rest, deep := strings.Cut(key, "."); deep {
			if h, ok := tableOf(want, name)[first].(map[string]any); ok {
				delete(h, rest)
			}
		} else {
			delete(tableOf(want, name), key)
		}
		if is := meaning(t, got); !reflect.DeepEqual(is, want) {
			t.Fatalf("means\n%v\nwant\n%v\n%s\n%s", is, want, src, got)
		}
		kept := d.without(name, func(k string) bool { return k == key })
		if lines := d.split(got); !slices.Equal(trimEnd(lines), trimEnd(kept)) {
			t.Fatalf("got %q\nwant %q", lines, kept)
		}
	})
}

// trimEnd drops empty lines at the end: the last line may have lost its end
// with its neighbour.
func trimEnd(lines []string) []string {
	for len(lines) > 0 && lines[len(lines)-1] == "" {
		lines = lines[:len(lines)-1]
	}
	return lines
}

// TestDeleteTakesOneTable: deleting takes a table with its comments and blank
// lines, and nothing else.
func TestDeleteTakesOneTable(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := documents().Draw(t, "document")
		name := rapid.SampledFrom(d.names).Draw(t, "name")
		src := []byte(d.String())
		got, err := Apply(src, "config.toml", func(doc *Document) error { return doc.DeleteIntegration(name) })
		if err != nil {
			t.Fatalf("%v\n%s", err, src)
		}
		want := meaning(t, src)
		all, _ := want["integration"].(map[string]any)
		delete(all, name)
		if len(all) == 0 {
			delete(want, "integration")
		}
		if is := meaning(t, got); !reflect.DeepEqual(is, want) {
			t.Fatalf("means\n%v\nwant\n%v", is, want)
		}
		blank := func(s string) bool { return s == "" || s == "# remark" } // a remark below the last key goes with it
		kept := slices.DeleteFunc(d.without(name, func(string) bool { return true }), blank)
		if lines := slices.DeleteFunc(d.split(got), blank); !slices.Equal(lines, kept) {
			t.Fatalf("got %q\nwant %q", lines, kept)
		}
	})
}

// TestAddAndDelete leave what was there before.
func TestAddAndDelete(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := documents().Draw(t, "document")
		d.last = d.eol
		for len(d.lines) > 0 && d.lines[len(d.lines)-1].text == "" {
			d.lines = d.lines[:len(d.lines)-1]
		}
		src := []byte(d.String())
		draft := NewIntegration("new")
		draft.Set("url", "https://new.example/")
		draft.Set("headers", "X-A: 1")
		added, err := Apply(src, "config.toml", func(doc *Document) error { return doc.Add(draft) })
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.HasPrefix(added, src) {
			t.Fatalf("what was there changed:\n%s\n%s", src, added)
		}
		if strings.Count(string(added), "\n") != strings.Count(string(added), d.eol) {
			t.Fatalf("line ends are mixed: %q", added)
		}
		got, err := Apply(added, "config.toml", func(doc *Document) error { return doc.DeleteIntegration("new") })
		if err != nil || !bytes.Equal(got, src) {
			t.Fatalf("%v\n%q\n%q", err, src, got)
		}
	})
}
