package config

import (
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
)

var update = flag.Bool("update", false, "write the golden files")

// report is everything that is said about a text.
func report(src []byte) string {
	f, err := Decode(src, "config.toml")
	var lines []string
	if invalid, ok := errors.AsType[*InvalidError](err); ok {
		lines = append(lines, invalid.Error())
	}
	if f != nil {
		for _, p := range f.Warnings {
			lines = append(lines, "warning: "+p.String())
		}
	}
	return strings.Join(lines, "\n") + "\n"
}

// TestProblems compares every message with testdata/problems.
func TestProblems(t *testing.T) {
	names, err := filepath.Glob("testdata/problems/*.txtar")
	if err != nil || len(names) == 0 {
		t.Fatal("no golden files", err)
	}
	for _, name := range names {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			a, err := txtar.ParseFile(name)
			if err != nil {
				t.Fatal(err)
			}
			got := report(a.Files[0].Data)
			if strings.Contains(got, "canary") {
				t.Errorf("a secret is shown:\n%s", got)
			}
			if *update {
				a.Files[1].Data = []byte(got)
				if err := os.WriteFile(name, txtar.Format(a), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if want := string(a.Files[1].Data); got != want {
				t.Errorf("got\n%s\nwant\n%s", got, want)
			}
		})
	}
}

// TestEncoding: what is not UTF-8 is said to be so, with its place.
func TestEncoding(t *testing.T) {
	for src, want := range map[string]string{
		"# caf\xe9\n":                     "config.toml:1:6: this is not UTF-8 text (save the file as UTF-8)\n",
		"a = 1\n\xff\xfea\x00":            "config.toml:2:1: this is not UTF-8 text (save the file as UTF-8)\n",
		"# ünï\n[account]\nclüent = 1":    "config.toml:3:3: expected '=' after key\n",
		bom + "verson = 1":                "config.toml:1:2: verson: unknown key (did you mean version?)\n",
		"[account]\r\ncloud = \"XX\"\r\n": "config.toml:2:9: account.cloud: \"XX\" is unknown (one of US, EU)\n",
	} {
		if got := report([]byte(src)); got != want {
			t.Errorf("%q:\n%s\nwant\n%s", src, got, want)
		}
	}
}

func TestProblemOf(t *testing.T) {
	for _, c := range []struct{ key, name, want string }{
		{"integration.siem", "siem", ""},
		{"integration.siem.headers.X-Team", "siem", "headers.X-Team"},
		{`integration."a.b".url`, "a.b", "url"},
		{`integration."a.b".url`, "a", "none"},
		{"integration.siem.url", "sie", "none"},
		{"trigger.siem.condition", "siem", "none"},
	} {
		key, ok := Problem{Key: c.key}.Of(c.name)
		if !ok {
			key = "none"
		}
		if key != c.want {
			t.Errorf("%s of %s: %s, want %s", c.key, c.name, key, c.want)
		}
	}
}
