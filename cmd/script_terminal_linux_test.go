package cmd

import (
	"bytes"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"

	"github.com/rogpeppe/go-internal/testscript"
	"golang.org/x/sys/unix"
)

func platformVerbs() map[string]verb { return map[string]verb{"terminal": terminal} }

// terminal runs a program with a terminal as its stdin, stdout and stderr; what
// is seen there becomes stdout.
func terminal(ts *testscript.TestScript, neg bool, args []string) {
	answer, want := "", 0
	for len(args) > 1 && strings.HasPrefix(args[0], "-") {
		switch args[0] {
		case "-answer":
			answer = args[1] + "\n"
		case "-ends":
			want = number(ts, args[1])
		default:
			ts.Fatalf("unknown flag %s", args[0])
		}
		args = args[2:]
	}
	if neg || len(args) == 0 {
		ts.Fatalf("usage: terminal [-answer TEXT] [-ends CODE] PROGRAM ARG...")
	}
	ours, theirs, err := openTerminal()
	ts.Check(err)
	defer ours.Close()
	c := exec.Command(filepath.Join(filepath.SplitList(ts.Getenv("PATH"))[0], args[0]), args[1:]...)
	c.Dir, c.Env = ts.MkAbs("."), append(environment(ts), "TERM=xterm")
	c.Stdin, c.Stdout, c.Stderr = theirs, theirs, theirs
	c.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	ts.Check(c.Start())
	ts.Check(theirs.Close())
	_, err = io.WriteString(ours, answer)
	ts.Check(err)
	var seen bytes.Buffer
	// The terminal goes away with the last who has it open: EIO is its end.
	if _, err := seen.ReadFrom(ours); err != nil && !errors.Is(err, syscall.EIO) {
		ts.Fatalf("%v", err)
	}
	got := exitCode(ts, c.Wait())
	_, _ = io.WriteString(ts.Stdout(), strings.ReplaceAll(seen.String(), "\r\n", "\n"))
	if got != want {
		ts.Fatalf("exit code %d, want %d", got, want)
	}
}

// openTerminal makes a pair: what is written to one end is read from the other.
func openTerminal() (ours, theirs *os.File, err error) {
	ours, err = os.OpenFile("/dev/ptmx", os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		return nil, nil, err
	}
	fd := int(ours.Fd())
	if err := unix.IoctlSetPointerInt(fd, unix.TIOCSPTLCK, 0); err != nil {
		return nil, nil, err
	}
	n, err := unix.IoctlGetInt(fd, unix.TIOCGPTN)
	if err != nil {
		return nil, nil, err
	}
	if err := unix.IoctlSetWinsize(fd, unix.TIOCSWINSZ, &unix.Winsize{Row: 24, Col: 80}); err != nil {
		return nil, nil, err
	}
	theirs, err = os.OpenFile("/dev/pts/"+strconv.Itoa(n), os.O_RDWR|unix.O_NOCTTY, 0)
	return ours, theirs, err
}
