package torture

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var (
	opened  = regexp.MustCompile(`openat\([^,]*, "([^"]*)", (O_[A-Z_|]*)`)
	changes = regexp.MustCompile(`(mkdirat|renameat2?|linkat|unlinkat|symlinkat|fchmodat2?)\([^"]*"([^"]*)"`)
)

// Whatever send and flush write is in the state folder: no temporary folder, no
// log, nothing beside the input (S09).
func TestWritesOnlyInItsFolder(t *testing.T) {
	needStrace(t)
	w := newWorld(t, []string{"b"})
	w.check(os.WriteFile(w.file(), []byte(events("f", 1, 5)), 0o600))
	log := filepath.Join(t.TempDir(), "strace")
	for _, args := range [][]string{{"send", w.file()}, {"flush"}} {
		r := w.run(command{name: args[0], args: args, via: []string{
			"strace", "-f", "-qq", "-A", "-o", log, "-e", "trace=openat,mkdirat,renameat,renameat2,linkat,unlinkat,symlinkat,fchmodat",
		}})
		if r.Code != 0 {
			t.Fatalf("%s: code %d: %s", r.Name, r.Code, r.Stderr)
		}
	}
	text, err := os.ReadFile(log)
	w.check(err)
	written := 0
	check := func(path, line string) {
		written++
		if path != w.state && !strings.HasPrefix(path, w.state+"/") && path != os.DevNull {
			t.Errorf("outside of the state folder: %s", line)
		}
	}
	for line := range strings.Lines(string(text)) {
		if m := opened.FindStringSubmatch(line); m != nil && (strings.Contains(m[2], "O_WRONLY") || strings.Contains(m[2], "O_RDWR")) {
			check(m[1], line)
		} else if m := changes.FindStringSubmatch(line); m != nil {
			check(m[2], line)
		}
	}
	if written == 0 {
		t.Error("the log shows too little")
	}
}
