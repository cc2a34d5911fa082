package cmd

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// replaceFile makes a file, or replaces one as a whole: who reads it meanwhile
// sees the old one or the new one. A new one is for its owner only.
func replaceFile(path string, data []byte) (err error) {
	target, old, err := replaceable(path)
	if err != nil {
		return err
	}
	tmp, err := os.CreateTemp(filepath.Dir(target), "."+filepath.Base(target)+".*") // mode 0600
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(tmp.Name()))
		}
	}()
	_, err = tmp.Write(data)
	if err == nil && old != nil {
		err = tmp.Chmod(old.Mode().Perm())
	}
	if err == nil {
		err = tmp.Sync()
	}
	if err = errors.Join(err, tmp.Close()); err != nil {
		return err
	}
	return os.Rename(tmp.Name(), target)
}

// replaceable is the file that a path leads to, through links. It refuses what
// is no regular file: to take the place of /dev/null helps nobody.
func replaceable(path string) (target string, old fs.FileInfo, err error) {
	old, err = os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return path, nil, nil
	case err != nil:
		return "", nil, err
	case !old.Mode().IsRegular():
		return "", nil, fmt.Errorf("%s is not a regular file", path)
	}
	target, err = filepath.EvalSymlinks(path)
	return target, old, err
}
