package config

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
)

// PermissionError is a configuration or secret file that others can write:
// whoever writes it decides where events go. Exit code 77.
type PermissionError struct {
	Path string
	Mode fs.FileMode
}

// Error says who can write what.
func (e *PermissionError) Error() string {
	return fmt.Sprintf("others can write %s (mode %04o)", e.Path, e.Mode.Perm())
}

// Fix is the command that mends it.
func (e *PermissionError) Fix() string { return "chmod go-w " + ShellQuote(e.Path) }

// CheckPermissions looks at the mode of a configuration or secret file. The
// error is a *PermissionError when others can write it (group or world), or
// the reason why it cannot be looked at. Readable reports that others can read
// it, which doctor warns of.
func CheckPermissions(path string) (readable bool, err error) {
	info, err := os.Stat(path)
	if err != nil {
		return false, err
	}
	if err := writableByOthers(path, info); err != nil {
		return false, err
	}
	return guarded(info) && info.Mode().Perm()&0o044 != 0, nil
}

func writableByOthers(path string, info fs.FileInfo) error {
	if guarded(info) && info.Mode().Perm()&0o022 != 0 {
		return &PermissionError{Path: path, Mode: info.Mode()}
	}
	return nil
}

// reason is what the system said, without the path, which the message has.
func reason(err error) error {
	if p, ok := errors.AsType[*fs.PathError](err); ok {
		return p.Err
	}
	return err
}
