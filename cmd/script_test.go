package cmd

import (
	"errors"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/wnotify/wnotify/dispatch/receiver"
)

// The scripts of testdata/script are what users may rely on. Each runs the real
// program, which is this test binary, in a folder and a home of its own.
//
// Beside the verbs of testscript there are
//
//	exits CODE PROGRAM ARG...       runs to the end, with this exit code
//	until PATTERN PROGRAM ARG...    again and again, until stdout matches
//	json stdout|stderr|FILE PATH [=|>|has|lacks VALUE]
//	                                of the last line; PATH as .items[0].name
//	start NAME PROGRAM ARG...       in the background; then
//	says NAME PATTERN               waits until it has printed that; prints the match
//	feed NAME FILE...               into its stdin; without FILE it is closed
//	signal INT|TERM|KILL|HUP NAME
//	ends CODE NAME                  waits for it; 137 when it was killed
//	collector NAME [-http] [-client-cert] [-as PROGRAM]
//	                                starts one; sets $NAME_URL, $NAME_CA, $NAME_CERT, $NAME_KEY
//	faults NAME [-status N] [-times N] [-for TIME] [-fault reset] [-down] …
//	                                how it behaves from now on; without flags it is well
//	received NAME [-events N] [-requests N] [-lines] [-body N] [-signed SECRET] [-forget]
//	                                waits for so many, and prints what it got
//	natsd CONFIG...                 starts a NATS server; adds it to configurations as [store]
//	recipe NAME [OLD NEW]...        writes a block of the README into the file NAME
//	terminal [-answer TEXT] [-ends CODE] PROGRAM ARG...
//	                                on a terminal of 80 columns, as a person sees it
//
// UPDATE=1 rewrites what cmp compares with.

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"wnotify": func() {
		if os.Getenv("HEED") != "no" { // what started the tests may ignore these
			heed(syscall.SIGHUP)
			heed(syscall.SIGINT)
		}
		env := System()
		env.Root = false // whoever runs the tests, and whatever is installed, /etc is left alone
		env.Exists = func(path string) bool { return path != systemConfig && exists(path) }
		os.Exit(Main(env))
	}})
}

func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 filepath.Join("..", "testdata", "script"),
		UpdateScripts:       os.Getenv("UPDATE") != "",
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup:               setUp,
		Cmds:                verbs(),
		Condition: func(name string) (bool, error) {
			switch name {
			case "root":
				return os.Geteuid() == 0, nil
			case "mounts": // whoever runs the tests may mount in a world of its own
				return exec.Command("unshare", "-rm", "sh", "-c", "mount --bind . . && mount -o remount,ro,bind .").Run() == nil, nil
			case "deaf": // whatever started the tests ignores ^C
				return ignoredAtStart[syscall.SIGINT], nil
			}
			return false, errors.New("unknown condition " + name)
		},
	})
}

type verb = func(ts *testscript.TestScript, neg bool, args []string)

func verbs() map[string]verb {
	all := map[string]verb{"exits": exitsWith, "until": until, "json": jsonAt}
	maps.Copy(all, processVerbs())
	maps.Copy(all, collectorVerbs())
	all["natsd"], all["natsrecipe"] = natsd, natsRecipe
	all["recipe"] = recipe
	maps.Copy(all, platformVerbs())
	return all
}

// setUp gives a script a home of its own and nothing of ours from outside.
func setUp(env *testscript.Env) error {
	home := filepath.Join(env.WorkDir, "home")
	for name, path := range map[string]string{
		"HOME": home, "XDG_CONFIG_HOME": filepath.Join(home, ".config"), "XDG_STATE_HOME": filepath.Join(home, ".local", "state"),
	} {
		env.Setenv(name, path)
	}
	env.Setenv("CONFIG", filepath.Join(home, ".config", "wnotify", "config.toml"))
	env.Setenv("STATE", filepath.Join(home, ".local", "state", "wnotify"))
	env.Setenv("LANG", "C.UTF-8")
	env.Setenv("GORACE", goRace())
	env.Values[running{}] = map[string]*process{}
	env.Values[listening{}] = map[string]*receiver.Receiver{}
	return os.MkdirAll(home, 0o700)
}

// exitsWith runs a program that must end with a code.
func exitsWith(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE PROGRAM ARG...")
	}
	want := number(ts, args[0])
	if got := exitCode(ts, ts.Exec(args[1], args[2:]...)); got != want {
		ts.Fatalf("exit code %d, want %d", got, want)
	}
}

// until repeats a program until its output matches.
func until(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: until PATTERN PROGRAM ARG...")
	}
	pattern, err := regexp.Compile(args[0])
	ts.Check(err)
	patiently(ts, "the output to match "+args[0], func() bool {
		if ts.Exec(args[1], args[2:]...) != nil {
			return false
		}
		return pattern.MatchString(ts.ReadFile("stdout"))
	})
}

// patience bounds how long a script waits for what is bound to happen.
const patience = 30 * time.Second

// patiently waits for something that another process does.
func patiently(ts *testscript.TestScript, what string, done func() bool) {
	for end := time.Now().Add(patience); !done(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			ts.Fatalf("waited %s in vain for %s", patience, what)
		}
	}
}

func number(ts *testscript.TestScript, text string) int {
	n, err := strconv.Atoi(text)
	ts.Check(err)
	return n
}

// exitCode is the code a shell would show: 128 and the signal for the killed.
func exitCode(ts *testscript.TestScript, err error) int {
	if err == nil {
		return 0
	}
	exit, ok := errors.AsType[*exec.ExitError](err)
	if !ok {
		ts.Fatalf("%v", err)
	}
	if status, ok := exit.Sys().(syscall.WaitStatus); ok && status.Signaled() {
		return signalled + int(status.Signal())
	}
	return exit.ExitCode()
}
