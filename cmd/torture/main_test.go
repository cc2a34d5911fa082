//go:build unix

package torture

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
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

// TestMain lets the test binary be another process, that holds a lock or
// fills a disk.
func TestMain(m *testing.M) {
	if name := os.Getenv(role); name != "" {
		os.Exit(play(name, os.Args[1:]))
	}
	flag.Parse()
	code := m.Run()
	if built.dir != "" {
		_ = os.RemoveAll(built.dir) // below the folder for temporary files
	}
	os.Exit(code)
}

// built is the program, made when it is first needed.
var built struct {
	sync.Once

	dir, path string
	err       error
}

// executable is the program under test: static, as it is released.
func executable(t testing.TB) string {
	t.Helper()
	built.Do(func() {
		built.dir, built.err = os.MkdirTemp("", "torture") //nolint:usetesting // other tests use it as well
		if built.err != nil {
			return
		}
		built.path = filepath.Join(built.dir, "wnotify")
		build := exec.Command("go", "build", "-o", built.path, "github.com/wnotify/wnotify")
		build.Env = append(os.Environ(), "CGO_ENABLED=0")
		if out, err := build.CombinedOutput(); err != nil {
			built.err = fmt.Errorf("%w: %s", err, out)
		}
	})
	if built.err != nil {
		t.Fatal(built.err)
	}
	return built.path
}

// documented are the exit codes that the README explains.
func documented() []int {
	var codes []int
	for _, e := range cmd.Exits() {
		codes = append(codes, e.Code)
	}
	return codes
}
