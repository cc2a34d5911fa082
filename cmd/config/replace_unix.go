//go:build unix

package config

import (
	"errors"
	"io/fs"
	"os"
	"syscall"
)

var errOwner = errors.New("it belongs to somebody else, and would no longer do so afterwards; edit it as its owner")

// keepOwner gives a new file the owner and group of the old one.
func keepOwner(file *os.File, old fs.FileInfo) error {
	was, ok := old.Sys().(*syscall.Stat_t)
	if !ok {
		return nil
	}
	info, err := file.Stat()
	if err != nil {
		return err
	}
	is, ok := info.Sys().(*syscall.Stat_t)
	if !ok || is.Uid == was.Uid && is.Gid == was.Gid {
		return nil
	}
	if file.Chown(int(was.Uid), int(was.Gid)) != nil {
		return errOwner
	}
	return nil
}

// syncFolder makes a rename durable.
func syncFolder(dir string) error {
	folder, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(folder.Sync(), folder.Close())
}
