//go:build unix

package torture

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/wnotify/wnotify/dispatch/receiver"
)

// The names in parentheses are those of the study of failures.

// Eight processes send at once; each event arrives, each source in order (B01).
func TestEightSenders(t *testing.T) {
	w := newWorld(t, []string{"b", "d"})
	n := 300
	if exhaustive {
		n = 10_000
	}
	var all sync.WaitGroup
	for p := range 8 {
		all.Go(func() {
			if r := w.send(fmt.Sprint("s", p), n, command{args: []string{"send"}}); r.Code != 0 {
				t.Errorf("sender %d: code %d: %s", p, r.Code, failures(r.Stderr))
			}
		})
	}
	all.Wait()
	w.settle()
	w.judge("eight senders")
	for _, name := range w.names() {
		if got := len(w.collectors[name].Events()); got != 8*n {
			t.Errorf("%s has %d events, want %d", name, got, 8*n)
		}
	}
}

// Two hundred sends begin in the same second, as cron lets them: all are
// served, and what they queued is not left to anybody else (B11).
func TestAllAtSecondZero(t *testing.T) {
	w := newWorld(t, []string{"b"})
	senders := 60
	if exhaustive {
		senders = 200
	}
	var all sync.WaitGroup
	for p := range senders {
		all.Go(func() {
			if r := w.send(fmt.Sprint("s", p), 1, command{args: []string{"send"}}); r.Code != 0 {
				t.Errorf("sender %d: code %d after %v: %s", p, r.Code, r.Took, failures(r.Stderr))
			}
		})
	}
	all.Wait()
	if got := len(w.collectors["b"].Events()); got != senders {
		t.Errorf("when all have ended %d of %d events have arrived", got, senders)
	}
	w.settle()
	w.judge("all at once")
}

// started is a run in the background.
type started struct {
	*exec.Cmd

	w     *world
	name  string
	stdin io.WriteCloser
	out   bytes.Buffer
}

func (w *world) start(name string, args ...string) *started {
	w.Helper()
	return w.begun(name, command{args: args})
}

// begun starts a command in the background.
func (w *world) begun(name string, c command) *started {
	w.Helper()
	p := &started{Cmd: w.program(w.Context(), c), w: w, name: name}
	p.Stdin, p.Stdout = nil, &p.out
	var err error
	p.stdin, err = p.StdinPipe()
	w.check(err)
	w.check(p.Cmd.Start())
	return p
}

// end waits for the end of a run, and notes it.
func (p *started) end() Run {
	p.w.Helper()
	_ = p.stdin.Close() // it may be closed
	code, killed := ended(p.Wait())
	r := Run{Name: p.name, Code: code, Killed: killed}
	p.w.note(result{Run: r})
	return r
}

// While one process waits in a long back-off, others put and go, and what they
// put arrives at those that are well (B02). The waiting one is killed; its
// waits go on in the next run (A26).
func TestSendersWhileOneWaits(t *testing.T) {
	w := newWorld(t, []string{"b", "d"}, `batch_events = 2`)
	w.check(os.WriteFile(w.config, []byte(strings.ReplaceAll(w.toml, quickly, `["1h"]`)), 0o600))
	w.begin()
	w.collectors["d"].Behave(receiver.Behaviour{Status: 503})
	waiter := w.start("the waiting one", "send", "--wait", "drain")
	_, err := io.WriteString(waiter.stdin, events("w", 1, 2))
	w.check(err)
	w.check(waiter.stdin.Close())
	w.until("the first attempt", func() bool { return w.collectors["d"].Count() == 1 })
	for n := range 5 {
		if r := w.send(fmt.Sprint("s", n), 2, command{args: []string{"send"}}); r.Code != 0 {
			t.Errorf("sender %d: code %d: %s", n, r.Code, failures(r.Stderr))
		}
	}
	w.until("b to have all", func() bool { return len(w.collectors["b"].Events()) == 12 })
	w.check(waiter.Process.Kill())
	waiter.end()
	w.collectors["d"].Behave(receiver.Behaviour{})
	if r := w.run(command{name: "flush", args: []string{"flush", "--wait", "0"}}); r.Code != 0 {
		t.Errorf("flush: code %d: %s", r.Code, failures(r.Stderr))
	}
	if n := w.collectors["d"].Count(); n != 1 {
		t.Errorf("%d attempts in the middle of the wait, want 1", n)
	}
	w.sources["w"] = &Source{Name: "w", Events: 2, Accepted: map[string]int{"b": 2, "d": 2}}
	w.settle()
	w.judge("one waits")
}

