package bolt

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
)

// absent is the error of a journal that does not exist.
func (s *Store) absent() error {
	if s.install != "" {
		return s.replaced()
	}
	// An empty queue in the folder of somebody else is not ours to report.
	if err := checkFolder(s.dir); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return errAbsent
}

// trace is a file that is only made beside a journal that is there for good, or
// nothing. A first run that was killed leaves none.
func (s *Store) trace() string {
	if _, err := os.Lstat(s.reservePath()); err == nil {
		return s.reservePath()
	}
	if kept, _ := filepath.Glob(s.journal + ".damaged.*"); len(kept) > 0 {
		return kept[0]
	}
	return ""
}
