package collector

import (
	"errors"
	"os"
	"syscall"
)

// ShortageError: this machine had nothing left to connect with, so nothing is
// known of the collector.
type ShortageError struct {
	Host string // that was to be connected to
	Err  error  // EMFILE, ENFILE, ENOBUFS or ENOMEM
}

// Error says what is short.
func (e *ShortageError) Error() string {
	return "no connection to " + e.Host + " can be opened here: " + e.Err.Error()
}

// Unwrap returns the reason.
func (e *ShortageError) Unwrap() error { return e.Err }

// why returns which resource of this machine an error says is used up, or 0.
func why(err error) syscall.Errno {
	for _, errno := range []syscall.Errno{syscall.EMFILE, syscall.ENFILE, syscall.ENOBUFS, syscall.ENOMEM} {
		if errors.Is(err, errno) {
			return errno
		}
	}
	return 0
}

// Shortage says what to do when an error is about a resource of this machine
// that is used up, descriptors above all: it may be over in a moment.
func Shortage(err error) (fix string, short bool) {
	switch why(err) {
	case 0:
		return "", false
	case syscall.EMFILE:
		return "raise the limit of open files (ulimit -n, LimitNOFILE= of a systemd unit)", true
	case syscall.ENFILE:
		return "see who holds so many files open (lsof), or raise fs.file-max", true
	default:
		return "see what uses up the memory of this machine", true
	}
}

// shortage is the error of a connection that this machine could not open, or nil.
func (h *hop) shortage() error {
	short := why(h.err)
	if short == 0 && h.cause == DNS {
		// The resolver keeps to itself why it could not ask.
		f, err := os.Open(os.DevNull)
		if err == nil {
			_ = f.Close() // nothing was written
		}
		short = why(err)
	}
	if short == 0 {
		return nil
	}
	return &ShortageError{Host: h.host, Err: short}
}
