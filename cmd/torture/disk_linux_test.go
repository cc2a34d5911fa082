package torture

import (
	"encoding/hex"
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/wnotify/wnotify/dispatch/receiver"
)

// fat are events that nothing makes smaller, of about 2 kB each.
func fat(source string, n int) string {
	noise := rand.NewChaCha8([32]byte{1})
	half := make([]byte, 1000)
	var b strings.Builder
	for line := range strings.Lines(events(source, 1, n)) {
		_, _ = noise.Read(half)
		b.WriteString(strings.Replace(line, `;"`, `; `+hex.EncodeToString(half)+`"`, 1))
	}
	return b.String()
}

// TestFullDisk fills the disk in the middle of accepting. Nothing is
// acknowledged that was not stored; deliveries go on although not a byte is
// free; later everything goes on.
func TestFullDisk(t *testing.T) {
	for _, foreign := range []bool{false, true} {
		t.Run(map[bool]string{false: "by ourselves", true: "and by others"}[foreign], func(t *testing.T) {
			if !foreign && !exhaustive {
				t.Skip("the other one is harder; both with the build tag torture")
			}
			d := newDisk(t, "ext4", 16<<20)
			w := newWorld(t, []string{"b", "d"}) // in large batches
			w.state = filepath.Join(d.mountPoint, "state")
			w.behave(receiver.Behaviour{Status: 503})
			const n = 9_000 // 18 MB
			r := w.send("s1", n, command{args: []string{"send", "--wait", "0"}, stdin: strings.NewReader(fat("s1", n))})
			if r.Code != 75 || r.Summary.Accepted == 0 || r.Summary.Accepted >= n {
				t.Fatalf("code %d with %d of %d accepted: %s", r.Code, r.Summary.Accepted, n, failures(r.Stderr))
			}
			w.judge("when it is full")
			if foreign {
				fill(t, filepath.Join(d.mountPoint, "foreign"))
			}
			w.check(os.WriteFile(w.file(), []byte(fat("f", n)), 0o600))
			w.before = fingerprints(w.root, w.state)
			args := []string{"send", "--wait", "0", "-o", "json", w.file()}
			if r := w.run(command{name: "send FILE while it is full", args: args}); r.Code != 75 {
				t.Errorf("a file on the full disk: code %d, %d accepted: %s", r.Code, r.Summary.Accepted, failures(r.Stderr))
			}
			w.settle()
			w.judge("after delivering on the full disk")
			if foreign {
				w.check(os.Remove(filepath.Join(d.mountPoint, "foreign")))
			}
			w.history.Settled = false
			w.untilDone(command{name: "send FILE", args: []string{"send", "--wait", "drain", "-o", "json", w.file()}})
			w.sources["f"] = &Source{Name: "f", Events: n, Accepted: map[string]int{"b": n, "d": n}}
			w.settle()
			w.judge("in the end")
		})
	}
}

// untilDone repeats a command that goes on where it stopped, while it gets
// further each time.
func (w *world) untilDone(c command) {
	w.Helper()
	for {
		r := w.run(c)
		if r.Code == 0 {
			return
		}
		if r.Code != 75 || r.Summary.Accepted == 0 {
			w.Fatalf("%s: code %d, %d accepted: %s", c.name, r.Code, r.Summary.Accepted, failures(r.Stderr))
		}
	}
}

// fill writes until not a byte is free.
func fill(t *testing.T, path string) {
	t.Helper()
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for size := 1 << 20; size > 0; {
		if _, err := f.Write(make([]byte, size)); errors.Is(err, syscall.ENOSPC) {
			size /= 4
		} else if err != nil {
			t.Fatal(err)
		}
	}
	_ = f.Sync() // it is full, which is what it may say
}

// TestReadOnlyDisk: nothing is accepted, looking works, later everything goes
// on.
func TestReadOnlyDisk(t *testing.T) {
	d := newDisk(t, "ext4", 64<<20)
	w := newWorld(t, []string{"a", "b"})
	w.state = filepath.Join(d.mountPoint, "state")
	w.behave(receiver.Behaviour{Status: 503})
	w.send("s1", 5, command{args: []string{"send", "--wait", "0"}})
	d.remount("ro")
	for _, args := range [][]string{{"send", "--wait", "0"}, {"enqueue"}} {
		if r := w.send("ro"+args[0], 5, command{args: args}); r.Code != 74 || r.Summary.Accepted != 0 {
			t.Errorf("%s: code %d, %d accepted: %s", r.Name, r.Code, r.Summary.Accepted, failures(r.Stderr))
		}
	}
	if r := w.run(command{name: "flush", args: []string{"flush", "--now", "--wait", "0"}}); r.Code != 74 {
		t.Errorf("flush: code %d: %s", r.Code, failures(r.Stderr))
	}
	for _, args := range [][]string{{"status"}, {"queue", "list"}, {"queue", "export", "--all"}} {
		if r := w.run(command{name: args[0], args: args}); r.Code != 0 {
			t.Errorf("%v: code %d: %s", args, r.Code, failures(r.Stderr))
		}
	}
	d.remount("rw")
	w.settle()
	w.judge("writable again")
}
