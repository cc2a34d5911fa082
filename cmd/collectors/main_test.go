//go:build unix

// Package collectors proves wnotify against collectors: the real ones, as far as
// they are there, the configurations of testdata/collectors, and the recipes of
// the help. It holds tests only.
//
// Telegraf and nginx are used where they are found (.ci/collectors installs
// them), Fluentd, Logstash, Vector and Fluent Bit where WNOTIFY_FLUENTD and so
// on name a command that starts one; .ci/collectors describes what it is given.
// What is not there is skipped, or with WNOTIFY_CI_FULL=1, for Telegraf and
// nginx, an error.
package collectors

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/wnotify/wnotify/cmd"
)

// TestMain makes the test binary the program, under its name.
func TestMain(m *testing.M) {
	if filepath.Base(os.Args[0]) == "wnotify" {
		env := cmd.System()
		env.Root = false // whoever runs the tests, /etc is left alone
		os.Exit(cmd.Main(env))
	}
	os.Exit(m.Run())
}

// lacking skips a test, unless everything was asked for.
func lacking(t *testing.T, format string, args ...any) {
	t.Helper()
	if os.Getenv("WNOTIFY_CI_FULL") == "1" {
		t.Fatal("WNOTIFY_CI_FULL=1, but " + fmt.Sprintf(format, args...))
	}
	t.Skipf("skipped: "+format, args...)
}
