package bolt

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
)

const (
	folderMode = 0o700
	fileMode   = 0o600
)

// inode tells whether two names are the same file.
type inode struct{ dev, ino uint64 }

// checkFolder refuses a state folder that is not ours alone.
func checkFolder(dir string) error {
	fi, err := os.Lstat(dir)
	if errors.Is(err, syscall.ENOTDIR) {
		return unmade(dir, err)
	}
	if err != nil {
		return err
	}
	switch {
	case fi.Mode()&fs.ModeSymlink != 0:
		return &UnsafeError{Path: dir, Why: "is a symbolic link; name the folder itself"}
	case !fi.IsDir():
		return &UnsafeError{Path: dir, Why: "is not a folder"}
	}
	if err := checkOwner(dir, fi); err != nil {
		return err
	}
	if writableByOthers(fi, 0o022) {
		return &UnsafeError{Path: dir, Why: fmt.Sprintf("can be written by others (mode %04o)", fi.Mode().Perm()), Fix: "chmod 700 " + dir}
	}
	return nil
}

// makeFolder makes the state folder with its parents, durably.
func makeFolder(dir string) error {
	err := checkFolder(dir)
	switch {
	case err == nil:
		return nil
	case !errors.Is(err, fs.ErrNotExist):
		return unmade(dir, err)
	}
	if err := os.MkdirAll(filepath.Dir(dir), folderMode); err != nil {
		return unmade(dir, err)
	}
	if err := os.Mkdir(dir, folderMode); err == nil {
		// The umask of who starts us must not decide who may enter.
		if err := os.Chmod(dir, folderMode); err != nil {
			return unmade(dir, err)
		}
		if err := syncFolder(filepath.Dir(dir)); err != nil {
			return err
		}
	} else if !errors.Is(err, fs.ErrExist) {
		return unmade(dir, err)
	}
	return checkFolder(dir)
}

// tighten closes to others a state folder that somebody made for us: one in
// which nothing is but what we put there. Any other is left as it is, for
// others may need what is in it.
func tighten(dir string) {
	fi, err := os.Lstat(dir)
	if err != nil || !writableByOthers(fi, 0o077) {
		return
	}
	entries, err := os.ReadDir(dir)
	for _, e := range entries {
		ours := e.Name() == "lanes" || e.Name() == "host" || strings.HasPrefix(e.Name(), "journal.db") || strings.HasPrefix(e.Name(), "LOCK.")
		if !ours {
			return
		}
	}
	if err == nil {
		_ = os.Chmod(dir, folderMode) // else doctor says so
	}
}

// openFile opens a file of the state with the flags given, never through a
// link, and refuses one that is not ours alone.
func openFile(path string, flag int) (*os.File, error) {
	var f *os.File
	err := fs.ErrExist
	if flag&os.O_CREATE != 0 {
		f, err = os.OpenFile(path, flag|os.O_EXCL|noFollow, fileMode)
	}
	created := err == nil
	if errors.Is(err, fs.ErrExist) {
		f, err = os.OpenFile(path, flag&^os.O_CREATE|noFollow, fileMode)
	}
	if err != nil {
		if fi, lerr := os.Lstat(path); lerr == nil {
			if serr := checkFile(path, fi); serr != nil {
				return nil, serr
			}
		}
		return nil, err
	}
	if created {
		if err := f.Chmod(fileMode); err != nil && !noChmod {
			_ = f.Close()
			return nil, err
		}
	}
	fi, err := f.Stat()
	if err == nil {
		err = checkFile(path, fi)
	}
	if err != nil {
		_ = f.Close()
		return nil, err
	}
	return f, nil
}

// checkFile refuses a file of the state that is not ours alone.
func checkFile(path string, fi fs.FileInfo) error {
	switch {
	case fi.Mode()&fs.ModeSymlink != 0:
		return &UnsafeError{Path: path, Why: "is a symbolic link"}
	case !fi.Mode().IsRegular():
		return &UnsafeError{Path: path, Why: "is not a regular file"}
	}
	if err := checkOwner(path, fi); err != nil {
		return err
	}
	if n := links(fi); n > 1 {
		return &UnsafeError{Path: path, Why: fmt.Sprintf("has %d names; somebody linked it elsewhere", n)}
	}
	if writableByOthers(fi, 0o077) {
		return &UnsafeError{Path: path, Why: fmt.Sprintf("can be used by others (mode %04o)", fi.Mode().Perm()), Fix: "chmod 600 " + path}
	}
	return nil
}

// checkOwner refuses what is not ours, for root too: its files in the folder
// of somebody else would lock that user out.
func checkOwner(path string, fi fs.FileInfo) error {
	if uid, us := owner(fi), os.Geteuid(); uid != us {
		return &OwnerError{Path: path, UID: uid, Us: us}
	}
	return nil
}
