package cmd

import (
	"errors"
	"fmt"
	"io/fs"
	"syscall"

	"github.com/spf13/cobra"
)

// usageError says that the command line made no sense.
type usageError struct {
	what string
	hint string         // did you mean …
	fix  string         // default: the help of the command
	at   *cobra.Command // whose usage line is shown
}

func (e *usageError) Error() string { return e.what }

func usagef(format string, args ...any) *usageError {
	return &usageError{what: fmt.Sprintf(format, args...)}
}

func sayUsage(e *usageError) diagnosis {
	d := diagnosis{Code: exitUsage, Message: e.what, Fix: e.fix, more: e.hint}
	if e.at == nil {
		return d
	}
	d.Where = e.at.CommandPath()
	if d.Fix == "" {
		d.Fix = "see " + e.at.CommandPath() + " --help"
		d.more = lines(e.hint, "usage: "+UseLine(e.at))
	}
	return d
}

// internalError is a fault of ours: a panic.
type internalError struct {
	what  string
	stack []byte
}

func (e *internalError) Error() string { return "internal error: " + e.what }

func sayInternal(e *internalError) diagnosis {
	return diagnosis{
		Code: exitInternal, Message: "wnotify made a mistake and stopped; everything reported as accepted is safe",
		more: "what: " + e.what,
		Fix:  "please report it; --log-level trace shows where it happened",
	}
}

// failure is an error whose exit code the command itself knows.
type failure struct {
	code  int
	err   error
	where string
	fix   string
	more  string // for people only
}

func (e *failure) Error() string { return e.err.Error() }
func (e *failure) Unwrap() error { return e.err }

// lines joins the texts that are not empty, one on a line.
func lines(texts ...string) string {
	var all string
	for _, t := range texts {
		if t == "" {
			continue
		}
		if all != "" {
			all += "\n"
		}
		all += t
	}
	return all
}

// isMissing reports whether a file is not there; a file in place of a folder
// on the way to it is the same.
func isMissing(err error) bool {
	return errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR)
}
