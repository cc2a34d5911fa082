package config

import (
	"bytes"
	"errors"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"testing"

	"github.com/pelletier/go-toml/v2"
	"github.com/rogpeppe/go-internal/txtar"
)

// seeds are the texts of the golden files.
func seeds(f *testing.F) {
	f.Helper()
	for _, pattern := range []string{"testdata/problems/*.txtar", "testdata/edits/*.txtar"} {
		names, err := filepath.Glob(pattern)
		if err != nil {
			f.Fatal(err)
		}
		for _, name := range names {
			a, err := txtar.ParseFile(name)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(a.Files[0].Data)
		}
	}
	for _, name := range []string{"testdata/example.toml", "starter.toml"} {
		src, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(src)
	}
	for _, s := range []string{bom + "a=1", "a=1\r\nb=2", "a.b=1\n[a]\nc=1", "[[a]]\n[a.b]\n[[a]]\n[a.b]", "a={b=[{c=1}]}\na.d=1", "a=nan", "[a.b]\n[a]\nb.c=1", "a=\"\"\"\n", "[\"\"]\n''=1"} {
		f.Add([]byte(s))
	}
}

// FuzzDecode: no text makes it panic, every problem has a place, and the tree
// is what go-toml decodes; what go-toml refuses has a fault, and nothing else.
func FuzzDecode(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, src []byte) {
		file, err := Decode(src, "config.toml")
		var invalid *InvalidError
		if err != nil && (!errors.As(err, &invalid) || len(invalid.Problems) == 0) || (err == nil) != (file != nil) {
			t.Fatalf("%v", err)
		}
		if invalid != nil {
			for _, p := range invalid.Problems {
				if p.Line < 1 || p.Column < 1 || p.Message == "" {
					t.Fatalf("no place: %+v", p)
				}
			}
		}
		root, faults := parse(src)
		var want map[string]any
		err = toml.Unmarshal(bytes.TrimPrefix(src, []byte(bom)), &want)
		if (err != nil) != (len(faults) > 0) {
			t.Fatalf("go-toml: %v; faults: %+v", err, faults)
		}
		if err == nil && !odd(want) && !reflect.DeepEqual(root.plainTable(), orEmpty(want)) {
			t.Fatalf("tree %v, go-toml %v", root.plainTable(), want)
		}
	})
}

func orEmpty(m map[string]any) map[string]any {
	if m == nil {
		return map[string]any{}
	}
	return m
}

// odd reports whether there are dates, which the tree keeps as text, or a NaN,
// which equals nothing.
func odd(v any) bool {
	switch v := v.(type) {
	case map[string]any:
		for _, e := range v {
			if odd(e) {
				return true
			}
		}
		return false
	case []any:
		return slices.ContainsFunc(v, odd)
	case float64:
		return math.IsNaN(v)
	case string, bool, int64:
		return false
	default:
		return true
	}
}

// FuzzEdit: a right file stays right or is left to a person; what is not
// edited keeps its meaning.
func FuzzEdit(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, src []byte) {
		file, err := Decode(src, "config.toml")
		if err != nil {
			return
		}
		for _, i := range file.Settings().Integrations {
			set := NewIntegration(i.Name)
			set.Set("title", "fuzzed")
			set.Set("events", "scope")
			set.Header("X-Fuzz: 1")
			set.Unset("retry")
			for _, edit := range []func(*Document) error{
				func(d *Document) error { return d.Set(set) },
				func(d *Document) error { return d.DeleteIntegration(i.Name) },
			} {
				got, err := Apply(src, "config.toml", edit)
				var hand *HandError
				var invalid *InvalidError
				if err != nil {
					if !errors.As(err, &hand) && !errors.As(err, &invalid) {
						t.Fatalf("%v", err)
					}
					continue
				}
				now, err := Decode(got, "config.toml")
				if err != nil {
					t.Fatalf("%v\n%s", err, got)
				}
				for _, other := range file.Settings().Integrations {
					is, _ := new(now.Settings()).Integration(other.Name)
					if other.Name != i.Name && !reflect.DeepEqual(is, other) {
						t.Fatalf("%s changed:\n%s\n%s", other.Name, src, got)
					}
				}
			}
		}
		fresh := NewIntegration("fuzz-added")
		fresh.Set("url", "https://h.example/")
		got, err := Apply(src, "config.toml", func(d *Document) error { return d.Add(fresh) })
		if err == nil && !bytes.HasPrefix(got, src) {
			t.Fatalf("what was there changed:\n%s\n%s", src, got)
		}
	})
}
