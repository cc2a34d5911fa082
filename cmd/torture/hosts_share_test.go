//go:build unix

package torture

import (
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"github.com/wnotify/wnotify/cmd/config"
	"github.com/wnotify/wnotify/dispatch"
	"github.com/wnotify/wnotify/dispatch/receiver"
	"github.com/wnotify/wnotify/store"
)

// Ten hosts whose clocks differ by some minutes count requests and tell the
// hours: nothing is lost, and each hour is told once.
func TestHoursOfTenHosts(t *testing.T) {
	w := newWorld(t, []string{"b"})
	w.shared()
	f, err := config.Decode([]byte(w.toml), w.config)
	w.check(err)
	settings := f.Settings()
	noon := time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC)
	var all sync.WaitGroup
	for n := range hosts {
		d := &dispatch.Dispatcher{
			Store: w.nats.open(w, fmt.Sprint("h", n)), Log: zerolog.Nop(), Settings: func() *dispatch.Settings { return &settings },
		}
		w.Cleanup(func() { _ = d.Store.Close() })
		ahead := time.Duration(n-hosts/2) * time.Minute
		all.Go(func() {
			for _, at := range []time.Duration{-30 * time.Minute, 30 * time.Minute} {
				if err := d.AddRequests(t.Context(), 7, noon.Add(at+ahead)); err != nil {
					t.Error(err)
				}
			}
		})
		all.Go(func() {
			for _, at := range []time.Duration{0, 15 * time.Minute} {
				if _, err := d.QueueHours(t.Context(), noon.Add(at+ahead)); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	s := w.nats.open(w, "the last")
	defer s.Close()
	last := &dispatch.Dispatcher{Store: s, Log: zerolog.Nop(), Settings: func() *dispatch.Settings { return &settings }}
	_, err = last.QueueHours(t.Context(), noon.Add(2*time.Hour))
	w.check(err)
	runs, err := s.Read(t.Context(), "b", 1, store.Limit{})
	w.check(err)
	var told strings.Builder
	for _, r := range runs {
		told.Write(r.Data)
	}
	total := 0
	for line := range strings.Lines(told.String()) {
		_, rest, _ := strings.Cut(line, `"requests":`)
		n := 0
		if _, err := fmt.Sscan(strings.TrimRight(rest[:strings.IndexAny(rest, ",}")], ",}"), &n); err != nil {
			t.Errorf("%s: %v", line, err)
		}
		total += n
	}
	if hours := strings.Count(told.String(), `"requests_per_hour"`); hours < 2 || total != 2*7*hosts {
		t.Errorf("%d requests in %d hours were told, want %d in at least 2:\n%s", total, hours, 2*7*hosts, told.String())
	}
}

// Three hosts follow the queue, each for its own integrations. One of them dies:
// what it led is taken over when its lease has ended, and nothing is lost.
func TestHostsShareTheWork(t *testing.T) {
	names := []string{"b", "d", "e"}
	w := newWorld(t, names)
	w.shared()
	s := w.nats.open(w, "the oracle")
	defer s.Close()
	var followers []*started
	for n, name := range names {
		followers = append(followers, w.startOn(n, "follower of "+name, "flush", "--follow", name))
	}
	w.collectors["b"].Behave(receiver.Behaviour{Fault: receiver.Hang, Times: 1})
	if r := w.send("s0", 20, w.host(9, command{args: []string{"enqueue"}})); r.Code != 0 {
		t.Fatalf("enqueue: code %d: %s", r.Code, failures(r.Stderr))
	}
	leaders := w.leaders(s, len(names))
	for n, name := range names {
		if want := hostOf(filepath.Join(w.state, fmt.Sprint("h", n))); leaders[name] != want {
			t.Errorf("%s is led by %q, want %q; all: %v", name, leaders[name], want, leaders)
		}
	}
	w.until("a request that hangs", func() bool { return w.collectors["b"].Count() == 1 })
	if exhaustive { // else this waits for nothing but the end of a lease
		w.check(followers[0].Process.Kill())
		died := time.Now()
		successor := w.startOn(7, "successor", "flush", "--follow")
		w.until("a successor", func() bool { return len(w.collectors["b"].Events()) == 20 })
		if took := time.Since(died); took > longAgo {
			t.Errorf("taken over after %v", took)
		}
		followers = append(followers, successor)
	}
	for _, p := range followers {
		_ = p.Process.Signal(syscall.SIGTERM) // one of them may be dead
		p.end()
	}
	w.settle()
	w.judge("shared")
}

// startOn is start on one of the hosts.
func (w *world) startOn(n int, name string, args ...string) *started {
	w.Helper()
	return w.begun(name, w.host(n, command{args: args}))
}
