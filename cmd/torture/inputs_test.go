//go:build torture && unix

package torture

import (
	"cmp"
	"context"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// TestMutatedInputs compares the scanner with its references, on mutated
// inputs, until the budget is used up.
func TestMutatedInputs(t *testing.T) {
	args := []string{"-tags", "torture", "-run", "^TestTorture$", "./dispatch/scan", "-torture.n", "0", "-torture.for", budget.String()}
	if *seed != 0 {
		args = append(args, "-torture.seed", strconv.FormatUint(*seed, 10))
	}
	out := goTest(t, *budget, args...)
	t.Logf("%s", compared.FindString(out))
}

// TestFuzzTargets lets the fuzzer of Go work on each target of the module, all
// together until the budget is used up.
func TestFuzzTargets(t *testing.T) {
	targets := fuzzTargets(t)
	each := max(*budget/time.Duration(len(targets)), 2*time.Second)
	total := 0
	for _, f := range targets {
		out := goTest(t, each, "-run", "^$", "-fuzz", "^"+f.name+"$", "-fuzztime", each.String(), f.folder)
		said := executions.FindAllStringSubmatch(out, -1)
		if len(said) == 0 {
			t.Errorf("%s %s does not say how much it tried:\n%s", f.folder, f.name, out)
			continue
		}
		last := said[len(said)-1]
		n, err := strconv.Atoi(cmp.Or(last[1], last[2]))
		if err != nil {
			t.Error(err)
		}
		total += n
		t.Logf("%s %s: %d inputs", f.folder, f.name, n)
	}
	t.Logf("%d inputs of %d fuzz targets, %v each", total, len(targets), each)
}

var (
	compared   = regexp.MustCompile(`seed \d+: \d+ inputs compared .*`)
	executions = regexp.MustCompile(`execs: (\d+)|baseline coverage: (\d+)/`) // a short one does not get further
	late       = regexp.MustCompile(`(?m)^--- FAIL: Fuzz\w+ \(.*\)\n +context deadline exceeded$`)
	declared   = regexp.MustCompile(`(?m)^func (Fuzz\w+)\(\w+ \*testing\.F\)`)
)

// fuzzTarget is a fuzz target and the folder of its package, from the root.
type fuzzTarget struct{ folder, name string }

// root is the folder of the module.
const root = "../.."

func fuzzTargets(t *testing.T) []fuzzTarget {
	t.Helper()
	var found []fuzzTarget
	err := filepath.WalkDir(root, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() || !strings.HasSuffix(path, "_test.go") {
			return err
		}
		text, err := os.ReadFile(path)
		folder, _ := filepath.Rel(root, filepath.Dir(path)) // it is below
		for _, m := range declared.FindAllStringSubmatch(string(text), -1) {
			found = append(found, fuzzTarget{"./" + filepath.ToSlash(folder), m[1]})
		}
		return err
	})
	if err != nil || len(found) == 0 {
		t.Fatalf("%d fuzz targets: %v", len(found), err)
	}
	slices.SortFunc(found, func(a, b fuzzTarget) int { return strings.Compare(fmt.Sprint(a), fmt.Sprint(b)) })
	return found
}

// endedLate reports whether a fuzz target failed only because its time was over:
// until Go 1.27 the fuzzer now and then takes that for a failure
// (go.dev/issue/75804). What it really finds it writes to a file, and says so.
func endedLate(out string) bool {
	failures := strings.Count(out, "--- FAIL: ")
	return failures == 1 && late.MatchString(out) && !strings.Contains(out, "Failing input written")
}

// goTest runs other tests of the module, which take about so long, and fails
// with them.
func goTest(t *testing.T, long time.Duration, args ...string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*long+10*time.Minute)
	defer cancel()
	p := exec.CommandContext(ctx, "go", append([]string{"test", "-count=1", "-v", "-timeout", "0"}, args...)...)
	p.Dir = root
	out, err := p.CombinedOutput()
	if err != nil && !endedLate(string(out)) {
		t.Errorf("go test %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return string(out)
}
