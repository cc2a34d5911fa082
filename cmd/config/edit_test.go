package config

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
)

// script is what the comment of a file in testdata/edits says: "add", "set" or
// "delete", integration or trigger, and its name, followed by one line
// key=value for each flag.
func script(t *testing.T, text string) func(*Document) error {
	t.Helper()
	var steps []func(*Document) error
	var draft *Draft
	var given map[string][]string // flags that are repeated
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(line, "\n")
		if key, value, found := strings.Cut(line, "="); found {
			if key == "unset" {
				draft.Unset(value)
			} else {
				given[key] = append(given[key], value)
				if key == "headers" || key == "secret_headers" {
					given[key] = []string{value}
				}
				draft.Set(key, given[key]...)
			}
			continue
		}
		verb, name := strings.Fields(line)[0], strings.Fields(line)[2]
		draft, given = NewIntegration(name), map[string][]string{}
		if strings.Fields(line)[1] == "trigger" {
			draft = NewTrigger(name)
		}
		d := draft
		steps = append(steps, map[string]func(*Document) error{
			"add": func(doc *Document) error { return doc.Add(d) },
			"set": func(doc *Document) error { return doc.Set(d) },
			"delete": func(doc *Document) error {
				if d.what == triggerWhat {
					return doc.DeleteTrigger(name)
				}
				return doc.DeleteIntegration(name)
			},
		}[verb])
	}
	return func(doc *Document) error {
		for i, step := range steps {
			if step == nil {
				return fmt.Errorf("step %d is unknown", i)
			}
			if err := step(doc); err != nil {
				return err
			}
		}
		return nil
	}
}

// TestEdits compares every edit with testdata/edits: before, and after or the
// error.
func TestEdits(t *testing.T) {
	names, err := filepath.Glob("testdata/edits/*.txtar")
	if err != nil || len(names) == 0 {
		t.Fatal("no files", err)
	}
	for _, name := range names {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			a, err := txtar.ParseFile(name)
			if err != nil {
				t.Fatal(err)
			}
			got, err := Apply(a.Files[0].Data, "config.toml", script(t, string(a.Comment)))
			if a.Files[1].Name == "error" {
				if err == nil {
					t.Fatalf("no error; the text is now\n%s", got)
				}
				if want := string(a.Files[1].Data); err.Error()+"\n" != want {
					t.Errorf("error\n%s\nwant\n%s", err, want)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if want := string(a.Files[1].Data); string(got) != want {
				t.Errorf("got\n%s\nwant\n%s", got, want)
			}
		})
	}
}
