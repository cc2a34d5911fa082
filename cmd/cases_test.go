package cmd

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// The list of what can go wrong has every case once, and every test that it
// names is there.
func TestCasesHaveTheirTests(t *testing.T) {
	const root = ".."
	text, err := os.ReadFile(filepath.Join(root, "testdata", "cases.md"))
	if err != nil {
		t.Fatal(err)
	}
	row := regexp.MustCompile(`(?m)^\| ([A-HS]\d\d) \| .+ \| (.+) \|$`)
	var cases []string
	for _, m := range row.FindAllStringSubmatch(string(text), -1) {
		cases = append(cases, m[1])
		if strings.HasPrefix(m[2], "not ") {
			continue
		}
		tests, _, _ := strings.Cut(m[2], ":") // what follows explains
		for test := range strings.SplitSeq(tests, ", ") {
			where, name, _ := strings.Cut(test, " ")
			if !hasTest(t, root, where, name) {
				t.Errorf("%s names %q, which is not there", m[1], test)
			}
		}
	}
	var want []string
	for i, n := range []int{28, 12, 20, 27, 10, 18, 6, 8, 12} {
		for k := range n {
			want = append(want, fmt.Sprintf("%c%02d", "ABCDEFGHS"[i], k+1))
		}
	}
	if !slices.Equal(cases, want) {
		t.Errorf("the cases are\n%v, want\n%v", cases, want)
	}
}

// hasTest reports whether a folder has a test of that name; script has files.
func hasTest(t *testing.T, root, where, name string) bool {
	t.Helper()
	if where == "script" {
		_, err := os.Stat(filepath.Join(root, "testdata", "script", name+".txtar"))
		return err == nil
	}
	files, err := filepath.Glob(filepath.Join(root, where, "*_test.go"))
	if err != nil {
		t.Fatal(err)
	}
	return slices.ContainsFunc(files, func(file string) bool {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		return strings.Contains(string(text), "\nfunc "+name+"(")
	})
}
