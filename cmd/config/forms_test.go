package config

import (
	"errors"
	"reflect"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// forms are ways to write integration b with an address and a header.
var forms = []string{
	"[integration.b]\nurl = U\n[integration.b.headers]\nX-A = '1'\n",
	"[integration.b]\nurl = U\nheaders.X-A = '1'\n",
	"[integration.b]\nheaders = { X-A = '1' }\nurl = U\n",
	"[integration]\nb.url = U\nb.headers.X-A = '1'\n",
	"[integration]\nb.headers = { X-A = '1' }\nb.url = U\n",
	"[integration]\nb.url = U\n[integration.b.headers]\nX-A = '1'\n",
	"[integration]\nb = { url = U, headers = { X-A = '1' } }\n",
	"[integration]\nb = { url = U, headers.X-A = '1' }\n",
	"integration.b.headers.X-A = '1'\nintegration.b.url = U\n",
	"integration.b = { headers.X-A = '1', url = U }\n",
	"integration = { b.url = U, b.headers.X-A = '1' }\n",
	"integration = { b = { url = U, headers = { X-A = '1' } } }\n",
}

// TestSetInEveryForm: whatever form a file has, its keys and the keys in its
// tables can be set and taken out.
func TestSetInEveryForm(t *testing.T) {
	urls := []string{"'https://b.example.com'", "{ file = '/run/url' }"}
	rapid.Check(t, func(t *rapid.T) {
		form := rapid.SampledFrom(forms).Draw(t, "form")
		src := "version = 1\n" + strings.Replace(form, "U", rapid.SampledFrom(urls).Draw(t, "url"), 1)
		want := meaning(t, []byte(src))
		b := tableOf(want, "b")
		draft := NewIntegration("b")
		edits := map[string]func(){
			"header":  func() { draft.Header("X-B: 2"); b["headers"].(map[string]any)["X-B"] = "2" },
			"replace": func() { draft.Header("x-a: 3"); b["headers"].(map[string]any)["X-A"] = "3" },
			"secret": func() {
				draft.SecretHeader("X-S=env:S")
				b["secret_headers"] = map[string]any{"X-S": map[string]any{"env": "S"}}
			},
			"signing": func() { draft.Set("signing_secret", "env:S"); b["signing_secret"] = map[string]any{"env": "S"} },
			"url":     func() { draft.Set("url", "https://new.example.com"); b["url"] = "https://new.example.com" },
			"title":   func() { draft.Set("title", "t"); b["title"] = "t" },
		}
		names := []string{"header", "replace", "secret", "signing", "url", "title"}
		for _, name := range rapid.SliceOfNDistinct(rapid.SampledFrom(names), 1, -1, rapid.ID).Draw(t, "edits") {
			edits[name]()
		}
		got, err := Apply([]byte(src), "config.toml", func(d *Document) error { return d.Set(draft) })
		if err != nil {
			t.Fatalf("%v\n%s", err, src)
		}
		if is := meaning(t, got); !reflect.DeepEqual(is, want) {
			t.Fatalf("means\n%v\nwant\n%v", is, want)
		}
		unset := NewIntegration("b")
		unset.Unset("headers")
		delete(b, "headers")
		got, err = Apply(got, "config.toml", func(d *Document) error { return d.Set(unset) })
		if err != nil || !reflect.DeepEqual(meaning(t, got), want) {
			t.Fatalf("%v\n%s", err, got)
		}
	})
}

// TestPasteFitsTheForm: what cannot be written is printed as it has to be
// spelled in the place that is named.
func TestPasteFitsTheForm(t *testing.T) {
	tests := map[string]string{ // the file, and what to paste
		"integration.b.url = U\n":                  "# beside integration.b.url in line 2 of config.toml:\nintegration.b.title = \"t\"\nintegration.b.headers.X-B = \"2\"\n",
		"[integration]\nb.url = U\nb.title = ''\n": "# in the place of integration.b.title in line 4 of config.toml:\nb.title = \"t\"\n# beside integration.b.title in line 4 of config.toml:\nb.headers.X-B = \"2\"\n",
		"[integration.b]\nurl = U\n":               "# below [integration.b] in line 2 of config.toml:\ntitle = \"t\"\n# at the end of config.toml:\n[integration.b.headers]\nX-B = \"2\"\n",
		"[integration]\nb = { url = U }\n":         "# between the braces of integration.b in line 3 of config.toml:\ntitle = \"t\"\nheaders.X-B = \"2\"\n",
	}
	for file, want := range tests {
		_, err := Apply([]byte("version = 1\n"+strings.Replace(file, "U", "'https://b.example.com'", 1)), "config.toml", func(d *Document) error {
			draft := NewIntegration("b")
			draft.Set("title", "t")
			draft.Header("X-B: 2")
			return errors.Join(d.Set(draft), &HandError{})
		})
		hand, ok := errors.AsType[*HandError](err)
		if !ok || hand.Paste != want {
			t.Errorf("%s: %v, to paste:\n%s\nwant\n%s", file, err, hand.Paste, want)
		}
	}
}
