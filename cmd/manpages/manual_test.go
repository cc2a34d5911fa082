package main

import (
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/wnotify/wnotify/cmd"
)

func TestEveryCommandAndTopicHasAPage(t *testing.T) {
	m := newManual("")
	for _, name := range []string{"wnotify.1", "wnotify-send.1", "wnotify-integration-add.1", "wnotify-config.1"} {
		if m[name] == nil {
			t.Errorf("there is no %s", name)
		}
	}
	for name := range cmd.Topics() {
		if m["wnotify-"+name+".7"] == nil {
			t.Errorf("there is no page for the topic %s", name)
		}
	}
}

// Text of ours is never read as a request of troff, and what a page refers to
// is there.
func TestPagesHoldOnlyTheirMacros(t *testing.T) {
	m := newManual("2026-11-21")
	macros := []string{".TH", ".nh", ".ad", ".SH", ".PP", ".TP", ".EX", ".EE", ".BR"}
	see := regexp.MustCompile(`(?m)^\.BR \\%(\S+) \((\d)\)`)
	for name, text := range m {
		for line := range strings.Lines(string(text)) {
			if word, _, _ := strings.Cut(strings.TrimSpace(line), " "); strings.HasPrefix(line, ".") && !slices.Contains(macros, word) {
				t.Errorf("%s: %s", name, line)
			}
			if strings.HasPrefix(line, "'") {
				t.Errorf("%s: %s", name, line)
			}
		}
		for _, r := range see.FindAllStringSubmatch(string(text), -1) {
			if page := strings.ReplaceAll(r[1], `\-`, "-") + "." + r[2]; m[page] == nil {
				t.Errorf("%s refers to %s", name, page)
			}
		}
	}
}

func TestEscape(t *testing.T) {
	for text, want := range map[string]string{
		`.TH evil`: `\&.TH evil`, `'br`: `\(aqbr`, `a\b`: `a\eb`, `--to "x"`: `\-\-to \(dqx\(dq`, "~/`^`": `\(ti/\(ga\(ha\(ga`,
	} {
		if got := escape(text); got != want {
			t.Errorf("%s: %s, want %s", text, got, want)
		}
	}
}

func TestDate(t *testing.T) {
	for epoch, want := range map[string]string{"": "", "1700000000": "2023-11-14"} {
		if got, err := date(epoch); err != nil || got != want {
			t.Errorf("%q: %q, %v", epoch, got, err)
		}
	}
	if _, err := date("today"); err == nil {
		t.Error("today is no number")
	}
}

// What reads manuals has nothing to say about ours.
func TestPagesAreRight(t *testing.T) {
	dir := t.TempDir()
	if err := newManual("2026-11-21").write(dir); err != nil {
		t.Fatal(err)
	}
	pages, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil || len(pages) < 50 {
		t.Fatalf("%d pages: %v", len(pages), err)
	}
	for tool, args := range map[string][]string{
		"mandoc": {"-T", "lint", "-W", "warning"},
		"groff":  {"-man", "-ww", "-z", "-K", "utf-8"},
	} {
		t.Run(tool, func(t *testing.T) {
			path, err := exec.LookPath(tool)
			if err != nil {
				t.Skip(err)
			}
			if out, err := exec.CommandContext(t.Context(), path, append(args, pages...)...).CombinedOutput(); err != nil || len(out) > 0 {
				t.Errorf("%v\n%.2000s", err, out)
			}
		})
	}
}
