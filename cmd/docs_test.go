package cmd

import (
	"iter"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/wnotify/wnotify/cmd/config"
	"github.com/wnotify/wnotify/dispatch/event"
	"github.com/wnotify/wnotify/dispatch/trigger"
)

// commands yields every command that people see.
func commands(c *cobra.Command) iter.Seq[*cobra.Command] {
	return func(yield func(*cobra.Command) bool) {
		if c.IsAvailableCommand() || !c.HasParent() {
			if !yield(c) {
				return
			}
		}
		for _, sub := range c.Commands() {
			for s := range commands(sub) {
				if !yield(s) {
					return
				}
			}
		}
	}
}

func TestEveryCommandIsDocumented(t *testing.T) {
	root := CommandLine()
	for c := range commands(root) {
		t.Run(c.CommandPath(), func(t *testing.T) {
			if c.Short == "" || strings.HasSuffix(c.Short, ".") || len(c.Short) > 76 {
				t.Errorf("Short %q: one line of at most 76 characters without a full stop", c.Short)
			}
			if c.Parent() == root && c.GroupID == "" {
				t.Error("it is in no group of the help")
			}
			if c.Example == "" {
				t.Error("it has no example")
			}
			if c.Args == nil && c.ValidArgsFunction == nil && !strings.Contains(c.Use, "FILE") {
				t.Error("it takes any arguments and completes none")
			}
			c.LocalFlags().VisitAll(func(f *pflag.Flag) {
				if f.Usage == "" || strings.HasSuffix(f.Usage, ".") {
					t.Errorf("--%s: %q", f.Name, f.Usage)
				}
			})
		})
	}
}

func TestExamplesNameCommandsAndFlagsThatExist(t *testing.T) {
	root := CommandLine()
	call := regexp.MustCompile(`(?m)(?:^ *|[|&;(] *)wnotify((?: [a-z][a-z-]*)+)([^|;&\n]*)`)
	flag := regexp.MustCompile(` --([a-z][a-z-]*)`)
	for c := range commands(root) {
		for _, m := range call.FindAllStringSubmatch(strings.ReplaceAll(c.Example, "\\\n", " "), -1) {
			words := strings.Fields(m[1])
			found, rest, err := root.Find(words)
			if err != nil || found == root {
				t.Errorf("%s: there is no command %v", c.CommandPath(), words)
				continue
			}
			if found.HasAvailableSubCommands() && len(rest) > 0 {
				t.Errorf("%s: %s has no %v", c.CommandPath(), found.CommandPath(), rest)
			}
			_ = found.InheritedFlags() // merges them
			for _, f := range flag.FindAllStringSubmatch(m[2], -1) {
				if found.Flags().Lookup(f[1]) == nil {
					t.Errorf("%s: %s has no flag --%s", c.CommandPath(), found.CommandPath(), f[1])
				}
			}
		}
	}
}

func TestHelpFitsEightyColumns(t *testing.T) {
	root := CommandLine()
	pages := map[string]string{}
	for c := range commands(root) {
		pages[c.CommandPath()] = run(t, nil, append(strings.Fields(c.CommandPath())[1:], "--help")...).stdout
	}
	for _, name := range topicNames() {
		pages["help "+name] = run(t, nil, "help", name).stdout
	}
	for name, page := range pages {
		if page == "" || strings.Contains(page, "{{") {
			t.Errorf("%s: %q", name, page)
		}
		for line := range strings.Lines(page) {
			if n := utf8.RuneCountInString(strings.TrimRight(line, "\n")); n > helpWidth {
				t.Errorf("%s: %d columns: %s", name, n, line)
			}
		}
	}
}

func TestTopicOnConfigIsAConfiguration(t *testing.T) {
	var sample strings.Builder
	for line := range strings.Lines(topic("config")) {
		if rest, ok := strings.CutPrefix(line, "  "); ok {
			sample.WriteString(rest)
		}
	}
	f, err := config.Decode([]byte(sample.String()), "help config")
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range f.Integration("siem") {
		if !strings.Contains(sample.String(), s.Key+" = ") && s.Given == !strings.Contains(s.Key, ".") {
			t.Errorf("the page does not mention %s", s.Key)
		}
	}
}

// readmePath is where it is, from here.
const readmePath = "../README.md"

// readme is the file itself.
func readme(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile(readmePath)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestReadmeHasTheTableOfExitCodes(t *testing.T) {
	var want strings.Builder
	want.WriteString("| code | name | meaning | repeat the command? |\n|---|---|---|---|\n")
	for _, e := range Exits() {
		want.WriteString("| " + strconv.Itoa(e.Code) + " | " + e.Name + " | " + e.Meaning + " | " + e.Repeat + " |\n")
	}
	if !strings.Contains(readme(t), want.String()) {
		t.Errorf("the table of the README is not the one of exit.go, which is\n%s", want.String())
	}
}

func TestReadmeHasTheTableOfEventTypes(t *testing.T) {
	var want strings.Builder
	want.WriteString("| event type | other names | what |\n|---|---|---|\n")
	row := func(name, about string, aliases []string) {
		var quoted []string
		for _, a := range aliases {
			quoted = append(quoted, "`"+a+"`")
		}
		want.WriteString("| `" + name + "` | " + strings.Join(quoted, ", ") + " | " + about + " |\n")
	}
	for _, top := range event.TopLevel() {
		for _, s := range append([]*event.Selector{top}, top.Subs...) {
			row(s.Name, s.Doc, s.Aliases)
		}
	}
	row("all", allDoc, nil)
	row("none", noneDoc, nil)
	if !strings.Contains(readme(t), want.String()) {
		t.Errorf("the table of the README is not the catalogue, which is\n%s", want.String())
	}
}

func TestReadmeHasTheTableOfConditions(t *testing.T) {
	var want strings.Builder
	want.WriteString("| condition | fires | filters |\n|---|---|---|\n")
	for _, c := range trigger.Conditions() {
		fires := "for each event"
		if c.Counted {
			fires = "above `--more-than N --per TIME`"
		}
		want.WriteString("| `" + c.Name + "` | " + fires + " | `" + strings.Join(c.Fields, "`, `") + "` |\n")
	}
	if !strings.Contains(readme(t), want.String()) {
		t.Errorf("the table of the README is not that of the conditions, which is\n%s", want.String())
	}
}

func TestReadmeMapsEveryPackage(t *testing.T) {
	text := readme(t)
	for _, dir := range packages(t) {
		if !strings.Contains(text, "`"+dir+"`") {
			t.Errorf("the map of the source lacks `%s`", dir)
		}
	}
}

func TestTopicsAreEmbedded(t *testing.T) {
	files, err := topics.ReadDir("topics")
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, f := range files {
		names = append(names, strings.TrimSuffix(f.Name(), ".txt"))
	}
	if got, want := slices.Sorted(slices.Values(topicNames())), slices.Sorted(slices.Values(names)); !slices.Equal(got, want) {
		t.Errorf("help lists %v, there are %v", got, want)
	}
}
