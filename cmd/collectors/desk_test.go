//go:build unix

package collectors

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/wnotify/wnotify/testdata/events"
)

// patience bounds the waits for what is bound to happen; a Logstash takes its time.
const patience = 3 * time.Minute

// desk is a place to work at: a home with a configuration and a queue.
type desk struct {
	*testing.T

	dir string
	env []string
}

func newDesk(t *testing.T) *desk {
	t.Helper()
	d := &desk{T: t, dir: t.TempDir()}
	self, err := os.Executable()
	d.must(err)
	d.must(os.Mkdir(d.path("bin"), 0o700))
	d.must(os.Symlink(self, d.path("bin/wnotify")))
	d.env = []string{
		"HOME=" + d.dir, "LANG=C.UTF-8", "PATH=" + d.path("bin") + ":" + os.Getenv("PATH"),
		"WNOTIFY_CONFIG=" + d.path("config.toml"), "WNOTIFY_STATE=" + d.path("state"),
	}
	return d
}

func (d *desk) path(name string) string { return filepath.Join(d.dir, name) }

func (d *desk) must(err error) {
	d.Helper()
	if err != nil {
		d.Fatal(err)
	}
}

func (d *desk) write(name string, data []byte) string {
	d.Helper()
	d.must(os.WriteFile(d.path(name), data, 0o600))
	return d.path(name)
}

// program prepares a program that sees this desk only, and takes its children
// along when it is killed.
func (d *desk) program(name string, args ...string) *exec.Cmd {
	c := exec.CommandContext(d.Context(), name, args...)
	c.Dir, c.Env = d.dir, d.env
	c.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	c.Cancel = func() error { return syscall.Kill(-c.Process.Pid, syscall.SIGKILL) }
	c.WaitDelay = 5 * time.Second
	return c
}

// wnotify runs a command that must succeed.
func (d *desk) wnotify(stdin string, args ...string) (stdout string) {
	d.Helper()
	stdout, stderr, err := d.try(stdin, args...)
	if err != nil {
		d.Fatalf("wnotify %s: %v\n%s%s", strings.Join(args, " "), err, stdout, stderr)
	}
	return stdout
}

func (d *desk) try(stdin string, args ...string) (stdout, stderr string, err error) {
	c := d.program(d.path("bin/wnotify"), args...)
	c.Stdin = strings.NewReader(stdin)
	var o, e bytes.Buffer
	c.Stdout, c.Stderr = &o, &e
	err = c.Run()
	return o.String(), e.String(), err
}

// patiently waits until something is so.
func (d *desk) patiently(what string, done func() bool) {
	d.Helper()
	for end := time.Now().Add(patience); !done(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			d.Fatalf("waited %s in vain for %s", patience, what)
		}
	}
}

// samples are all sample events, one on a line.
func (d *desk) samples() []string {
	d.Helper()
	files, err := events.Samples.ReadDir(".")
	d.must(err)
	var lines []string
	for _, f := range files {
		text, err := events.Samples.ReadFile(f.Name())
		d.must(err)
		lines = append(lines, strings.TrimSpace(string(text)))
	}
	return lines
}

// numbered are n events that differ, one on a line.
func numbered(from, n int) []string {
	var lines []string
	for i := from; i < from+n; i++ {
		line, err := json.Marshal(map[string]any{
			"summary": "numbered", "details": map[string]any{"client_name": "TestCompany", "cloud": "US", "notification_type": "new_hits", "number": i},
		})
		if err != nil {
			panic(err) // a map of texts and numbers can be marshalled
		}
		lines = append(lines, string(line))
	}
	return lines
}

func joined(lines []string) string { return strings.Join(lines, "\n") + "\n" }

// decoded is a value whose numbers are floats, as most collectors keep them.
func decoded(d *desk, line string) (v map[string]any) {
	d.Helper()
	if err := json.Unmarshal([]byte(line), &v); err != nil {
		d.Fatalf("%v: %s", err, line)
	}
	return v
}

// unique drops repeats, which a delivery at least once may make.
func unique(lines []string) []string {
	var list []string
	for _, l := range lines {
		if !slices.Contains(list, l) {
			list = append(list, l)
		}
	}
	return list
}
