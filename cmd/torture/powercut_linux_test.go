package torture

import (
	"bufio"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"

	"github.com/wnotify/wnotify/dispatch/receiver"
)

// TestPowerCuts runs the program on a disk of its own and takes the power away
// from it: everything that was not flushed is gone, and the journal of the file
// system is replayed at the next mount. It needs root and a loop device.
func TestPowerCuts(t *testing.T) {
	for _, kind := range []string{"ext4", "xfs"} {
		t.Run(kind, func(t *testing.T) {
			d := newDisk(t, kind, diskSize[kind])
			w := newWorld(t, []string{"a", "b"})
			w.state = filepath.Join(d.mountPoint, "state")
			random := rand.New(rand.NewPCG(*seed, 7))
			cuts, acknowledged := 0, 0
			for end := time.Now().Add(*budget); ; {
				acknowledged += powerCuts(w, d, random, 4)
				if cuts += 4; t.Failed() || !exhaustive || time.Now().After(end) {
					break
				}
			}
			t.Logf("%d cuts, %d acknowledged events, none lost", cuts, acknowledged)
		})
	}
}

// powerCuts is a new queue that loses power so many times, with several
// processes at work.
func powerCuts(w *world, d *disk, random *rand.Rand, cuts int) (acknowledged int) {
	w.Helper()
	w.check(os.RemoveAll(w.state))
	w.begin()
	for cut := range cuts {
		if cut%2 == 1 {
			w.behave(receiver.Behaviour{Status: 503})
		}
		var all sync.WaitGroup
		dark := make(chan struct{})
		for p := range 3 {
			all.Go(func() {
				for n := 0; ; n++ {
					select {
					case <-dark:
						return
					default:
					}
					how := [][]string{{"send", "--wait", "0"}, {"enqueue"}, {"send", "--wait", "1s"}}[p]
					w.send(fmt.Sprintf("c%d.%d.%d", cut, p, n), 1+(n*7+p)%9, command{args: how})
				}
			})
		}
		writer := w.writer(fmt.Sprintf("w%d", cut))
		time.Sleep(time.Duration(5+random.IntN(400)) * time.Millisecond)
		d.cut()
		close(dark)
		all.Wait()
		writer()
		w.history.Crashes++
		d.mount()
		w.behave(receiver.Behaviour{})
	}
	w.settle()
	w.judge(fmt.Sprintf("%s after %d power cuts", d.kind, cuts))
	for _, s := range w.sources {
		acknowledged += s.Accepted["a"]
	}
	return acknowledged
}

// TestPowerCutsBite is the control: what an unsynced writer said it had is
// gone. A disk that loses nothing proves nothing.
func TestPowerCutsBite(t *testing.T) {
	for _, kind := range []string{"ext4", "xfs"} {
		t.Run(kind, func(t *testing.T) {
			d := newDisk(t, kind, diskSize[kind])
			exe, err := os.Executable()
			if err != nil {
				t.Fatal(err)
			}
			path := filepath.Join(d.mountPoint, "unsynced")
			p := exec.Command(exe, path)
			p.Env = []string{role + "=unsynced"}
			out, err := p.StdoutPipe()
			if err != nil {
				t.Fatal(err)
			}
			if err := p.Start(); err != nil {
				t.Fatal(err)
			}
			said := 0
			for lines := bufio.NewScanner(out); said < 50 && lines.Scan(); {
				said++
			}
			d.cut()
			_ = p.Process.Kill() // it may have failed
			_ = p.Wait()
			d.mount()
			data, err := os.ReadFile(path)
			if kept := strings.Count(string(data), "\n"); kept >= said {
				t.Errorf("of %d lines that were written and not synced %d are there, %v", said, kept, err)
			}
		})
	}
}

// diskSize is the least that a file system wants.
var diskSize = map[string]int64{"ext4": 64 << 20, "xfs": 320 << 20}

// disk is a file system in a file in memory.
type disk struct {
	testing.TB

	kind       string
	image      string
	mountPoint string
}

func newDisk(t testing.TB, kind string, size int64) *disk {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("only root can mount a disk")
	}
	if _, err := os.Stat("/dev/loop-control"); err != nil {
		t.Skip("there are no loop devices")
	}
	mkfs, err := exec.LookPath("mkfs." + kind)
	if err != nil {
		t.Skip("mkfs." + kind + " is not installed")
	}
	memory := "/dev/shm"
	if _, err := os.Stat(memory); err != nil {
		memory = t.TempDir()
	}
	folder, err := os.MkdirTemp(memory, "torture") //nolint:usetesting // it is to be in memory
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(folder) })
	d := &disk{TB: t, kind: kind, image: filepath.Join(folder, "image"), mountPoint: filepath.Join(folder, "disk")}
	f, err := os.Create(d.image)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(f.Truncate(size), f.Close(), os.Mkdir(d.mountPoint, 0o700)); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command(mkfs, d.image).CombinedOutput(); err != nil {
		t.Skipf("%s: %v %s", mkfs, err, out)
	}
	if out, err := exec.Command("mount", "-o", "loop", d.image, d.mountPoint).CombinedOutput(); err != nil {
		t.Skipf("cannot mount here: %v %s", err, out)
	}
	t.Cleanup(func() { _ = d.unmount() })
	return d
}

// cut is the loss of power: the file system stops, its journal is not flushed.
func (d *disk) cut() {
	d.Helper()
	const (
		shutdown   = 0x8004587d // FS_IOC_SHUTDOWN, of ext4 and XFS
		noLogFlush = uint32(2)
	)
	f, err := os.Open(d.mountPoint)
	if errors.Is(err, syscall.EIO) {
		return // it is dark already
	}
	if err != nil {
		d.Fatal(err)
	}
	defer f.Close()
	how := noLogFlush
	if _, _, e := unix.Syscall(unix.SYS_IOCTL, f.Fd(), shutdown, uintptr(unsafe.Pointer(&how))); e != 0 {
		d.Skipf("%s cannot be shut down here: %v", d.kind, e)
	}
}

// mount is the machine that comes up again. A process with a copy of our mounts,
// in a namespace of its own, keeps the dark disk alive: then that is what is
// mounted, until the process has gone.
func (d *disk) mount() {
	d.Helper()
	for end := time.Now().Add(patience); ; time.Sleep(10 * time.Millisecond) {
		if err := d.unmount(); err != nil {
			d.Fatal(err)
		}
		if out, err := exec.Command("mount", "-o", "loop", d.image, d.mountPoint).CombinedOutput(); err != nil {
			d.Fatalf("mount: %v %s", err, out)
		}
		_, err := os.ReadDir(d.mountPoint)
		if err == nil {
			return
		}
		if !errors.Is(err, syscall.EIO) || time.Now().After(end) {
			d.Fatalf("after the mount: %v", err)
		}
	}
}

// unmount waits for the last process to be gone.
func (d *disk) unmount() error {
	for end := time.Now().Add(patience); ; time.Sleep(10 * time.Millisecond) {
		err := unix.Unmount(d.mountPoint, 0)
		if !errors.Is(err, syscall.EBUSY) || time.Now().After(end) {
			return err
		}
	}
}
