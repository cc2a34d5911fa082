//go:build unix

package torture

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/wnotify/wnotify/dispatch/receiver"
)

// hosts share the queue in these tests.
const hosts = 10

// disabling are settings with which one host alone never disables anything.
const disabling = `version = 1
[auto_disable]
min_requests = 12
[trigger.burst]
condition = "hits"
threshold = { more_than = 100, per = "1h" }
filters = []
integrations = ["alerts"]
`

// Ten hosts send at once. What they share is one truth: each event arrives, in
// order and once; failures are counted together, so that an integration is
// disabled, and told of, once; a trigger that no host's events would fire alone
// fires once.
func TestTenHosts(t *testing.T) {
	w := newWorld(t, []string{"a", "b", "d", "alerts", "down"})
	w.toml = strings.Replace(w.toml, "version = 1 # ours\n\n[auto_disable]\nenabled = false\n", disabling, 1)
	w.toml = strings.Replace(w.toml, "[integration.down]\n", "[integration.down]\nretry = []\nbatch_events = 1\n", 1)
	w.check(os.WriteFile(w.config+".lock", nil, 0o600)) // of the commands that edit
	w.shared()
	w.history.Fickle = []string{"down"}
	w.collectors["down"].Behave(receiver.Behaviour{Status: 500})
	var all sync.WaitGroup
	for n := range hosts {
		all.Go(func() {
			source := fmt.Sprint("s", n)
			hits := strings.ReplaceAll(events(source, 1, 15), `"new_hits"`, `"new_hits","hit":{}`)
			if r := w.send(source, 15, w.host(n, command{args: []string{"send"}, stdin: strings.NewReader(hits)})); r.Code != 0 && r.Code != 69 {
				t.Errorf("host %d: code %d: %s", n, r.Code, failures(r.Stderr))
			}
			delete(w.of(source).Accepted, "alerts") // only the trigger sends there
		})
	}
	all.Wait()

	var views []string
	for n := range 2 {
		r := w.run(w.host(n, command{name: "status", args: []string{"status", "-o", "json"}}))
		views = append(views, w.statistics(r.Stdout))
	}
	if views[0] != views[1] || !strings.Contains(views[0], "down auto-disabled") {
		t.Errorf("two hosts see\n%s\nand\n%s", views[0], views[1])
	}
	for _, name := range []string{"a", "b", "d"} {
		if n := w.told(name, `"integration_broken"`); n != 1 {
			t.Errorf("%s was told %d times that an integration is broken", name, n)
		}
		if got := len(w.collectors[name].Events()); got != hosts*15+1 {
			t.Errorf("%s has %d events, want %d and one about the broken integration", name, got, hosts*15)
		}
	}
	if n := w.told("alerts", "exceeded the threshold"); n != 1 {
		t.Errorf("the trigger fired %d times", n)
	}
	w.check(os.RemoveAll(w.state)) // no host has anything that others need
	w.collectors["down"].Behave(receiver.Behaviour{})
	if r := w.run(w.host(hosts, command{name: "enable", args: []string{"integration", "enable", "down"}})); r.Code != 0 {
		t.Errorf("enabling on an eleventh host: code %d: %s", r.Code, failures(r.Stderr))
	}
	w.settle()
	w.judge("ten hosts")
}

// of is what is known of a source.
func (w *world) of(source string) *Source {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.sources[source]
}

// told counts the events of a collector that contain a text.
func (w *world) told(name, text string) (n int) {
	for _, r := range w.collectors[name].Requests() {
		if r.Stored {
			n += strings.Count(string(r.Body), text)
		}
	}
	return n
}

// statistics are what status says of each integration, without what moves.
func (w *world) statistics(stdout string) string {
	w.Helper()
	var s struct {
		Items []struct {
			Name   string `json:"name"`
			State  string `json:"state"`
			Queued int    `json:"queued"`
			Window struct {
				Requests int `json:"requests"`
				Failures int `json:"failures"`
			} `json:"window"`
			Today int `json:"delivered_today"`
			Dead  int `json:"dead"`
		} `json:"items"`
	}
	w.check(json.Unmarshal([]byte(stdout), &s))
	var b strings.Builder
	for _, i := range s.Items {
		fmt.Fprintf(&b, "%s %s: %d queued, %d of %d requests failed, %d delivered, %d dead\n",
			i.Name, i.State, i.Queued, i.Window.Failures, i.Window.Requests, i.Today, i.Dead)
	}
	return b.String()
}
