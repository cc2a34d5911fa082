package torture

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// What is acknowledged has been flushed: the last thing written to the journal
// before the summary is printed, and the last before the first byte goes out,
// is followed by an fdatasync that returned.
func TestSyncedBeforeAcknowledged(t *testing.T) {
	needStrace(t)
	for name, args := range map[string][]string{"enqueue": {"enqueue"}, "send": {"send"}} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, []string{"b"})
			w.send("s0", 1, command{args: args}) // makes the journal
			w.sources = map[string]*Source{}
			log := filepath.Join(t.TempDir(), "strace")
			r := w.send("s1", 3, command{args: args, via: []string{
				"strace", "-f", "-qq", "-y", "-o", log, "-e", "trace=pwrite64,fdatasync,fsync,write,connect",
			}})
			if r.Code != 0 {
				t.Fatalf("code %d: %s", r.Code, r.Stderr)
			}
			text, err := os.ReadFile(log)
			w.check(err)
			checkFlushed(t, string(text))
		})
	}
}

var (
	writesJournal = regexp.MustCompile(`pwrite64\(\d+<[^>]*/journal\.db>`)
	flushes       = regexp.MustCompile(`f(data)?sync\(\d+<[^>]*/journal\.db>\)?.* = 0|<\.\.\. f(data)?sync resumed>.* = 0`)
	tells         = regexp.MustCompile(`write\(1<|connect\(`)
)

// checkFlushed reads a log of system calls in the order in which they ended or
// were interrupted.
func checkFlushed(t *testing.T, log string) {
	t.Helper()
	dirty, wrote, told := false, 0, 0
	for line := range strings.Lines(log) {
		switch {
		case writesJournal.MatchString(line):
			dirty = true
			wrote++
		case flushes.MatchString(line):
			dirty = false
		case tells.MatchString(line):
			if told++; dirty {
				t.Errorf("it told before it had flushed: %s", line)
			}
		}
	}
	if wrote == 0 || told == 0 {
		t.Errorf("%d writes to the journal and %d times told: the log shows too little", wrote, told)
	}
}
