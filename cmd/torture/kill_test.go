//go:build unix

package torture

import (
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/wnotify/wnotify/dispatch/receiver"
)

// TestKilledAtRandom runs several processes at once on one queue, with
// collectors that fail in every way, and kills most of them.
//
// With the build tag torture it goes on, with a new queue each round, until the
// budget is used up.
func TestKilledAtRandom(t *testing.T) {
	start := *seed
	if exhaustive && start == 0 {
		start = uint64(time.Now().UnixNano())
	}
	w := newWorld(t, []string{"a", "b", "c"})
	w.check(os.WriteFile(w.config+".lock", nil, 0o600)) // of the commands that edit
	w.check(os.WriteFile(w.file(), nil, 0o600))
	runs, kills := 0, 0
	for round, end := uint64(0), time.Now().Add(*budget); ; round++ {
		g := &rampage{world: w, random: rand.New(rand.NewPCG(start, round))}
		g.round(12, 3)
		runs += len(w.history.Runs)
		kills += w.history.Crashes
		if t.Failed() {
			t.Fatalf("with -seed %d, round %d", start, round)
		}
		if !exhaustive || time.Now().After(end) {
			t.Logf("%d runs, %d of them killed or stopped, in %d rounds; nothing was lost; -seed %d", runs, kills, round+1, start)
			return
		}
	}
}

// rampage is one round: processes at once, kills, then peace.
type rampage struct {
	*world

	mu      sync.Mutex
	random  *rand.Rand
	sources int
	lines   int // in the file
}

// dice is a random number below n.
func (g *rampage) dice(n int) int {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.random.IntN(n)
}

// round lets so many processes at a time do so many things each.
func (g *rampage) round(things, processes int) {
	g.check(os.RemoveAll(g.state))
	g.check(os.WriteFile(g.file(), nil, 0o600))
	g.check(os.WriteFile(g.config, []byte(g.toml), 0o600))
	g.begin()
	g.history.Fickle = []string{"c"}
	stop := make(chan struct{})
	var moods, all sync.WaitGroup
	moods.Go(func() { g.moods(stop) })
	for range processes {
		all.Go(func() {
			for range things {
				g.something()
			}
		})
	}
	all.Wait()
	close(stop)
	moods.Wait()
	g.peace()
}

// moods changes how the collectors behave, again and again.
func (g *rampage) moods(stop <-chan struct{}) {
	for {
		for _, r := range g.collectors {
			r.Behave(g.mood())
		}
		select {
		case <-stop:
			return
		case <-time.After(time.Duration(20+g.dice(150)) * time.Millisecond):
		}
	}
}

func (g *rampage) mood() receiver.Behaviour {
	return []receiver.Behaviour{
		{},
		{},
		{},
		{Delay: 30 * time.Millisecond},
		{Status: 500, Times: 1 + g.dice(5)},
		{Status: 503, RetryAfter: "0", Times: 2},
		{Status: 302, Location: "https://login.example.com/", Times: 1},
		{Fault: receiver.Drop, Times: 1 + g.dice(3)},
		{Fault: receiver.Cut, Times: 1},
		{Fault: receiver.Reset, Times: 1},
		{Fault: receiver.Garbage, Times: 1},
		{MaxBody: 400},
		{Poison: "#7;", PoisonStatus: 422},
	}[g.dice(13)]
}

// something is a command that somebody types, or cron runs.
func (g *rampage) something() {
	c := command{}
	if g.dice(4) > 0 {
		c.kill = time.Duration(1+g.dice(5<<g.dice(6))) * time.Millisecond
		if g.dice(8) == 0 {
			c.with = syscall.SIGTERM
		}
	}
	wait := []string{"0", "100ms", "1s"}[g.dice(3)]
	switch n := g.dice(16); {
	case n < 6:
		g.stdin(c, "send", "--wait", wait)
	case n < 8:
		g.stdin(c, "enqueue")
	case n < 11:
		g.grow()
		c.name, c.args = "send FILE", []string{"send", "--wait", wait, "-o", "json", g.file()}
		g.run(c)
	case n < 13:
		c.name, c.args = "flush", []string{"flush", "--now", "--wait", wait}
		g.run(c)
	case n < 14:
		c.name, c.args = "status", []string{"status", "-o", "json"}
		g.run(c)
	default:
		c.args = []string{"integration", []string{"disable", "enable", "set"}[g.dice(3)], "c"}
		if c.args[1] == "set" {
			c.args = append(c.args, "--title", fmt.Sprint("title ", g.dice(100)))
		}
		c.name = strings.Join(c.args, " ")
		g.run(c)
	}
}

// stdin sends new events, now and then in pieces.
func (g *rampage) stdin(c command, args ...string) {
	g.mu.Lock()
	g.sources++
	source := fmt.Sprintf("s%d", g.sources)
	g.mu.Unlock()
	n := 1 + g.dice(12)
	if g.dice(10) == 0 {
		n = 1500
	}
	c.args = args
	if g.dice(3) == 0 {
		in, out := io.Pipe()
		defer in.Close()
		c.stdin = in
		pauses := g.dice(20)
		go func() {
			for i := range n {
				if _, err := io.WriteString(out, events(source, 1+i, 1)); err != nil {
					return
				}
				if i < pauses {
					time.Sleep(2 * time.Millisecond)
				}
			}
			_ = out.Close()
		}()
	}
	g.send(source, n, c)
}

// grow appends events to the file.
func (g *rampage) grow() {
	n := 1 + g.dice(20)
	g.mu.Lock()
	defer g.mu.Unlock()
	f, err := os.OpenFile(g.file(), os.O_APPEND|os.O_WRONLY, 0)
	g.check(err)
	defer f.Close()
	_, err = io.WriteString(f, events("f", g.lines+1, n))
	g.check(err)
	g.lines += n
}

// peace mends everything and asks the oracle.
func (g *rampage) peace() {
	g.behave(receiver.Behaviour{})
	if r := g.run(command{name: "enable", args: []string{"integration", "enable", "c"}}); r.Code != 0 {
		g.Errorf("c cannot be enabled: %s", failures(r.Stderr))
	}
	r := g.run(command{name: "send FILE", args: []string{"send", "-o", "json", g.file()}})
	if r.Code != 0 {
		g.Errorf("the file cannot be sent: code %d: %s", r.Code, failures(r.Stderr))
	}
	g.world.sources["f"] = &Source{Name: "f", Events: g.lines, Accepted: map[string]int{"a": g.lines, "b": g.lines}}
	g.settle()
	if text, err := os.ReadFile(g.file()); err != nil || string(text) != events("f", 1, g.lines) {
		g.Errorf("the input was changed: %v", err)
	}
	left, _ := filepath.Glob(filepath.Join(g.root, ".config.toml.*"))
	for _, path := range left {
		g.check(os.Remove(path)) // of an edit that was killed
	}
	now := fingerprints(g.root, g.state)
	for _, path := range []string{g.config, g.file()} {
		g.before[path] = now[path] // they are edited
	}
	g.judge("in peace")
}
