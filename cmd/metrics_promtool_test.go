package cmd

import (
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestPromtoolAgrees asks Prometheus' own tool about the metrics and the alert
// rules, and lets it play what goes wrong.
func TestPromtoolAgrees(t *testing.T) {
	promtool, err := exec.LookPath("promtool")
	if err != nil {
		t.Skip("promtool is not here; it comes with Prometheus")
	}
	ask := func(stdin string, args ...string) {
		t.Helper()
		c := exec.CommandContext(t.Context(), promtool, args...)
		c.Dir, c.Stdin = filepath.Join("..", "testdata", "alerts"), strings.NewReader(stdin)
		if out, err := c.CombinedOutput(); err != nil {
			t.Errorf("promtool %s: %v\n%s", strings.Join(args, " "), err, out)
		}
	}
	ask(exposed(t, everything()), "check", "metrics")
	ask("", "check", "rules", "wnotify.rules.yml")
	ask("", "test", "rules", "wnotify.rules.test.yml")
}
