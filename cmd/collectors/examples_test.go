//go:build unix

package collectors

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/wnotify/wnotify/cmd/config"
)

const examples = "../../testdata/collectors"

// configurations are the examples for collectors.
func configurations(t *testing.T) []string {
	t.Helper()
	var paths []string
	for _, pattern := range []string{"*/*.conf", "*/*.yaml"} {
		found, err := filepath.Glob(filepath.Join(examples, pattern))
		if err != nil {
			t.Fatal(err)
		}
		paths = append(paths, found...)
	}
	if len(paths) < 15 {
		t.Fatalf("only %d examples are found", len(paths))
	}
	return paths
}

// TestEachExampleIsFed: beside each configuration of a collector stands the
// integration that feeds it, without a problem or a doubt.
func TestEachExampleIsFed(t *testing.T) {
	for _, path := range configurations(t) {
		feed := strings.TrimSuffix(path, filepath.Ext(path)) + ".toml"
		f, err := config.Load(feed)
		if err != nil {
			t.Error(err)
			continue
		}
		if i := f.Settings().Integrations; len(i) != 1 || len(f.Warnings) > 0 {
			t.Errorf("%s: %d integrations, %v", feed, len(i), f.Warnings)
		}
	}
	d := newDesk(t)
	feed, err := filepath.Abs(filepath.Join(examples, "fluentd", "file.toml"))
	d.must(err)
	if stdout := d.wnotify("", "config", "check", feed); !strings.Contains(stdout, "1 integration") {
		t.Error(stdout)
	}
}

// TestExamplesAreBalanced is what can be said without the programs: what is
// opened is closed, in order. Comments and texts do not count.
func TestExamplesAreBalanced(t *testing.T) {
	for _, path := range configurations(t) {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if why := unbalanced(string(text)); why != "" {
			t.Errorf("%s: %s", path, why)
		}
	}
	for _, broken := range []string{"<a>\n</b>", "<a>", "a {", "a { ]", "}", `a => "x`, "</a>"} {
		if unbalanced(broken) == "" {
			t.Errorf("%q passes", broken)
		}
	}
}

// unbalanced says what is opened and not closed, or the other way round.
func unbalanced(text string) string {
	var open []string
	closes := func(what string) bool {
		if len(open) == 0 || open[len(open)-1] != what {
			return false
		}
		open = open[:len(open)-1]
		return true
	}
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if name, ok := strings.CutPrefix(line, "</"); ok {
			if !closes("<" + strings.TrimSuffix(name, ">")) {
				return line
			}
			continue
		}
		if section, ok := strings.CutPrefix(line, "<"); ok {
			name, _, _ := strings.Cut(strings.TrimSuffix(section, ">"), " ")
			open = append(open, "<"+name)
			continue
		}
		quoted := false
	scan:
		for i, c := range line {
			switch {
			case c == '"':
				quoted = !quoted
			case quoted:
			case c == '#' && (i == 0 || line[i-1] == ' '):
				break scan
			case strings.ContainsRune("{[(", c):
				open = append(open, string(c))
			case strings.ContainsRune("}])", c):
				if !closes(map[rune]string{'}': "{", ']': "[", ')': "("}[c]) {
					return line
				}
			}
		}
		if quoted {
			return line
		}
	}
	return strings.Join(open, " ")
}

// TestProgramsLikeTheExamples asks Fluentd and Logstash themselves.
func TestProgramsLikeTheExamples(t *testing.T) {
	for program, variable := range map[string]string{"fluentd": "WNOTIFY_FLUENTD_CHECK", "logstash": "WNOTIFY_LOGSTASH_CHECK"} {
		command := os.Getenv(variable)
		for _, path := range configurations(t) {
			if filepath.Base(filepath.Dir(path)) != program {
				continue
			}
			t.Run(program+"/"+filepath.Base(path), func(t *testing.T) {
				if command == "" {
					t.Skipf("skipped: %s names no command that checks a configuration (see .ci/collectors)", variable)
				}
				if strings.Contains(path, "before-3.7") {
					t.Skip("skipped: it is for an older generation")
				}
				c := exec.CommandContext(t.Context(), "sh", "-c", command+` "$1"`, "sh", strings.TrimPrefix(path, "../../"))
				c.Dir = "../.."
				out, err := c.CombinedOutput()
				if exit, ok := errors.AsType[*exec.ExitError](err); ok && exit.ExitCode() == 3 {
					t.Skipf("skipped: a plugin is not installed: %s", out)
				}
				if err != nil {
					t.Errorf("%v\n%s", err, out)
				}
			})
		}
	}
}

// TestReadmeNamesTheExamples: each of them, and none that is not there.
func TestReadmeNamesTheExamples(t *testing.T) {
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range configurations(t) {
		name, err := filepath.Rel(examples, path)
		if err != nil || !strings.Contains(string(readme), "`"+name+"`") {
			t.Errorf("the README does not name %s: %v", name, err)
		}
	}
	for _, m := range regexp.MustCompile("`((?:fluentd|logstash|vector|telegraf|fluent-bit)/[^`]+)`").FindAllStringSubmatch(string(readme), -1) {
		if _, err := os.Stat(filepath.Join(examples, m[1])); err != nil {
			t.Error(err)
		}
	}
}
