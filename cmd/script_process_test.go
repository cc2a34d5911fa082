package cmd

import (
	"bytes"
	"io"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// running is the key of the programs that a script started.
type running struct{}

// process is a program in the background.
type process struct {
	cmd            *exec.Cmd
	stdin          io.WriteCloser
	stdout, stderr transcript
	stopped        bool // it was told to
}

// transcript is output that is read while it is written.
type transcript struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (t *transcript) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.text.Write(p)
}

func (t *transcript) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.text.String()
}

func processVerbs() map[string]verb {
	return map[string]verb{"start": start, "says": says, "feed": feed, "signal": sendSignal, "ends": ends}
}

func start(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: start NAME PROGRAM ARG...")
	}
	path, err := exec.LookPath(args[1])
	if err != nil { // in the PATH of the script, not in ours
		path = filepath.Join(filepath.SplitList(ts.Getenv("PATH"))[0], args[1])
	}
	p := &process{cmd: exec.Command(path, args[2:]...)}
	p.cmd.Dir = ts.MkAbs(".")
	p.cmd.Env = environment(ts)
	p.cmd.Stdout, p.cmd.Stderr = &p.stdout, &p.stderr
	p.stdin, err = p.cmd.StdinPipe()
	ts.Check(err)
	ts.Check(p.cmd.Start())
	all(ts)[args[0]] = p
	ts.Defer(func() {
		if p.cmd.ProcessState == nil {
			_ = p.cmd.Process.Kill() // a script that failed leaves nothing behind
			_ = p.cmd.Wait()
		}
	})
}

// says waits until a program has printed something; what the groups of the
// pattern match, or all of it, becomes stdout.
func says(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: says NAME PATTERN")
	}
	p := named(ts, args[0])
	pattern, err := regexp.Compile(args[1])
	ts.Check(err)
	var match []string
	patiently(ts, args[0]+" to say "+args[1], func() bool {
		if match = pattern.FindStringSubmatch(p.stdout.String()); match == nil {
			match = pattern.FindStringSubmatch(p.stderr.String())
		}
		return match != nil
	})
	_, _ = io.WriteString(ts.Stdout(), strings.Join(match[min(1, len(match)-1):], "\n"))
}

// feed writes files into the stdin of a program, or closes it.
func feed(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) == 0 {
		ts.Fatalf("usage: feed NAME [FILE...]")
	}
	p := named(ts, args[0])
	if len(args) == 1 {
		ts.Check(p.stdin.Close())
	}
	for _, file := range args[1:] {
		_, err := io.WriteString(p.stdin, ts.ReadFile(file))
		ts.Check(err)
	}
}

func sendSignal(ts *testscript.TestScript, neg bool, args []string) {
	signals := map[string]syscall.Signal{
		"INT": syscall.SIGINT, "TERM": syscall.SIGTERM, "KILL": syscall.SIGKILL, "HUP": syscall.SIGHUP,
	}
	if neg || len(args) != 2 || signals[args[0]] == 0 {
		ts.Fatalf("usage: signal INT|TERM|KILL|HUP NAME")
	}
	p := named(ts, args[1])
	p.stopped = p.stopped || args[0] != "HUP"
	ts.Check(p.cmd.Process.Signal(signals[args[0]]))
}

// ends waits for a program; its output is that of the verb.
func ends(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: ends CODE NAME")
	}
	p := named(ts, args[1])
	if !p.stopped { // the end of its input could come before the signal
		_ = p.stdin.Close() // it may be closed
	}
	hung := time.AfterFunc(4*patience, func() { _ = p.cmd.Process.Signal(syscall.SIGQUIT) }) // it says where
	got := exitCode(ts, p.cmd.Wait())
	hung.Stop()
	_, _ = io.WriteString(ts.Stdout(), p.stdout.String())
	_, _ = io.WriteString(ts.Stderr(), p.stderr.String())
	if want := number(ts, args[0]); got != want {
		ts.Fatalf("exit code %d, want %d", got, want)
	}
}

func all(ts *testscript.TestScript) map[string]*process {
	return ts.Value(running{}).(map[string]*process)
}

func named(ts *testscript.TestScript, name string) *process {
	p, ok := all(ts)[name]
	if !ok {
		ts.Fatalf("nothing was started as %s", name)
	}
	return p
}

// environment is what programs of a script see.
func environment(ts *testscript.TestScript) []string {
	var env []string
	for _, name := range []string{
		"PATH", "HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME", "LANG", "TMPDIR", "NO_COLOR", "EDITOR", "GOCOVERDIR", "TESTSCRIPT_COVER_DIR",
	} {
		if value := ts.Getenv(name); value != "" {
			env = append(env, name+"="+value)
		}
	}
	return env
}
