//go:build torture && unix

package torture

import (
	"math/rand/v2"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/wnotify/wnotify/dispatch/receiver"
)

// TestHostsKilled lets hosts send and deliver from one queue on NATS, with
// collectors that fail in every way, kills most of what runs, and now and then
// the server, or one of three that replicate, which starts again on what it left
// on the disk. It goes on with a new queue until the budget is used up.
func TestHostsKilled(t *testing.T) {
	start := *seed
	if start == 0 {
		start = uint64(time.Now().UnixNano())
	}
	runs, kills, servers, clusters := 0, 0, 0, 0
	for round, end := uint64(0), time.Now().Add(*budget); round == 0 || time.Now().Before(end); round++ {
		w := newWorld(t, []string{"a", "b", "d"})
		if round%2 == 0 {
			w.shared()
		} else {
			w.replicated()
			clusters++
		}
		g := &rampage{world: w, random: rand.New(rand.NewPCG(start, round))}
		servers += g.hosts(3, 12)
		for _, r := range w.history.Runs {
			runs++
			if r.Killed {
				kills++
			}
		}
		if t.Failed() {
			t.Fatalf("with -seed %d, round %d", start, round)
		}
		for _, n := range w.servers {
			n.kill()
		}
		t.Logf("round %d: %d runs, %d of them killed, %d kills of servers", round, runs, kills, servers)
	}
	t.Logf("%d runs, %d of them killed, servers killed %d times, %d rounds with three of them; nothing was lost; -seed %d",
		runs, kills, servers, clusters, start)
}

// hosts lets so many of them do so many things each, and asks the oracle.
func (g *rampage) hosts(hosts, things int) (kills int) {
	stop := make(chan struct{})
	var moods, all sync.WaitGroup
	moods.Go(func() { g.moods(stop) })
	moods.Go(func() { kills = g.serverKills(stop, hosts) })
	for n := range hosts {
		all.Go(func() {
			for range things {
				g.onHost(n)
			}
		})
	}
	all.Wait()
	close(stop)
	moods.Wait()
	g.behave(receiver.Behaviour{})
	g.settle()
	g.judge("on many hosts")
	return kills
}

// serverKills kills a server again and again, and leaves all running.
func (g *rampage) serverKills(stop <-chan struct{}, hosts int) int {
	for n := 0; ; n++ {
		select {
		case <-stop:
			return n
		case <-time.After(time.Duration(500+g.dice(4000)) * time.Millisecond):
		}
		server := g.servers[g.dice(len(g.servers))]
		server.kill()
		g.mu.Lock()
		g.world.mu.Lock()
		g.history.Crashes += hosts * len(g.collectors) // a 2xx of each may be uncommitted
		g.world.mu.Unlock()
		g.mu.Unlock()
		time.Sleep(time.Duration(g.dice(1500)) * time.Millisecond) // how long it is away
		server.start()
	}
}

// onHost is a command that somebody types on a host, or cron runs.
func (g *rampage) onHost(n int) {
	c := g.host(n, command{})
	if g.dice(3) > 0 {
		c.kill = time.Duration(20+g.dice(40<<g.dice(6))) * time.Millisecond
	}
	wait := []string{"0", "100ms", "2s"}[g.dice(3)]
	switch g.dice(5) {
	case 0:
		g.stdin(c, "enqueue")
	case 4: // one that stays, and shares with others that do
		c.name, c.args, c.kill = "follow", []string{"flush", "--follow"}, time.Duration(500+g.dice(6000))*time.Millisecond
		if g.dice(2) == 0 {
			c.with = syscall.SIGTERM
		}
		g.run(c)
	case 1:
		c.name, c.args = "flush", []string{"flush", "--now", "--wait", wait}
		g.run(c)
	default:
		g.stdin(c, "send", "--wait", wait)
	}
}
