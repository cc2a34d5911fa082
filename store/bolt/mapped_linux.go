package bolt

import (
	"go.etcd.io/bbolt"
	"golang.org/x/sys/unix"
)

// giveBack takes the pages that bbolt looked at out of our resident memory; the
// kernel keeps what it likes. So many bytes must be mapped, for what lies behind
// them is not ours to forget. False: it cannot be done. Opening the file again
// does it too, but reads the list of free pages, which is megabytes while a
// large backlog is drained.
func giveBack(db *bbolt.DB, mapped int64) bool {
	_, _, errno := unix.Syscall(unix.SYS_MADVISE, db.Info().Data, uintptr(mapped), unix.MADV_DONTNEED)
	return errno == 0
}