// until waits for what is bound to happen.
func (w *world) until(what string, done func() bool) {
	w.Helper()
	for end := time.Now().Add(patience); !done(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			w.Fatalf("waited %v in vain for %s", patience, what)
		}
	}
}

// A process is stopped in the middle of a request (Ctrl-Z, B05). The others do
// not hang; when it goes on nothing is lost.
func TestStoppedLeader(t *testing.T) {
	w := newWorld(t, []string{"b"})
	w.behave(receiver.Behaviour{Fault: receiver.Hang, Times: 1})
	leader := w.start("the stopped one", "send")
	_, err := io.WriteString(leader.stdin, events("w", 1, 2))
	w.check(err)
	w.until("the request", func() bool { return w.collectors["b"].Count() == 1 })
	w.check(leader.Process.Signal(syscall.SIGSTOP))
	if r := w.send("s1", 2, command{args: []string{"send", "--wait", "0"}}); r.Code != 0 {
		t.Errorf("send beside a stopped one: code %d: %s", r.Code, failures(r.Stderr))
	}
	if r := w.run(command{name: "flush", args: []string{"flush", "--wait", "0"}}); r.Code != 0 {
		t.Errorf("flush beside a stopped one: code %d: %s", r.Code, failures(r.Stderr))
	}
	w.check(leader.Process.Signal(syscall.SIGCONT))
	if r := leader.end(); r.Code != 0 {
		t.Errorf("the stopped one ended with code %d", r.Code)
	}
	w.sources["w"] = &Source{Name: "w", Events: 2, Accepted: map[string]int{"b": 2}}
	w.settle()
	w.judge("stopped")
}

// The lock files are removed while they are held: two may lead then, and the
// epoch in the record keeps them apart (B07).
func TestRemovedLocks(t *testing.T) {
	w := newWorld(t, []string{"b"}, `batch_events = 2`)
	w.behave(receiver.Behaviour{Delay: 20 * time.Millisecond})
	var all sync.WaitGroup
	for p := range 4 {
		all.Go(func() {
			for n := range 3 {
				w.send(fmt.Sprintf("s%d.%d", p, n), 6, command{args: []string{"send"}})
			}
		})
	}
	stop := make(chan struct{})
	var admin sync.WaitGroup
	admin.Go(func() {
		for {
			select {
			case <-stop:
				return
			case <-time.After(15 * time.Millisecond):
				_ = os.Remove(filepath.Join(w.state, "LOCK.journal")) // it may be gone
				_ = os.RemoveAll(filepath.Join(w.state, "lanes"))
				w.mu.Lock()
				w.history.Crashes++ // a second leader repeats what the first one sent
				w.mu.Unlock()
			}
		}
	})
	all.Wait()
	close(stop)
	admin.Wait()
	w.history.Fickle = []string{"b"} // two leaders at once keep no order on the wire
	w.settle()
	w.judge("without locks")
}

// A run that ends while another puts: whatever is put is delivered by one of
// the two before both have ended (B03).
func TestNobodyIsStranded(t *testing.T) {
	w := newWorld(t, []string{"b"})
	rounds := 6
	if exhaustive {
		rounds = 300
	}
	for round := range rounds {
		var both sync.WaitGroup
		for p := range 2 {
			both.Go(func() {
				time.Sleep(time.Duration(round%10*p) * 2 * time.Millisecond) // not for waiting: it shifts the two
				w.send(fmt.Sprintf("s%d.%d", round, p), 1, command{args: []string{"send"}})
			})
		}
		both.Wait()
		if got := len(w.collectors["b"].Events()); got != 2*(round+1) {
			t.Fatalf("round %d: both have ended, and %d of %d events have arrived", round, got, 2*(round+1))
		}
	}
	w.settle()
	w.judge("in pairs")
}
