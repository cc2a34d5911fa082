package cmd

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/wnotify/wnotify"

// goList runs go list in the root of the module.
func goList(t *testing.T, args ...string) []string {
	t.Helper()
	c := exec.CommandContext(t.Context(), "go", append([]string{"list"}, args...)...)
	c.Dir = ".."
	var stderr bytes.Buffer
	c.Stderr = &stderr
	out, err := c.Output()
	if err != nil {
		t.Fatalf("go list %v: %v\n%s", args, err, stderr.String())
	}
	return strings.Fields(string(out))
}

// packages lists the folders of our packages, without the root.
func packages(t *testing.T) []string {
	t.Helper()
	var dirs []string
	for _, p := range goList(t, "./...") {
		if dir, ok := strings.CutPrefix(p, module+"/"); ok {
			dirs = append(dirs, dir)
		}
	}
	return dirs
}

func TestProgramLinksNothingItShouldNot(t *testing.T) {
	forbidden := map[string]string{
		"testing":                          "brings flags of its own, and says that tests are linked in",
		"html/template":                    "2 MB; reports are written by hand",
		"net/http/pprof":                   "opens endpoints in net/http's default server",
		"plugin":                           "the program is static",
		"pgregory.net/rapid":               "for tests",
		"go.uber.org/goleak":               "for tests",
		"github.com/stretchr/testify":      "for tests, and not in them either",
		"github.com/rs/zerolog/log":        "a global logger",
		module + "/store/memory":           "the model, for tests",
		module + "/store/storetest":        "for tests",
		module + "/dispatch/receiver/fake": "for tests",
	}
	deps := goList(t, "-deps", ".")
	for pkg, why := range forbidden {
		for _, dep := range deps {
			if dep == pkg || strings.HasPrefix(dep, pkg+"/") && strings.Contains(pkg, ".") {
				t.Errorf("%s is linked: %s", dep, why)
			}
		}
	}
}

func TestTopLevelIsTheHouse(t *testing.T) {
	entries, err := os.ReadDir("..")
	if err != nil {
		t.Fatal(err)
	}
	house := []string{"LICENSE", "README.md", "cmd", "dispatch", "go.mod", "go.sum", "main.go", "retry", "store", "testdata"}
	for _, e := range entries {
		if !strings.HasPrefix(e.Name(), ".") && !slices.Contains(house, e.Name()) {
			t.Errorf("%s has no place at the top level", e.Name())
		}
	}
}

func TestFilesAreSmall(t *testing.T) {
	const most = 300 // lines
	err := filepath.WalkDir("..", func(path string, e os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if e.IsDir() && strings.HasPrefix(e.Name(), ".") && path != ".." {
			return filepath.SkipDir
		}
		if e.IsDir() || filepath.Ext(path) != ".go" || strings.HasSuffix(path, "_test.go") {
			return nil
		}
		text, err := os.ReadFile(path)
		if n := bytes.Count(text, []byte("\n")); n > most {
			t.Errorf("%s has %d lines, more than %d: take it apart", path, n, most)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
