package torture

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// A copy of the program that is setuid, or setgid, does nothing: whoever starts
// it would read and send what its owner may (S12).
func TestLentRights(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("only root can lend its rights")
	}
	w := newWorld(t, []string{"b"})
	program, err := os.ReadFile(executable(t))
	w.check(err)
	bin := t.TempDir()
	var mount syscall.Statfs_t
	w.check(syscall.Statfs(bin, &mount))
	if mount.Flags&syscall.MS_NOSUID != 0 {
		t.Skipf("rights cannot be lent in %s: it is mounted nosuid", bin)
	}
	for _, path := range []string{filepath.Dir(bin), bin, filepath.Dir(w.root), w.root, filepath.Join(w.root, "cwd")} {
		w.check(os.Chmod(path, 0o755))
	}
	for _, mode := range []os.FileMode{os.ModeSetuid, os.ModeSetgid} {
		path := filepath.Join(bin, mode.String())
		w.check(os.WriteFile(path, program, 0o600))
		w.check(os.Chmod(path, mode|0o755))
		w.begin()
		as := &syscall.Credential{Uid: 12345, Gid: 12345}
		r := w.send("s1", 3, command{args: []string{"enqueue"}, program: path, as: as})
		if r.Code != 77 || !strings.Contains(r.Stderr, "setuid or setgid") {
			t.Errorf("%v: code %d: %s", mode, r.Code, failures(r.Stderr))
		}
		if _, err := os.Lstat(w.state); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%v: it made a queue: %v", mode, err)
		}
		w.judge(mode.String())
	}
}
