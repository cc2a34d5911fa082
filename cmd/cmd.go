// Package cmd is the command line: each command reads its flags, calls one
// function and prints the result. Exit codes and what to do about errors stand
// in one table (errors.go). It decides nothing about delivery, and it is the
// only home of cobra. The process (arguments, streams, environment, clock) comes
// in through [Env]; only [System] touches os for it.
package cmd

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"time"

	"github.com/rs/zerolog"

	"github.com/wnotify/wnotify/cmd/config"
	"github.com/wnotify/wnotify/cmd/ui"
)

// Env is the world a command runs in.
type Env struct {
	Args   []string // without the program's name
	Stdin  io.Reader
	Stdout io.Writer
	Stderr io.Writer
	Getenv func(string) string
	Now    func() time.Time
	Root   bool                   // a new configuration is the system's, not the user's
	Exists func(path string) bool // a file; also true when that cannot be told
	Lent   bool                   // the rights are of the program file's owner, not of who started it: setuid

	// Exit ends the process at once; the second signal does.
	Exit func(code int)
}

// System is the process we are.
func System() Env {
	return Env{
		Args: os.Args[1:], Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr,
		Getenv: os.Getenv, Now: time.Now, Root: os.Geteuid() == 0, Exists: exists, Exit: os.Exit,
		Lent: os.Getuid() != os.Geteuid() || os.Getgid() != os.Getegid(),
	}
}

// errLent: whoever starts a setuid program says with its environment which files
// it reads and where it sends them.
var errLent error = &failure{
	code: exitNoPermission,
	err:  errors.New("wnotify runs with the rights of somebody else (setuid or setgid), and would use them for whoever starts it"),
	fix:  "chmod ug-s on the program, and start it with sudo -u",
}

// app is one run of the program: what all commands share.
type app struct {
	env   Env
	flags globals
	out   *ui.Stream // results
	err   *ui.Stream // everything else
	log   zerolog.Logger

	// attach opens the queue for a configuration; nil: there is none yet.
	attach func(context.Context, *config.File) (keeper, error)
}

func newApp(env Env) *app {
	a := &app{
		env: env,
		out: ui.NewStream(env.Stdout, env.Getenv),
		err: ui.NewStream(env.Stderr, env.Getenv),
		log: zerolog.Nop(),
	}
	a.attach = a.attachQueue
	return a
}

// Main runs the command line and returns the exit code of the process.
func Main(env Env) int {
	becomePrivate()
	becomeSmall(env.Getenv)
	a := newApp(env)
	a.flags.preview(env)
	ctx, stop := withSignals(context.Background(), a.err, env.Exit)
	defer stop()
	return a.report(a.guard(func() error { return a.run(ctx) }))
}

// guard makes a panic an error like any other: its stack is shown only to who
// asked for everything.
func (a *app) guard(f func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = &internalError{what: fmt.Sprint(p), stack: debug.Stack()}
		}
	}()
	return f()
}

// run executes the command line.
func (a *app) run(ctx context.Context) error {
	if a.env.Lent {
		return errLent
	}
	root := a.root()
	root.SetArgs(a.env.Args)
	at, err := root.ExecuteContextC(ctx)
	err = explainStop(ctx, err)
	if usage, ok := errors.AsType[*usageError](err); ok && usage.at == nil {
		usage.at = at
	}
	if stopped, ok := errors.AsType[*StoppedError](err); ok {
		stopped.at = at
	}
	if unprinted := a.out.Err(); unprinted != nil && !errors.Is(err, unprinted) {
		err = errors.Join(err, unprinted)
	}
	return err
}
