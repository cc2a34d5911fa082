package torture

import (
	"cmp"
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// syscalls are those with which the program touches the world.
var syscalls = []string{
	"openat", "pwrite64", "pread64", "fdatasync", "fsync", "ftruncate", "flock", "renameat", "linkat", "unlinkat",
	"newfstatat", "fstat", "mkdirat", "fchmod", "fchmodat", "mmap", "munmap", "write", "read", "close",
	"connect", "socket", "epoll_ctl", "getdents64",
}

// errnos are what these calls may fail with.
var errnos = []string{"EIO", "ENOSPC", "EDQUOT", "EACCES", "EMFILE", "ENOLCK", "EINTR", "ENOMEM", "EROFS"}

// tracer is the command line of strace with one injection: the program sees it
// at the n-th call, counted in each of its threads. The log has the handlers of
// signals, too: see [runtimeDied].
func tracer(log string, p point) []string {
	return []string{
		"strace", "-f", "-qq", "-o", log,
		"-e", "trace=rt_sigaction," + p.call, "-e", fmt.Sprintf("inject=%s:%s:when=%d", p.call, p.what, p.n),
	}
}

func needStrace(t *testing.T) {
	t.Helper()
	if _, err := exec.LookPath("strace"); err != nil {
		t.Skip("strace is not installed")
	}
	if out, err := exec.Command("strace", "-f", "-o", os.DevNull, "-e", "trace=write", "-e", "inject=write:error=EIO:when=60000", "true").CombinedOutput(); err != nil {
		t.Skipf("strace may not trace here: %v %s", err, out)
	}
}

// play plays the scene once, with an injection, mends everything, and judges.
// It reports whether the program was hit.
func (g *stage) play(name string, via ...string) (hit bool) {
	g.Helper()
	g.check(os.RemoveAll(g.state))
	if _, err := os.Stat(g.fresh); err == nil {
		g.copyTree(g.fresh, g.state)
	}
	g.begin()
	maps.Copy(g.sources, g.past)
	r := g.scene.act(g.world, via...)
	if !r.Killed {
		// An answer that was not heard, or not committed, is as good as a crash. The
		// tracer counts calls in each thread, so more than one may have failed.
		g.history.Crashes += max(1, strings.Count(g.traced(), "(INJECTED)"))
	}
	if r.Took > 5*time.Second {
		g.Logf("%s: %v", name, r.Took)
	}
	if g.excused(r) {
		g.history.Runs[len(g.history.Runs)-1].Killed = true
	}
	if g.scene.mend != nil {
		g.scene.mend(g, name)
	}
	g.settle()
	g.judge(name)
	return r.Killed || r.Code != 0
}

// TestEverySystemCall kills the program at the system calls it makes, and lets
// them fail. Nothing that was acknowledged is lost, and the next run goes on.
//
// With the build tag torture it is every occurrence of every call: first the
// kills, then each error, in random order while the budget lasts, which is one
// for each scene, whatever -parallel says.
func TestEverySystemCall(t *testing.T) {
	needStrace(t)
	for _, s := range scenes {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			sweep(t, s)
		})
	}
}

// atOnce is how many scenes are played at once, each at a part of the speed.
func atOnce() int {
	n, err := strconv.Atoi(flag.Lookup("test.parallel").Value.String())
	if err != nil {
		return 1
	}
	return min(n, len(scenes))
}

// point is where a program is hit.
type point struct {
	call string
	n    int
	what string // "signal=KILL", "error=EIO"
}

// sweep plays a scene once for each point.
func sweep(t *testing.T, s scene) {
	g := s.stage(t)
	var kills, faults []point
	for call, most := range g.calls() {
		for n := 1; n <= most; n++ {
			kills = append(kills, point{call, n, "signal=KILL"})
			for _, errno := range errnos {
				faults = append(faults, point{call, n, "error=" + errno})
			}
		}
	}
	hit, ended := [2]int{}, [2]int{}
	end := time.Now().Add(*budget * time.Duration(atOnce()))
	for kind, points := range [][]point{sample(kills, 5), sample(faults, 4)} {
		for _, p := range points {
			if exhaustive && kind == 1 && time.Now().After(end) || t.Failed() && !exhaustive {
				break
			}
			hit[kind]++
			if g.play(fmt.Sprintf("%s at %s %d", p.what, p.call, p.n), tracer(g.trace, p)...) {
				ended[kind]++
			}
		}
	}
	t.Logf("%d of %d kills, %d of them in time; %d of %d faults, %d of them ended the program; -seed %d",
		hit[0], len(kills), ended[0], hit[1], len(faults), ended[1], *seed)
}

// sample is all points, shuffled, or in the brief tests a few that are always
// the same.
func sample(points []point, n int) []point {
	slices.SortFunc(points, func(a, b point) int {
		return cmp.Or(cmp.Compare(a.call, b.call), cmp.Compare(a.n, b.n), cmp.Compare(a.what, b.what))
	})
	rand.New(rand.NewPCG(*seed, 1)).Shuffle(len(points), func(i, j int) { points[i], points[j] = points[j], points[i] })
	if exhaustive {
		return points
	}
	return points[:min(n, len(points))]
}

// calls counts the calls that the busiest thread of the program makes.
func (g *stage) calls() map[string]int {
	g.Helper()
	most := map[string]int{}
	log := filepath.Join(g.TempDir(), "strace")
	g.play("without a fault", "strace", "-ff", "-qq", "-o", log, "-e", "trace="+strings.Join(syscalls, ","))
	files, err := filepath.Glob(log + ".*")
	g.check(err)
	for _, path := range files {
		text, err := os.ReadFile(path)
		g.check(err)
		count := map[string]int{}
		for line := range strings.Lines(string(text)) {
			call, _, ok := strings.Cut(line, "(")
			if ok {
				count[call]++
			}
		}
		for call, n := range count {
			most[call] = max(most[call], n)
		}
	}
	return most
}
