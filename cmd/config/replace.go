package config

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// replace writes a file beside the target, makes it durable and gives it the
// target's name. Old is the target as it was read, or nil. Whatever fails
// before the rename leaves the target as it was.
func replace(target string, data []byte, old fs.FileInfo) (err error) {
	dir := filepath.Dir(target)
	tmp, err := os.CreateTemp(dir, "."+filepath.Base(target)+".*") // mode 0600
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, ignoreMissing(os.Remove(tmp.Name())))
		}
	}()
	_, err = tmp.Write(data)
	if err == nil && old != nil {
		if err = keepOwner(tmp, old); err == nil {
			err = tmp.Chmod(old.Mode().Perm())
		}
	}
	if err == nil {
		err = tmp.Sync()
	}
	if err = errors.Join(err, tmp.Close()); err != nil {
		return err
	}
	if err := unchanged(target, old); err != nil {
		return err
	}
	if err := os.Rename(tmp.Name(), target); err != nil {
		return err
	}
	if err := syncFolder(dir); err != nil {
		return fmt.Errorf("the new file is in place, but may not survive a loss of power: %w", err)
	}
	return nil
}

// makeFolder makes a folder, with mode 0700, and makes it durable.
func makeFolder(dir string) error {
	if _, err := os.Stat(dir); err == nil {
		return nil
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	return syncFolder(filepath.Dir(dir))
}

// unchanged refuses to replace a file that is not the one that was read.
func unchanged(target string, old fs.FileInfo) error {
	now, err := os.Stat(target)
	switch {
	case errors.Is(err, fs.ErrNotExist) && old == nil:
		return nil
	case err != nil:
		return err
	case old == nil || !os.SameFile(old, now) || old.Size() != now.Size() || !old.ModTime().Equal(now.ModTime()):
		return errChanged
	}
	return nil
}

func ignoreMissing(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}
