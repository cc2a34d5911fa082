package cmd

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"syscall"

	"github.com/wnotify/wnotify/cmd/config"
	"github.com/wnotify/wnotify/cmd/ui"
	"github.com/wnotify/wnotify/store"
)

// diagnosis is what a person, or a script, is told about an error.
type diagnosis struct {
	Code    int    `json:"code"`
	Name    string `json:"name"`
	Message string `json:"message"`
	Where   string `json:"where,omitempty"`
	Fix     string `json:"fix,omitempty"`

	more string // for people only, below the message
}

// rule is a row of the table: what it is about, and what to say.
type rule func(error) (diagnosis, bool)

// rules is the one table of errors: match, exit code, what to do. The first
// row that matches an error speaks for it.
var rules = []rule{
	on(sayInternal),
	on(sayUsage),
	on(sayStopped),
	on(func(*ui.WriteError) diagnosis { return diagnosis{Code: exitCannotCreate, Where: "standard output"} }),
	on(func(e *failure) diagnosis {
		return diagnosis{Code: e.code, Where: e.where, Fix: e.fix, more: e.more}
	}),
	on(sayInvalid),
	on(func(e *config.PermissionError) diagnosis {
		return diagnosis{Code: exitNoPermission, Where: e.Path, Fix: e.Fix()}
	}),
	on(func(e *config.UnknownError) diagnosis {
		return diagnosis{Code: exitConfig, Fix: "wnotify " + e.What + " list shows those there are"}
	}),
	on(func(e *config.HandError) diagnosis {
		return diagnosis{Code: exitCannotCreate, Where: e.Path, Fix: "wnotify config edit, with the lines above"}
	}),
	on(sayUnwritten),
	on(func(e *config.BusyError) diagnosis { return diagnosis{Code: exitTryAgain, Where: e.Path} }),
	on(sayUnreadConfig),
	same(store.ErrBusy, exitTryAgain, "repeat the command when the other process is done"),
	same(store.ErrDiskFull, exitTryAgain, "make room and repeat the command"),
	sayUnwritable,
	same(store.ErrNewer, exitConfig, "use the newer wnotify; this one changed nothing"),
	same(store.ErrDamaged, exitIO, "wnotify doctor --repair"),
	on(func(*store.FullError) diagnosis {
		return diagnosis{Code: exitTryAgain, Fix: "wnotify flush, or raise max_bytes of [queue]"}
	}),
	on(sayPath),
}

// on is a row for errors of one type.
func on[E error](say func(E) diagnosis) rule {
	return func(err error) (diagnosis, bool) {
		e, ok := errors.AsType[E](err)
		if !ok {
			return diagnosis{}, false
		}
		return say(e), true
	}
}

// same is a row for one sentinel.
func same(target error, code int, fix string) rule {
	return func(err error) (diagnosis, bool) {
		return diagnosis{Code: code, Fix: fix}, errors.Is(err, target)
	}
}

// diagnose finds the row of one error. What no row knows is exit 1.
func diagnose(err error) diagnosis {
	d := diagnosis{Code: exitFailed}
	for _, r := range slices.Concat(natsRules, queueRules, rules) {
		if found, ok := r(err); ok {
			d = found
			break
		}
	}
	d.Name = exitName(d.Code)
	if d.Message == "" {
		d.Message = err.Error()
	}
	return d
}

func sayStopped(e *StoppedError) diagnosis {
	d := diagnosis{Code: signalled + int(e.Signal)}
	if e.at != nil && e.at.Flags().Lookup("on-invalid") != nil { // it reads events
		d.Fix = "everything reported as accepted is safe; repeat the command for a FILE"
	}
	return d
}

// sayInvalid is for a configuration that is wrong, or flags that would make it
// so.
func sayInvalid(e *config.InvalidError) diagnosis {
	first := e.Problems[0]
	d := diagnosis{Code: exitConfig, Where: first.Path}
	if first.Path == "" {
		d.Code = exitUsage
	}
	for _, p := range e.Problems {
		if p.Err == nil {
			continue
		}
		d.Code = exitNoPermission // a file that it names cannot be used
		if open, ok := errors.AsType[*config.PermissionError](p.Err); ok && d.Fix == "" {
			d.Fix = open.Fix()
		}
	}
	if first.Line > 0 {
		d.Where = fmt.Sprintf("%s:%d:%d", first.Path, first.Line, first.Column)
	}
	return d
}

func sayUnwritten(e *config.WriteError) diagnosis {
	d := diagnosis{Code: exitCannotCreate, Where: e.Path, Fix: "paste the lines above into it, or make it writable"}
	switch {
	case errors.Is(e, fs.ErrExist):
		d.Fix = "edit it with wnotify config edit, or name another file with --config"
	case e.Paste == "":
		d.Fix = "make it writable, or name another file with --config"
	}
	return d
}

func sayUnreadConfig(e *config.ReadError) diagnosis {
	d := diagnosis{Code: exitConfig, Where: e.Path}
	if errors.Is(e, fs.ErrPermission) {
		d.Code, d.Fix = exitNoPermission, "run wnotify as the user it belongs to, or name another file with --config"
	}
	return d
}

// sayUnwritable is for a state folder that is not ours to write, or that
// nobody can write.
func sayUnwritable(err error) (diagnosis, bool) {
	d := diagnosis{Code: exitIO, Fix: "make it writable, or run wnotify as the user it belongs to"}
	if errors.Is(err, fs.ErrPermission) {
		d.Code = exitNoPermission
	}
	return d, errors.Is(err, store.ErrReadOnly)
}

// sayPath is for files that no command has spoken for.
func sayPath(e *fs.PathError) diagnosis {
	switch {
	case errors.Is(e, fs.ErrPermission):
		return diagnosis{Code: exitNoPermission, Where: e.Path}
	case errors.Is(e, syscall.ENOSPC):
		return diagnosis{Code: exitTryAgain, Where: e.Path, Fix: "make room and repeat the command"}
	case errors.Is(e, syscall.EIO), errors.Is(e, syscall.EROFS):
		return diagnosis{Code: exitIO, Where: e.Path}
	case errors.Is(e, syscall.EMFILE), errors.Is(e, syscall.ENFILE):
		return diagnosis{Code: exitIO, Where: e.Path, Fix: "raise the limit of open files (ulimit -n) and repeat the command"}
	}
	return diagnosis{Code: exitFailed, Where: e.Path}
}

// single takes joined errors apart: each is told, and counts, by itself. One
// sentence about two errors stays whole. A canceled context is no news beside
// other errors; something always caused it.
func single(err error) []error {
	if err == nil {
		return nil
	}
	joined, ok := err.(interface{ Unwrap() []error })
	if !ok || err.Error() != errors.Join(joined.Unwrap()...).Error() {
		return []error{err}
	}
	var all []error
	for _, e := range joined.Unwrap() {
		all = append(all, single(e)...)
	}
	if len(all) > 1 {
		var news []error
		for _, e := range all {
			if !errors.Is(e, context.Canceled) {
				news = append(news, e)
			}
		}
		all = news
	}
	return all
}
