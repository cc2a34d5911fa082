//go:build unix

package torture

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/wnotify/wnotify/dispatch/receiver"
)

// world is a queue with its integrations and collectors, and a history of all
// that is done to it.
type world struct {
	testing.TB

	root   string // everything but the state may not change
	state  string
	config string

	collectors map[string]*receiver.Receiver
	before     map[string]string // fingerprints of root
	toml       string            // the configuration
	nats       *natsd            // not nil: it has the queue
	servers    []*natsd          // all of them, if it is one of several

	mu      sync.Mutex
	history History
	sources map[string]*Source
	output  []byte // of all runs
}

// The secrets that may be seen nowhere.
const (
	canaryHeader = "CANARY-header-6cd1"
	canaryQuery  = "CANARY-query-90aa"
)

// quickly is a schedule that ends within seconds, long enough for outages of a
// test.
const quickly = `["10ms 20ms 50ms 50ms", "50ms 50ms 100ms 100ms 100ms 200ms", "200ms 200ms 500ms 1s 2s 2s 2s"]`

// newWorld makes integrations with a collector each. The lines are more
// settings of all integrations.
func newWorld(t testing.TB, integrations []string, lines ...string) *world {
	t.Helper()
	w := &world{TB: t, root: t.TempDir(), collectors: map[string]*receiver.Receiver{}, sources: map[string]*Source{}}
	w.state = filepath.Join(w.root, "state")
	w.config = filepath.Join(w.root, "config.toml")
	for _, dir := range []string{"tmp", "home", "cwd"} {
		w.check(os.Mkdir(filepath.Join(w.root, dir), 0o700))
	}
	secret := filepath.Join(w.root, "token")
	w.check(os.WriteFile(secret, []byte(canaryHeader+"\n"), 0o600))
	var b strings.Builder
	fmt.Fprintf(&b, "version = 1 # ours\n\n[auto_disable]\nenabled = false\n\n[defaults]\nretry = %s\nrequest_timeout = \"5s\"\n%s\n", quickly, strings.Join(lines, "\n"))
	for _, name := range integrations {
		r, err := receiver.New(receiver.Options{TLS: true, Keep: 1 << 20})
		w.check(err)
		w.Cleanup(func() { _ = r.Close() }) // nobody listens any more either way
		w.collectors[name] = r
		ca := filepath.Join(w.root, name+".pem")
		w.check(os.WriteFile(ca, r.CA(), 0o600))
		fmt.Fprintf(&b, "\n[integration.%s]\ntype = \"webhook\"\nurl = \"%sin?token=%s\"\nca_certificate = %q\nsecret_headers.Authorization = { file = %q }\n",
			name, r.URL(), canaryQuery, ca, secret)
		b.WriteString(formats[name])
	}
	w.toml = b.String()
	w.check(os.WriteFile(w.config, []byte(w.toml), 0o600))
	w.begin()
	return w
}

// formats makes integrations differ: the lane of a is many small batches.
var formats = map[string]string{
	"a": "format = \"ndjson\"\nbatch_events = 3\n",
	"b": "compression = \"gzip\"\n",

	"alerts": "events = []\n", // only what a trigger sends
}

// begin begins a history: what the collectors got before is forgotten.
func (w *world) begin() {
	for _, r := range w.collectors {
		w.check(r.Up())
		r.Behave(receiver.Behaviour{})
		r.Forget()
	}
	w.before = fingerprints(w.root, w.state)
	w.sources, w.output = map[string]*Source{}, nil
	w.history = History{Secrets: []string{canaryHeader, canaryQuery}, Seen: map[string][]byte{}}
}

// file is an input file.
func (w *world) file() string { return filepath.Join(w.root, "events.ndjson") }

func (w *world) check(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

// behave makes all collectors answer like that from now on.
func (w *world) behave(b receiver.Behaviour) {
	for _, r := range w.collectors {
		r.Behave(b)
	}
}

// names of the integrations.
func (w *world) names() []string { return slices.Sorted(maps.Keys(w.collectors)) }

// settle delivers everything that is left, to collectors that are well.
func (w *world) settle() {
	w.Helper()
	w.behave(receiver.Behaviour{})
	for _, r := range w.collectors {
		w.check(r.Up())
	}
	last := w.run(command{name: "the last flush", args: []string{"flush", "--now", "--wait", "drain"}})
	if last.Code != 0 {
		w.Errorf("the last flush: code %d: %s", last.Code, last.Stderr)
	}
	w.history.Settled = true
}

// judge asks the oracle; name says which part of a test it is about.
func (w *world) judge(name string) {
	w.Helper()
	w.look()
	for _, problem := range w.history.Judge(documented()) {
		w.Errorf("%s: %s", name, problem)
	}
}
