//go:build unix

package torture

import (
	"encoding/json"
	"fmt"
	"maps"
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
	w.shares(s, hosts, len(names)/hosts)
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
		if len(p.delivered()) == 0 {
			t.Errorf("host %d delivered nothing", n)
		}
	}
	w.settle()
	w.judge("spread")
}

// shares waits until so many hosts lead equal shares and the status says the
// same. A host that gets no time for some seconds
// may lose what it leads, and get it back.
func (w *world) shares(s *nats.Store, hosts, each int) {
	w.Helper()
	w.until(fmt.Sprint("equal shares of ", hosts), func() bool {
		leaders := w.leaders(s, hosts*each)
		load := map[string]int{}
		for _, host := range leaders {
			load[host]++
		}
		for n := range hosts {
			if load[w.hostName(n)] != each {
				return false
			}
		}
		return maps.Equal(w.shown(), leaders)
	})
}

// shown is who delivers what, as the status says.
func (w *world) shown() map[string]string {
	w.Helper()
	var status struct {
		Items []struct {
			Name string `json:"name"`
			Host string `json:"host"`
		} `json:"items"`
	}
	w.check(json.Unmarshal([]byte(w.run(w.host(hosts, command{name: "status", args: []string{"status", "-o", "json"}})).Stdout), &status))
	by := map[string]string{}
	for _, i := range status.Items {
		by[i.Name] = i.Host
	}
	return by
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
