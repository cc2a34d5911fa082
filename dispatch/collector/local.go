package collector

import (
	"fmt"
	"io/fs"
)

// LocalError says what of ours kept a request from being made.
type LocalError struct {
	What  string // "the CA certificate", "the secret of header Authorization"
	Where string // path, variable, or empty
	Err   error  // why, without the value
}

// Error names the thing, the place and the reason.
func (e *LocalError) Error() string {
	if e.Where == "" {
		return fmt.Sprintf("cannot use %s: %v", e.What, e.Err)
	}
	return fmt.Sprintf("cannot read %s from %s: %v", e.What, e.Where, e.Err)
}

// Unwrap returns the reason.
func (e *LocalError) Unwrap() error { return e.Err }

// PermError refuses a file that others than its owner can write: whoever can
// write a secret, CA or key decides where the events go.
type PermError struct {
	What string
	Path string
	Mode fs.FileMode
}

// Error says what to do as well.
func (e *PermError) Error() string {
	return fmt.Sprintf("%s in %s is refused: others can write the file (mode %04o): chmod go-w %s", e.What, e.Path, e.Mode, e.Path)
}
