package torture

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
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

// scene is a command, and the state it finds.
type scene struct {
	name    string
	prepare func(w *world)                       // once
	act     func(w *world, via ...string) result // under the tracer
}

var scenes = []scene{
	{
		name:    "first send",
		prepare: func(*world) {},
		act: func(w *world, via ...string) result {
			return w.send("s1", 5, command{args: []string{"send", "--wait", "1s"}, via: via})
		},
	},
	{
		name:    "send",
		prepare: backlog,
		act: func(w *world, via ...string) result {
			return w.send("s1", 5, command{args: []string{"send", "--wait", "1s"}, via: via})
		},
	},
	{
		name:    "send FILE",
		prepare: backlog,
		act: func(w *world, via ...string) result {
			return w.run(command{name: "send FILE", args: []string{"send", "--wait", "1s", "-o", "json", w.file()}, via: via})
		},
	},
	{
		name:    "flush",
		prepare: backlog,
		act: func(w *world, via ...string) result {
			return w.run(command{name: "flush", args: []string{"flush", "--now", "--wait", "1s"}, via: via})
		},
	},
}

// backlog leaves events that wait for an attempt, and others behind them.
func backlog(w *world) {
	for _, r := range w.collectors {
		w.check(r.Down())
	}
	w.send("s0", 4, command{args: []string{"send", "--wait", "0"}})
	w.send("s00", 3, command{args: []string{"enqueue"}})
	for _, r := range w.collectors {
		w.check(r.Up())
	}
}

// file is an input file with six events.
func (w *world) file() string { return filepath.Join(w.root, "events.ndjson") }

// tracer is the command line of strace with one injection: the program sees it
// at the n-th call, counted in each of its threads.
func tracer(p point) []string {
	return []string{
		"strace", "-f", "-qq", "-o", os.DevNull,
		"-e", "trace=" + p.call, "-e", fmt.Sprintf("inject=%s:%s:when=%d", p.call, p.what, p.n),
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

// stage is a world in which one scene is played again and again.
type stage struct {
	*world
	scene scene
	fresh string // the state as prepared
	past  map[string]*Source
}

func (s scene) stage(t *testing.T) *stage {
	t.Helper()
	w := newWorld(t, []string{"a", "b"})
	w.check(os.WriteFile(w.file(), []byte(events("f", 1, 6)), 0o600))
	w.begin()
	s.prepare(w)
	g := &stage{world: w, scene: s, fresh: filepath.Join(t.TempDir(), "fresh"), past: w.sources}
	if _, err := os.Stat(w.state); err == nil {
		w.copyTree(w.state, g.fresh)
	}
	return g
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
	for source, s := range g.past {
		g.sources[source] = s
	}
	r := g.scene.act(g.world, via...)
	if !r.Killed {
		g.history.Crashes++ // an answer that was not heard, or not committed, is as good as a crash
	}
	if r.Took > 5*time.Second {
		g.Logf("%s: %v", name, r.Took)
	}
	if last := &g.history.Runs[len(g.history.Runs)-1]; runtimeDied(r) {
		last.Killed = true
	}
	if strings.Contains(g.scene.name, "FILE") {
		again := g.run(command{name: "send FILE again", args: []string{"send", "--wait", "1s", "-o", "json", g.file()}})
		g.sources["f"] = &Source{Name: "f", Events: 6, Accepted: map[string]int{}}
		if again.Code != 0 {
			g.Errorf("%s: the file could not be sent again: code %d: %s", name, again.Code, failures(again.Stderr))
		} else {
			g.sources["f"].Accepted = map[string]int{"a": 6, "b": 6}
		}
	}
	g.settle()
	g.judge(name)
	return r.Killed || r.Code != 0
}

// runtimeDied reports whether Go itself gave up, as it does when it gets no
// memory: nothing in the program can prevent that.
func runtimeDied(r result) bool {
	return r.Code == 2 && strings.Contains(r.Stderr, "fatal error: runtime: ")
}

// TestEverySystemCall kills the program at the system calls it makes, and lets
// them fail. Nothing that was acknowledged is lost, and the next run goes on.
//
// With the build tag torture it is every occurrence of every call: first the
// kills, then each error, in random order while the budget lasts.
func TestEverySystemCall(t *testing.T) {
	needStrace(t)
	for _, s := range scenes {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			sweep(t, s)
		})
	}
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
	hit, played := 0, 0
	end := time.Now().Add(*budget)
	for i, p := range append(sample(kills, 14), sample(faults, 10)...) {
		if exhaustive && i >= len(kills) && time.Now().After(end) {
			break
		}
		played++
		if g.play(fmt.Sprintf("%s at %s %d", p.what, p.call, p.n), tracer(p)...) {
			hit++
		}
		if t.Failed() && !exhaustive {
			return
		}
	}
	t.Logf("%d of %d kills and %d of %d faults; %d of them ended the program",
		min(played, len(kills)), len(kills), max(played-len(kills), 0), len(faults), hit)
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
