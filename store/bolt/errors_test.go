package bolt

import (
	"errors"
	"os"
	"syscall"
	"testing"

	"github.com/wnotify/wnotify/store"
)

func TestErrorsAreNamedOnce(t *testing.T) {
	for errno, want := range map[syscall.Errno]error{
		syscall.ENOSPC: store.ErrDiskFull, syscall.EROFS: store.ErrReadOnly, syscall.EACCES: store.ErrReadOnly,
	} {
		cause := &os.PathError{Op: "open", Path: "/x", Err: errno}
		err := named(named(cause))
		if !errors.Is(err, want) || !errors.Is(err, errno) || err.Error() != want.Error()+": "+cause.Error() {
			t.Errorf("%v: %v", errno, err)
		}
	}
}
