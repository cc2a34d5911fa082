package bolt

import (
	"errors"
	"fmt"
	"io/fs"
	"strconv"
	"syscall"

	"github.com/wnotify/wnotify/store"
)

// OwnerError refuses a state that belongs to another user.
type OwnerError struct {
	Path string
	UID  int // who owns it
	Us   int // who we are
}

func (e *OwnerError) Error() string {
	return e.Path + " belongs to user " + strconv.Itoa(e.UID) + ", but this is user " + strconv.Itoa(e.Us)
}

// UnsafeError refuses a file or folder that somebody else could have planted
// or could change.
type UnsafeError struct {
	Path string
	Why  string // "is a symbolic link"
	Fix  string // a command, or empty
}

func (e *UnsafeError) Error() string { return e.Path + " " + e.Why }

// LostError is a journal that is gone while files that only it has are still
// there. It is not replaced by an empty one.
type LostError struct {
	Path string
	Left string // what is still there
}

func (e *LostError) Error() string {
	return "the queue is gone: " + e.Path + " was removed, and " + e.Left + " is still there"
}

// FolderError says that there can be no state folder at a path.
type FolderError struct {
	Path string
	Err  error // the system's word, without a path
}

func (e *FolderError) Error() string {
	return "there can be no state folder " + e.Path + ": " + e.Err.Error()
}

func (e *FolderError) Unwrap() error { return e.Err }

// unmade is the error of a folder that could not be made or looked at.
func unmade(dir string, err error) error {
	err = named(err)
	at, ok := errors.AsType[*fs.PathError](err)
	if !ok || errors.Is(err, store.ErrReadOnly) || errors.Is(err, store.ErrDiskFull) {
		return err
	}
	return &FolderError{Path: dir, Err: at.Err}
}

// errAbsent: there is no queue yet.
var errAbsent = errors.New("no queue yet")

// damaged says why the state cannot be trusted.
func damaged(path, format string, args ...any) error {
	return fmt.Errorf("%w: %s %s", store.ErrDamaged, path, fmt.Sprintf(format, args...))
}

// named maps errors of the system to those of the contract. It keeps the
// original inside.
func named(err error) error {
	switch {
	case err == nil, errors.Is(err, store.ErrDiskFull), errors.Is(err, store.ErrReadOnly):
		return err
	case isFull(err):
		return fmt.Errorf("%w: %w", store.ErrDiskFull, err)
	case isReadOnly(err):
		return fmt.Errorf("%w: %w", store.ErrReadOnly, err)
	}
	return err
}

func isFull(err error) bool {
	return errors.Is(err, syscall.ENOSPC) || errors.Is(err, errQuota) || errors.Is(err, syscall.EFBIG)
}

func isReadOnly(err error) bool {
	return errors.Is(err, syscall.EROFS) || errors.Is(err, syscall.EACCES) || errors.Is(err, syscall.EPERM)
}
