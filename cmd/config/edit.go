package config

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// WriteError is a change that could not be written. It carries the TOML to
// paste, or what to do in words behind #. Exit code 73.
type WriteError struct {
	Path  string
	Paste string
	Err   error
}

// Error says which file and why.
func (e *WriteError) Error() string {
	return fmt.Sprintf("cannot write the configuration %s: %v", e.Path, reason(e.Err))
}

// Unwrap returns the reason.
func (e *WriteError) Unwrap() error { return e.Err }

// errChanged is an editor that saved the file in the same moment.
var errChanged = errors.New("it was changed by somebody else just now; try again")

// Edit changes a configuration file: under a lock, only the bytes that fn asks
// for, and the new file takes the place of the old one in one step or not at
// all, with its mode and owner (access lists and extended attributes are those
// of a new file). A symbolic link stays one. Where there is no file, one with
// mode 0600 is made, and its folder with mode 0700.
//
// Changed is false when fn changed nothing; then nothing is written. Errors are
// those of [Load] and [Apply], [*BusyError] when another process held the lock
// for 10 s, and [*WriteError].
func Edit(ctx context.Context, path string, fn func(*Document) error) (changed bool, err error) {
	target, err := resolve(path)
	if err != nil {
		return false, &ReadError{path, err}
	}
	unlock, locked := lock(ctx, target)
	if unlock != nil {
		defer unlock()
	}
	var busy *BusyError
	if errors.As(locked, &busy) || ctx.Err() != nil {
		return false, locked
	}
	src, info, err := readFile(target)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		src = fmt.Appendf(nil, "version = %d\n", Version)
	case err != nil:
		return false, &ReadError{path, err}
	default:
		if err := writableByOthers(path, info); err != nil {
			return false, err
		}
	}
	var d *Document
	out, err := Apply(src, path, func(doc *Document) error {
		d = doc
		return fn(doc)
	})
	if err != nil || bytes.Equal(out, src) {
		return false, err
	}
	err = locked
	if err == nil {
		err = replace(target, out, info)
	}
	if err != nil {
		return false, &WriteError{path, strings.Join(d.paste, "\n") + "\n", err}
	}
	return true, nil
}

// resolve follows symbolic links to the file that is to be replaced, which
// need not be there yet.
func resolve(path string) (string, error) {
	for range 40 {
		target, err := filepath.EvalSymlinks(path)
		if err == nil {
			return target, nil
		}
		if !errors.Is(err, fs.ErrNotExist) {
			return "", err
		}
		next, err := os.Readlink(path)
		if err != nil {
			return path, nil //nolint:nilerr // it is no link: the file is to be made
		}
		if !filepath.IsAbs(next) {
			next = filepath.Join(filepath.Dir(path), next)
		}
		path = next
	}
	return "", errors.New("too many symbolic links")
}
