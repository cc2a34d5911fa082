package torture

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/wnotify/wnotify/dispatch/receiver"
)

// A disk becomes read-only in the middle of a run, as ext4 does when it meets a
// fault: accepting ends with 74 and has acknowledged what is there, and nothing
// more is sent, since it could not be settled (B12).
func TestDiskBecomesReadOnly(t *testing.T) {
	d := newDisk(t, "ext4", 64<<20)
	d.remount("errors=remount-ro")
	w := newWorld(t, []string{"b", "d"})
	w.state = filepath.Join(d.mountPoint, "state")
	w.collectors["d"].Behave(receiver.Behaviour{Status: 503}) // its events wait when it happens
	in, out := io.Pipe()
	const before, n = 50, 500
	done := make(chan result)
	go func() {
		done <- w.send("s1", n, command{args: []string{"send"}, stdin: in})
		_ = in.Close() // nobody reads on
	}()
	defer out.Close()
	_, err := io.WriteString(out, events("s1", 1, before))
	w.check(err)
	w.until("the first events", func() bool { return len(w.collectors["b"].Events()) == before })
	d.fail()
	_, _ = io.WriteString(out, events("s1", before+1, n-before)) // whoever reads may have gone, in time
	w.check(out.Close())
	r := <-done
	if r.Code != 74 || r.Summary.Accepted < before || r.Summary.Accepted == n {
		t.Errorf("code %d, %d of %d accepted: %s", r.Code, r.Summary.Accepted, n, failures(r.Stderr))
	}
	requests := func() int { return w.collectors["b"].Count() + w.collectors["d"].Count() }
	sent := requests()
	if r := w.run(command{name: "flush", args: []string{"flush", "--now"}}); r.Code != 74 {
		t.Errorf("flush: code %d: %s", r.Code, failures(r.Stderr))
	}
	if got := requests(); got != sent {
		t.Errorf("%d requests that could not be settled", got-sent)
	}
	d.mount()
	w.settle()
	w.judge("writable again")
}

// remount changes how the disk is mounted.
func (d *disk) remount(how string) {
	d.Helper()
	if out, err := exec.Command("mount", "-o", "remount,"+how, d.mountPoint).CombinedOutput(); err != nil {
		d.Fatalf("remount: %v %s", err, out)
	}
}

// fail is a fault in the structures of the disk, which ext4 meets.
func (d *disk) fail() {
	d.Helper()
	info, err := os.Stat(d.mountPoint)
	if err != nil {
		d.Fatal(err)
	}
	stat, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		d.Skip("the device of the disk cannot be told")
	}
	device, err := os.Readlink(fmt.Sprintf("/sys/dev/block/%d:%d", unix.Major(stat.Dev), unix.Minor(stat.Dev)))
	if err == nil {
		err = os.WriteFile(filepath.Join("/sys/fs/ext4", filepath.Base(device), "trigger_fs_error"), []byte("a test"), 0)
	}
	if err != nil {
		d.Skipf("ext4 cannot be made to fail here: %v", err)
	}
}
