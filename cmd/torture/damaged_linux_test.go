package torture

import (
	"bytes"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/wnotify/wnotify/dispatch/receiver"
)

const page = 4096

// damages are what disks do to a file, and people.
var damages = []struct {
	name string
	do   func(random *rand.Rand, b []byte) []byte
}{
	{"bit flipped", func(random *rand.Rand, b []byte) []byte {
		b[random.IntN(len(b))] ^= 1 << random.IntN(8)
		return b
	}},
	{"bit flipped in a header", func(random *rand.Rand, b []byte) []byte {
		b[random.IntN(2)*page+random.IntN(80)] ^= 1 << random.IntN(8)
		return b
	}},
	{"both headers gone", func(_ *rand.Rand, b []byte) []byte {
		clear(b[:2*page])
		return b
	}},
	{"cut off at a page", func(random *rand.Rand, b []byte) []byte { return b[:random.IntN(len(b)/page)*page] }},
	{"cut off anywhere", func(random *rand.Rand, b []byte) []byte { return b[:random.IntN(len(b))] }},
	{"page of zeros", func(random *rand.Rand, b []byte) []byte {
		clear(b[random.IntN(len(b)/page)*page:][:page])
		return b
	}},
	{"page of noise", func(random *rand.Rand, b []byte) []byte {
		at := random.IntN(len(b)/page) * page
		for i := range page {
			b[at+i] = byte(random.Uint32())
		}
		return b
	}},
	{"two pages swapped", func(random *rand.Rand, b []byte) []byte {
		one, other := b[random.IntN(len(b)/page)*page:][:page], b[random.IntN(len(b)/page)*page:][:page]
		was := slices.Clone(one)
		copy(one, other)
		copy(other, was)
		return b
	}},
	{"page written to another place", func(random *rand.Rand, b []byte) []byte {
		copy(b[random.IntN(len(b)/page)*page:][:page], slices.Clone(b[random.IntN(len(b)/page)*page:][:page]))
		return b
	}},
}

// A damaged journal is either told or harmless. Never is a wrong byte
// delivered, never does the program die of it or begin a new queue in its
// place; and what doctor --repair saves is a queue that works (C07–C11).
//
// With the build tag torture it goes on until the budget is used up.
func TestDamagedJournal(t *testing.T) {
	w := newWorld(t, []string{"b", "d"}, `batch_events = 5`)
	w.send("s0", 20, command{args: []string{"send"}})
	backlog(w)
	journal := filepath.Join(w.state, "journal.db")
	whole, err := os.ReadFile(journal)
	w.check(err)
	whole = whole[:used(whole)]
	g := &stage{world: w, fresh: filepath.Join(t.TempDir(), "fresh"), past: w.sources}
	delete(g.past, "s0") // delivered, and forgotten with each round
	w.copyTree(w.state, g.fresh)
	start := *seed
	if exhaustive && start == 0 {
		start = uint64(time.Now().UnixNano())
	}
	random := rand.New(rand.NewPCG(start, 3))
	count, told := 0, 0
	for end := time.Now().Add(*budget); count < 2*len(damages) || exhaustive && time.Now().Before(end); count++ {
		d := damages[count%len(damages)]
		g.copyTree(g.fresh, g.state)
		g.check(os.WriteFile(journal, d.do(random, bytes.Clone(whole)), 0o600))
		g.begin()
		maps.Copy(g.sources, g.past)
		name := fmt.Sprintf("%s, -seed %d, number %d", d.name, start, count)
		if g.damaged(name) {
			told++
		}
		if t.Failed() {
			break
		}
	}
	t.Logf("%d damages, %d of them told, the others harmless", count, told)
}

// used is where the pages end that were ever written; behind them bbolt grows
// the file ahead.
func used(journal []byte) int {
	for end := len(journal); ; end -= page {
		if slices.ContainsFunc(journal[end-page:end], func(c byte) bool { return c != 0 }) {
			return end
		}
	}
}

