//go:build unix

package torture

import (
	"encoding/json"
	"fmt"
	"slices"
	"syscall"
	"testing"

	"github.com/wnotify/wnotify/store/nats"
)

// Hosts that follow the queue share its integrations evenly, whoever was first:
// two lead five of ten each, ten lead one each, and each delivers what it leads.
// The status says who it is.
func TestHostsSpread(t *testing.T) {
	var names []string
	for n := range hosts {
		names = append(names, fmt.Sprint("i", n))
	}
	w := newWorld(t, names)
	w.shared()
	s := w.nats.open(w, "the oracle")
	defer s.Close()
	if r := w.send("backlog", 20, w.host(hosts, command{args: []string{"enqueue"}})); r.Code != 0 {
		t.Fatalf("enqueue: code %d: %s", r.Code, failures(r.Stderr))
	}
	var followers []*started
	follow := func(n int) {
		followers = append(followers, w.startOn(n, fmt.Sprint("follower ", n), "flush", "--follow", "-o", "json"))
	}
	follow(0)
	w.leaders(s, len(names)) // it is alone, and takes all
	follow(1)
	w.shares(s, 2, len(names)/2)
	for n := 2; n < hosts; n++ {
		follow(n)
	}
	leaders := w.shares(s, hosts, len(names)/hosts)
	if r := w.send("later", 20, w.host(hosts, command{args: []string{"enqueue"}})); r.Code != 0 {
		t.Fatalf("enqueue: code %d: %s", r.Code, failures(r.Stderr))
	}
	for _, name := range names {
		w.until("all of "+name, func() bool { return len(w.collectors[name].Events()) == 40 })
	}
	for n, p := range followers {
		w.check(p.Process.Signal(syscall.SIGTERM))
		if r := p.end(); r.Code != 0 {
			t.Errorf("%s: code %d", r.Name, r.Code)
		}
		if slices.IndexFunc(p.delivered(), func(name string) bool { return leaders[name] == w.hostName(n) }) < 0 {
			t.Errorf("host %d delivered for %v, and should have for what it led: %v", n, p.delivered(), leaders)
		}
	}
	w.settle()
	w.judge("spread")
}

// shares waits until so many hosts lead equal shares, and returns who leads what.
// The status says the same.
func (w *world) shares(s *nats.Store, hosts, each int) map[string]string {
	w.Helper()
	var leaders map[string]string
	w.until(fmt.Sprint("equal shares of ", hosts), func() bool {
		leaders = w.leaders(s, hosts*each)
		load := map[string]int{}
		for _, host := range leaders {
			load[host]++
		}
		for n := range hosts {
			if load[w.hostName(n)] != each {
				return false
			}
		}
		return true
	})
	var status struct {
		Items []struct {
			Name string `json:"name"`
			Host string `json:"host"`
		} `json:"items"`
	}
	w.check(json.Unmarshal([]byte(w.run(w.host(hosts, command{name: "status", args: []string{"status", "-o", "json"}})).Stdout), &status))
	for _, i := range status.Items {
		if i.Host != leaders[i.Name] {
			w.Errorf("status says that %s is delivered by %q, and it is by %q", i.Name, i.Host, leaders[i.Name])
		}
	}
	return leaders
}

// delivered names the integrations that a run has delivered to, as it said at its
// end.
func (p *started) delivered() (names []string) {
	p.w.Helper()
	var s struct {
		Integrations []struct {
			Name      string `json:"name"`
			Delivered int    `json:"delivered"`
		} `json:"integrations"`
	}
	p.w.check(json.Unmarshal(p.out.Bytes(), &s))
	for _, i := range s.Integrations {
		if i.Delivered > 0 {
			names = append(names, i.Name)
		}
	}
	return names
}
