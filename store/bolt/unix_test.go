//go:build linux

package bolt_test

import (
	"os"
	"time"

	"golang.org/x/sys/unix"
)

func cpu() time.Duration {
	var u unix.Rusage
	_ = unix.Getrusage(unix.RUSAGE_SELF, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func fdatasync(f *os.File) { _ = unix.Fdatasync(int(f.Fd())) }
