package bolt

import (
	"errors"
	"os"

	"golang.org/x/sys/unix"
)

// allocate gives a file its room without writing. False: the file system
// cannot (ZFS, older NFS).
func allocate(f *os.File, size int64) (bool, error) {
	for {
		err := unix.Fallocate(int(f.Fd()), 0, 0, size)
		switch {
		case errors.Is(err, unix.EINTR):
			continue
		case errors.Is(err, unix.EOPNOTSUPP), errors.Is(err, unix.ENOSYS), errors.Is(err, unix.EINVAL):
			return false, nil
		}
		return true, err
	}
}
