//go:build unix

package torture

import (
	"testing"

	"github.com/wnotify/wnotify/dispatch/receiver"
)

// Without any fault the oracle has nothing to say, and sees all there is.
func TestNothingHappens(t *testing.T) {
	w := newWorld(t, []string{"a", "b"})
	w.send("s1", 10, command{args: []string{"send"}})
	w.behave(receiver.Behaviour{Status: 503})
	w.send("s2", 5, command{args: []string{"send", "--wait", "0"}})
	w.send("s3", 5, command{args: []string{"enqueue"}})
	w.judge("while it waits")
	for _, name := range w.names() {
		if n := len(w.history.Queues[name].Waiting); n != 10 {
			t.Errorf("%s: %d events wait, want 10", name, n)
		}
	}
	w.settle()
	w.judge("in the end")
	for _, name := range w.names() {
		if n := len(w.collectors[name].Events()); n != 20 {
			t.Errorf("%s has %d events, want 20", name, n)
		}
	}
}
