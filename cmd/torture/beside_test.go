//go:build unix

package torture

import (
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/wnotify/wnotify/dispatch/receiver"
)

// The journal is compacted, again and again, beside processes that wait for it
// and write: what they acknowledge is in the new file (B04).
func TestCompactionBesideWriters(t *testing.T) {
	w := newWorld(t, []string{"b", "d"})
	rounds := 15
	if exhaustive {
		rounds = 100
	}
	writers := []func(){w.writer("w1"), w.writer("w2")}
	for range rounds {
		if r := w.other("compact"); r.Code != 0 {
			t.Errorf("compaction: code %d: %s", r.Code, failures(r.Stderr))
		}
	}
	for _, end := range writers {
		end()
	}
	for name, s := range w.sources {
		if s.Events == 0 {
			t.Errorf("%s got nothing in", name)
		}
	}
	w.history.Crashes += len(writers)
	w.settle()
	w.judge("beside compactions")
}

// Looking at a queue into which much goes shows one moment of it: integrations
// that take the same have the same number, which never falls (B09).
func TestStatusBesideASender(t *testing.T) {
	w := newWorld(t, []string{"b", "d"})
	w.check(os.WriteFile(w.config, []byte(strings.ReplaceAll(w.toml, quickly, `["1h"]`)), 0o600))
	w.begin()
	w.behave(receiver.Behaviour{Status: 503})
	const looks, chunk = 15, 400
	sender := w.start("the sender", "send", "--wait", "0")
	last := int64(0)
	for n := range looks {
		_, err := io.WriteString(sender.stdin, events("w", 1+n*chunk, chunk))
		w.check(err)
		r := w.run(command{name: "status", args: []string{"status", "-o", "json"}})
		var board struct {
			Items []struct {
				Name   string `json:"name"`
				Queued int64  `json:"queued"`
			} `json:"items"`
		}
		if err := json.Unmarshal([]byte(r.Stdout), &board); r.Code != 0 || err != nil || len(board.Items) != 2 {
			t.Fatalf("code %d, %v: %s%s", r.Code, err, r.Stdout, failures(r.Stderr))
		}
		b, d := board.Items[0].Queued, board.Items[1].Queued
		if b != d || b < last || b > int64((n+1)*chunk) {
			t.Errorf("of %d events %d wait for b and %d for d; before it were %d", (n+1)*chunk, b, d, last)
		}
		last = b
	}
	if r := sender.end(); r.Code != 0 {
		t.Errorf("the sender ended with code %d", r.Code)
	}
	w.sources["w"] = &Source{Name: "w", Events: looks * chunk, Accepted: map[string]int{"b": looks * chunk, "d": looks * chunk}}
	w.settle()
	w.judge("looked at")
}

// Two users, a service and root, never have a queue each in one place: who is
// not the owner is refused, and nothing changes (B08).
func TestTwoUsers(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("only root can be two users")
	}
	w := newWorld(t, []string{"b"})
	const service = 12345
	as := &syscall.Credential{Uid: service, Gid: service}
	// What the service must be able to read, and run.
	for _, path := range []string{filepath.Dir(w.root), w.root, filepath.Dir(executable(t)), filepath.Join(w.root, "cwd")} {
		w.check(os.Chmod(path, 0o755))
	}
	for _, path := range []string{w.config, filepath.Join(w.root, "token"), filepath.Join(w.root, "b.pem")} {
		w.check(os.Chmod(path, 0o644))
	}
	w.begin()
	refused := func(who string, as *syscall.Credential) {
		t.Helper()
		before := fingerprints(w.state, "")
		for _, args := range [][]string{{"send"}, {"enqueue"}} {
			if r := w.send(who+args[0], 3, command{args: args, as: as}); r.Code != 77 || r.Summary.Accepted != 0 {
				t.Errorf("%s: code %d, %d accepted: %s", r.Name, r.Code, r.Summary.Accepted, failures(r.Stderr))
			}
		}
		for path, how := range changed(before, fingerprints(w.state, "")) {
			t.Errorf("%s: %s %s", who, path, how)
		}
	}
	if r := w.send("root", 3, command{args: []string{"enqueue"}}); r.Code != 0 {
		t.Errorf("root: code %d: %s", r.Code, failures(r.Stderr))
	}
	refused("service", as)
	w.settle()
	w.judge("root's queue")

	w.check(os.RemoveAll(w.state))
	w.check(os.Mkdir(w.state, 0o700))
	w.check(os.Chown(w.state, service, service))
	w.begin()
	if r := w.send("service", 3, command{args: []string{"send"}, as: as}); r.Code != 0 {
		t.Errorf("service: code %d: %s", r.Code, failures(r.Stderr))
	}
	refused("root", nil)
	if got := len(w.collectors["b"].Events()); got != 3 {
		t.Errorf("%d events arrived, want those of the service", got)
	}
}
