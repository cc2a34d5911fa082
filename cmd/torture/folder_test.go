//go:build unix

package torture

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/wnotify/wnotify/dispatch/receiver"
)

// Every name that the program makes in its folder, planted as a link to a file
// of somebody else: that file stays as it is, and nothing is acknowledged.
func TestPlantedLinks(t *testing.T) {
	for _, name := range []string{"journal.db", "journal.db.reserve", "LOCK.journal", "lanes", "lanes/a.lock"} {
		for what, plant := range map[string]func(w *world, victim, path string){
			"symbolic link": func(w *world, victim, path string) { w.check(os.Symlink(victim, path)) },
			"hard link":     func(w *world, victim, path string) { w.check(os.Link(victim, path)) },
			"dangling link": func(w *world, victim, path string) { w.check(os.Symlink(victim+".new", path)) },
		} {
			t.Run(what+" "+name, func(t *testing.T) {
				w := newWorld(t, []string{"a", "b"})
				path := filepath.Join(w.state, name)
				if name == "journal.db.reserve" { // without a journal it says that there was one
					w.send("s0", 3, command{args: []string{"enqueue"}})
					w.check(os.Remove(path))
				}
				victim := filepath.Join(w.root, "victim")
				w.check(os.WriteFile(victim, []byte("precious"), 0o600))
				w.before = fingerprints(w.root, w.state)
				w.behave(receiver.Behaviour{Status: 503})
				w.check(os.MkdirAll(filepath.Dir(path), 0o700))
				plant(w, victim, path)
				r := w.send("s1", 3, command{args: []string{"send", "--wait", "0"}})
				if r.Code != 77 && name != "journal.db.reserve" {
					t.Errorf("it was used: code %d: %s", r.Code, failures(r.Stderr))
				}
				w.check(os.Remove(path))
				if data, err := os.ReadFile(victim); err != nil || string(data) != "precious" {
					t.Errorf("the file of somebody else: %q, %v", data, err)
				}
				w.settle()
				w.judge("without the link")
			})
		}
	}
}

// A folder that is not ours alone is refused, and nothing in it changes.
func TestForeignFolders(t *testing.T) {
	for name, spoil := range map[string]func(w *world){
		"writable by others": func(w *world) { w.check(os.Chmod(w.state, 0o777)) },
		"a symbolic link": func(w *world) {
			w.check(os.Rename(w.state, w.state+".real"))
			w.check(os.Symlink(w.state+".real", w.state))
		},
		"of another user": func(w *world) {
			if os.Geteuid() != 0 {
				w.Skip("only root can give a folder away")
			}
			w.check(os.Chown(w.state, 12345, 12345))
		},
		"a file": func(w *world) {
			w.check(os.RemoveAll(w.state))
			w.check(os.WriteFile(w.state, []byte("precious"), 0o600))
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, []string{"a"})
			w.check(os.Mkdir(w.state, 0o700))
			spoil(w)
			before := fingerprints(w.root, "")
			r := w.send("s1", 3, command{args: []string{"send", "--wait", "0"}})
			if r.Code != 77 {
				t.Errorf("code %d: %s", r.Code, failures(r.Stderr))
			}
			if r := w.run(command{name: "flush", args: []string{"flush", "--wait", "0"}}); r.Code == 0 {
				t.Errorf("flush: code %d", r.Code)
			}
			for path, how := range changed(before, fingerprints(w.root, "")) {
				t.Errorf("%s %s", path, how)
			}
			if n := w.collectors["a"].Count(); n != 0 {
				t.Errorf("%d requests", n)
			}
		})
	}
}
