//go:build unix

package torture

import (
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
	"time"
)

// burstHits is how many hits make a burst. The third crosses the threshold, the
// first of the next one, a minute later, arms the trigger again.
const burstHits = 4

// firing is a trigger that fires once in each burst, and where its alerts go.
const firing = `
[trigger.burst]
condition = "hits"
threshold = { more_than = 2, per = "10s" }
integrations = ["alerts"]
`

// withTrigger is a world whose second integration gets nothing but alerts.
func withTrigger(t testing.TB) *world {
	t.Helper()
	w := newWorld(t, []string{"a", "alerts"})
	w.toml += firing
	w.check(os.WriteFile(w.config, []byte(w.toml), 0o600))
	return w
}

// burst is the n-th burst of hits, from 1: lines of a file.
func burst(n int) string {
	var b strings.Builder
	for i := range burstHits {
		id := ID{"f", (n-1)*burstHits + i + 1}
		fmt.Fprintf(&b, `{"summary":"event %v;","details":{"notification_type":"new_hits","hit":{"object_type":"hit","type":"sqli","request_time":%d}}}`+"\n",
			id, 1795255200+60*n+i)
	}
	return b.String()
}

// fired checks that there is one alert for each burst, told under one key
// however often it came.
func (w *world) fired(bursts int, name string) {
	w.Helper()
	keys := map[string][]string{}
	for _, q := range w.collectors["alerts"].Requests() {
		for _, e := range q.Events {
			if q.Stored && !slices.Contains(keys[string(e)], q.Key()) {
				keys[string(e)] = append(keys[string(e)], q.Key())
			}
		}
	}
	if len(keys) != bursts {
		w.Errorf("%s: %d different alerts, want %d", name, len(keys), bursts)
	}
	for alert, k := range keys {
		if len(k) != 1 {
			w.Errorf("%s: an alert came under the keys %v: %s", name, k, alert)
		}
		if !strings.Contains(alert, `"trigger_name":"burst"`) || !strings.Contains(alert, `"count":3,`) {
			w.Errorf("%s: that is no alert of three hits: %s", name, alert)
		}
	}
}

// TestTriggerFiresOnce kills a process that reads a file, counts, fires and
// tells, again and again: in the end each crossing was told, once.
func TestTriggerFiresOnce(t *testing.T) {
	const bursts = 10
	w := withTrigger(t)
	w.begin()
	random := rand.New(rand.NewPCG(*seed, 2))
	f, err := os.Create(w.file())
	w.check(err)
	defer f.Close()
	send := command{name: "send FILE", args: []string{"send", "--wait", "100ms", "-o", "json", w.file()}}
	_, err = f.WriteString(burst(1))
	w.check(err)
	usual := w.run(send).Took
	kills := 0
	for n := 2; n <= bursts; n++ {
		text := burst(n)
		cut := random.IntN(len(text)) // now and then in the middle of a line
		for _, part := range []string{text[:cut], text[cut:]} {
			_, err := f.WriteString(part)
			w.check(err)
			send.kill = time.Millisecond + time.Duration(random.Int64N(int64(usual*3/2)))
			if w.run(send).Killed {
				kills++
			}
		}
	}
	if r := w.run(command{name: "send FILE", args: []string{"send", "-o", "json", w.file()}}); r.Code != 0 {
		t.Errorf("the file cannot be sent: code %d: %s", r.Code, failures(r.Stderr))
	}
	w.sources["f"] = &Source{Name: "f", Events: bursts * burstHits, Accepted: map[string]int{"a": bursts * burstHits}}
	w.settle()
	w.check(os.Remove(w.file())) // it grew
	w.judge("in the end")
	w.fired(bursts, "in the end")
	t.Logf("%d bursts, %d kills; a run takes %v", bursts, kills, usual)
}
