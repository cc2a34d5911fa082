package cmd

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// recipes are the blocks of the README that stand below <!-- recipe: NAME -->.
func recipes(readme string) map[string]string {
	blocks := map[string]string{}
	for _, m := range regexp.MustCompile("(?ms)^<!-- recipe: (\\w+) -->\n```\\w+\n(.*?)^```$").FindAllStringSubmatch(readme, -1) {
		blocks[m[1]] = m[2]
	}
	return blocks
}

// recipe NAME [OLD NEW]... writes a recipe of the README, as it stands but for
// what exists only elsewhere, into the file NAME.
func recipe(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args)%2 != 1 {
		ts.Fatalf("usage: recipe NAME [OLD NEW]...")
	}
	readme, err := os.ReadFile(readmePath)
	ts.Check(err)
	text, ok := recipes(string(readme))[args[0]]
	if !ok {
		ts.Fatalf("the README has no recipe %s", args[0])
	}
	for i := 1; i < len(args); i += 2 {
		if !strings.Contains(text, args[i]) {
			ts.Fatalf("there is no %s in the recipe", args[i])
		}
		text = strings.ReplaceAll(text, args[i], args[i+1])
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(text), 0o600))
}

// A recipe that no script runs is not promised.
func TestEveryRecipeIsRun(t *testing.T) {
	script, err := os.ReadFile(filepath.Join("..", "testdata", "script", "recipes.txtar"))
	if err != nil {
		t.Fatal(err)
	}
	blocks := recipes(readme(t))
	if marks := strings.Count(readme(t), "<!-- recipe: "); marks != len(blocks) || marks == 0 {
		t.Errorf("%d recipes are marked, %d were found", marks, len(blocks))
	}
	_, section, _ := strings.Cut(readme(t), "\n## Recipes\n")
	section, _, _ = strings.Cut(section, "\n## ")
	if fences, marks := strings.Count(section, "\n```")/2, strings.Count(section, "<!-- recipe: "); fences != marks || fences == 0 {
		t.Errorf("the section Recipes has %d blocks, %d are recipes", fences, marks)
	}
	for name := range blocks {
		if !regexp.MustCompile(`(?m)^recipe ` + name + `\b`).Match(script) {
			t.Errorf("no script runs the recipe %s", name)
		}
	}
}
