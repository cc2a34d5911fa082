package bolt

import (
	"errors"
	"io/fs"
	"math"
	"os"
	"syscall"

	"golang.org/x/sys/windows"
)

// Windows has other rights and other locks: the folder is protected by where
// it is, and the handle is closed after each transaction.
const (
	noFollow = 0
	noChmod  = true
	canReuse = false
	errQuota = windows.ERROR_DISK_FULL
)

func inodeOf(fs.FileInfo) inode                      { return inode{} }
func owner(fs.FileInfo) int                          { return os.Geteuid() }
func links(fs.FileInfo) uint64                       { return 1 }
func writableByOthers(fs.FileInfo, fs.FileMode) bool { return false }
func syncFolder(string) error                        { return nil }

func flock(f *os.File, wait bool) error {
	flags := uint32(windows.LOCKFILE_EXCLUSIVE_LOCK)
	if !wait {
		flags |= windows.LOCKFILE_FAIL_IMMEDIATELY
	}
	return windows.LockFileEx(windows.Handle(f.Fd()), flags, 0, 1, 0, &windows.Overlapped{})
}

func funlock(f *os.File) error {
	return windows.UnlockFileEx(windows.Handle(f.Fd()), 0, 1, 0, &windows.Overlapped{})
}

func isLocked(err error) bool {
	return errors.Is(err, windows.ERROR_LOCK_VIOLATION) || errors.Is(err, syscall.EWOULDBLOCK)
}

func freeSpace(string) (int64, error) { return math.MaxInt64, nil }
