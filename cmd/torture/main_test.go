package torture

import (
	"flag"
	"os"
	"testing"
	"time"

	"github.com/wnotify/wnotify/cmd"
)

var (
	seed   = flag.Uint64("seed", 0, "of random histories; 0: another one each time")
	budget = flag.Duration("budget", time.Minute, "for each long test, with the build tag torture")
)

// role tells the test binary to be another process.
const role = "TORTURE_ROLE"

// TestMain lets the test binary be the program: what is killed and traced is
// the code that is under test, built the way the tests are.
func TestMain(m *testing.M) {
	switch os.Getenv(role) {
	case "program":
		env := cmd.System()
		env.Root = false // whoever runs the tests, /etc is left alone
		os.Exit(cmd.Main(env))
	case "":
		os.Exit(m.Run())
	default:
		os.Exit(play(os.Getenv(role), os.Args[1:]))
	}
}

// documented are the exit codes that the README explains.
func documented() []int {
	var codes []int
	for _, e := range cmd.Exits() {
		codes = append(codes, e.Code)
	}
	return codes
}
