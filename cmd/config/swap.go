package config

import (
	"bytes"
	"context"
	"errors"
)

// Swap puts a text that a person made of old in the place of old, which may be
// wrong; the new one may not. Errors are those of [Decode], [*ReadError],
// [*BusyError], and [*WriteError] when the file is no longer old or cannot be
// written.
func Swap(ctx context.Context, path string, old, text []byte) error {
	if _, err := Decode(text, path); err != nil {
		return err
	}
	target, err := resolve(path)
	if err != nil {
		return &ReadError{path, err}
	}
	unlock, err := lock(ctx, target)
	if _, busy := errors.AsType[*BusyError](err); busy || ctx.Err() != nil {
		return err
	}
	if err != nil {
		return &WriteError{Path: path, Err: err}
	}
	defer unlock()
	now, info, err := readFile(target)
	switch {
	case err != nil:
		return &ReadError{path, err}
	case !bytes.Equal(now, old):
		return &WriteError{Path: path, Err: errChanged}
	}
	if err := replace(target, text, info); err != nil {
		return &WriteError{Path: path, Err: err}
	}
	return nil
}