// alarming is what no user may see.
var alarming = regexp.MustCompile(`panic|goroutine \d|runtime error|SIG(SEGV|BUS)|\.go:\d`)

// damaged uses a damaged queue, and has it repaired if it is told to be damaged.
func (g *stage) damaged(name string) (told bool) {
	g.Helper()
	runs := []result{g.send("new", 3, command{args: []string{"send", "--wait", "1s"}})}
	for _, args := range [][]string{{"status"}, {"flush", "--now", "--wait", "drain"}, {"doctor", "--offline"}} {
		runs = append(runs, g.run(command{name: args[0], args: args}))
	}
	g.history.Settled = true
	for _, r := range runs {
		told = told || r.Code != 0 || r.Stderr != ""
		if text := r.Stdout + r.Stderr; alarming.MatchString(text) {
			g.Errorf("%s: %s: code %d: %s", name, r.Name, r.Code, text)
		}
	}
	if told {
		g.repair(name)
	}
	g.genuine(name)
	g.judge(name)
	return told
}

// repair does what doctor says, and keeps no account of what is missing: doctor
// has reported it.
func (g *stage) repair(name string) {
	g.Helper()
	if r := g.run(command{name: "repair", args: []string{"doctor", "--offline", "--repair"}}); alarming.MatchString(r.Stderr) {
		g.Errorf("%s: %s", name, r.Stderr)
	}
	kept, err := filepath.Glob(filepath.Join(g.state, "journal.db.damaged.*"))
	g.check(err)
	for _, path := range kept {
		g.check(os.Remove(path))
	}
	g.sources = map[string]*Source{}
	g.history.Crashes = 100 // what was delivered before it was damaged comes again
	g.send("after", 3, command{args: []string{"send", "--wait", "1s"}})
	if last := g.history.Runs[len(g.history.Runs)-1]; last.Code != 0 {
		g.Errorf("%s: a send after the repair: code %d: %s", name, last.Code, last.Stderr)
	}
	g.settle()
}

// genuine checks each event that a collector got, byte by byte.
func (g *stage) genuine(name string) {
	g.Helper()
	for _, integration := range g.names() {
		for _, e := range g.collectors[integration].Events() {
			if ids := IDs(e); len(ids) != 1 || ids[0].Event() != string(e) {
				g.Errorf("%s: %s got %q", name, integration, e)
			}
		}
	}
}

// What lies in the place of the journal and is none is refused, and stays as it
// is (C12).
func TestStrangeJournal(t *testing.T) {
	elf, err := os.ReadFile(executable(t))
	if err != nil {
		t.Fatal(err)
	}
	for name, data := range map[string]string{
		"empty":            "",
		"a byte":           "x",
		"text":             strings.Repeat("event\n", 10_000),
		"zeros":            strings.Repeat("\x00", 64<<10),
		"a program":        string(elf[:1<<20]),
		"another database": "SQLite format 3\x00" + strings.Repeat("\x10\x00\x01\x01", 8<<10),
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, []string{"b"})
			w.behave(receiver.Behaviour{Status: 503})
			w.send("s0", 3, command{args: []string{"send", "--wait", "0"}})
			journal := filepath.Join(w.state, "journal.db")
			ours, err := os.ReadFile(journal)
			w.check(err)
			w.check(os.WriteFile(journal, []byte(data), 0o600))
			for _, args := range [][]string{{"send"}, {"flush"}, {"status"}} {
				r := w.send(args[0], 3, command{args: args})
				if r.Code != 74 || r.Summary.Accepted != 0 || alarming.MatchString(r.Stderr) {
					t.Errorf("%s: code %d: %s", args[0], r.Code, r.Stderr)
				}
			}
			if now, err := os.ReadFile(journal); string(now) != data {
				t.Errorf("it was changed: %v", err)
			}
			w.check(os.WriteFile(journal, ours, 0o600))
			w.settle()
			w.judge(name)
		})
	}
}
