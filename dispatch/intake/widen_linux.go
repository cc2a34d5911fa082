package intake

import (
	"io"
	"syscall"

	"golang.org/x/sys/unix"
)

// pipeSize is what a pipe is made to hold; the system gives 64 KiB, which is a
// quarter of what we read at once: four times as many reads, and as often a
// chunk that is waited for.
const pipeSize = 256 << 10

// widen makes a pipe larger. Everything else, and a pipe that may not be, stays
// as it is.
func widen(r io.Reader) {
	c, ok := r.(syscall.Conn)
	if !ok {
		return
	}
	raw, err := c.SyscallConn()
	if err != nil {
		return
	}
	_ = raw.Control(func(fd uintptr) {
		if n, err := unix.FcntlInt(fd, unix.F_GETPIPE_SZ, 0); err == nil && n < pipeSize {
			_, _ = unix.FcntlInt(fd, unix.F_SETPIPE_SZ, pipeSize)
		}
	})
}
