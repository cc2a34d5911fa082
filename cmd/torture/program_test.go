//go:build unix

package torture

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"
)

// patience is how long a run may take before it counts as hung. No test waits
// that long for anything else.
const patience = 90 * time.Second

// command is a run of the program that is to be made.
type command struct {
	name  string
	args  []string
	stdin io.Reader
	via   []string       // a program that runs it, with its arguments
	kill  time.Duration  // after which it gets the signal; 0: never
	with  syscall.Signal // SIGKILL if it is not set
	env   []string
	as    *syscall.Credential // nil: as we are

	program string // another one than ours
}

// program prepares a run. It sees nothing of the surroundings of the tests.
func (w *world) program(ctx context.Context, c command) *exec.Cmd {
	w.Helper()
	if c.program == "" {
		c.program = executable(w)
	}
	args := append(append(append([]string{}, c.via...), c.program), c.args...)
	p := exec.CommandContext(ctx, args[0], args[1:]...)
	p.Dir = filepath.Join(w.root, "cwd")
	p.Stdin = c.stdin
	p.Env = append([]string{
		"WNOTIFY_CONFIG=" + w.config, "WNOTIFY_STATE=" + w.state, "PATH=" + os.Getenv("PATH"),
		"HOME=" + filepath.Join(w.root, "home"), "TMPDIR=" + filepath.Join(w.root, "tmp"),
		// The hundreds of authorities of a system are no part of the matter.
		"SSL_CERT_FILE=" + os.DevNull, "SSL_CERT_DIR=" + filepath.Join(w.root, "home"),
	}, c.env...)
	p.WaitDelay = 5 * time.Second
	// A tracer that is killed leaves its child behind: both go together.
	p.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Credential: c.as}
	p.Cancel = func() error { return syscall.Kill(-p.Process.Pid, syscall.SIGKILL) }
	return p
}

// result is what a run left.
type result struct {
	Run

	Stdout  string
	Summary summary
}

// summary is what send, enqueue and flush print with -o json.
type summary struct {
	Read         int           `json:"read"`
	Accepted     int           `json:"accepted"`
	Integrations []laneSummary `json:"integrations"`
}

type laneSummary struct {
	Name     string `json:"name"`
	Accepted int    `json:"accepted"`
	Refused  int    `json:"refused"`
}

// run runs the program to its end, or kills it, and notes it in the history.
func (w *world) run(c command) result {
	w.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	p := w.program(ctx, c)
	var stdout, stderr bytes.Buffer
	p.Stdout, p.Stderr = &stdout, &stderr
	begun := time.Now()
	w.check(p.Start())
	if c.kill > 0 {
		sig := cmp.Or(c.with, syscall.SIGKILL)
		t := time.AfterFunc(c.kill, func() { _ = p.Process.Signal(sig) }) // it may have ended
		defer t.Stop()
	}
	err := p.Wait()
	r := result{Run: Run{Name: c.name, Took: time.Since(begun).Round(time.Millisecond), Stderr: stderr.String()}, Stdout: stdout.String()}
	r.Hung = ctx.Err() != nil
	r.Code, r.Killed = ended(err)
	_ = json.Unmarshal(stdout.Bytes(), &r.Summary) // who was killed said nothing
	w.note(r)
	return r
}

// ended is the exit code as a shell shows it.
func ended(err error) (code int, killed bool) {
	var exit *exec.ExitError
	if !errors.As(err, &exit) {
		if err != nil {
			return -1, false
		}
		return 0, false
	}
	if s, ok := exit.Sys().(syscall.WaitStatus); ok && s.Signaled() {
		return 128 + int(s.Signal()), s.Signal() == syscall.SIGKILL
	}
	return exit.ExitCode(), false
}

// note puts a run into the history.
func (w *world) note(r result) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.history.Runs = append(w.history.Runs, r.Run)
	w.output = append(append(w.output, r.Stdout...), r.Stderr...)
	if r.Killed || r.Code >= 70 && r.Code != 78 {
		w.history.Crashes++ // whoever is stopped, or cannot write, may leave a 2xx uncommitted
	}
}

// events are the lines of a source, numbered from..from+n-1.
func events(source string, from, n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(ID{source, from + i}.Event() + "\n")
	}
	return b.String()
}

// send runs send or enqueue with n new events on stdin, and notes what it
// acknowledged.
func (w *world) send(source string, n int, c command) result {
	w.Helper()
	if c.stdin == nil {
		c.stdin = strings.NewReader(events(source, 1, n))
	}
	c.args = append(c.args, "-o", "json")
	if c.name == "" {
		c.name = c.args[0] + " " + source
	}
	r := w.run(c)
	w.accepted(source, n, r)
	return r
}

// accepted notes what a run said that it accepted of a source.
func (w *world) accepted(source string, n int, r result) {
	w.mu.Lock()
	defer w.mu.Unlock()
	s := Source{Name: source, Events: n, Accepted: map[string]int{}}
	steady := slices.DeleteFunc(w.names(), func(name string) bool { return slices.Contains(w.history.Fickle, name) })
	for _, i := range r.Summary.Integrations {
		if slices.Contains(steady, i.Name) {
			s.Accepted[i.Name] = i.Accepted
		}
	}
	w.sources[source] = &s
	switch {
	case r.Killed:
	case r.Code == 0 && r.Summary.Accepted != n:
		w.Errorf("%s: code 0 with %d of %d events accepted", r.Name, r.Summary.Accepted, n)
	case r.Code == 0:
		for _, name := range steady {
			s.Accepted[name] = n
		}
	}
}
