package config

import (
	"fmt"
	"io"
	"os"
)

// longest is the largest file that is read, in bytes. One with a thousand
// integrations has about half a megabyte.
const longest = 16 << 20

// ReadError is a configuration file that could not be read. It wraps the
// reason: fs.ErrNotExist, fs.ErrPermission, ….
type ReadError struct {
	Path string
	Err  error
}

// Error says which file and why.
func (e *ReadError) Error() string {
	return fmt.Sprintf("cannot read the configuration %s: %v", e.Path, reason(e.Err))
}

// Unwrap returns the reason.
func (e *ReadError) Unwrap() error { return e.Err }

// Load reads a configuration file and checks it, but opens nothing that it
// names. Errors are *ReadError, *PermissionError when others can write the
// file, and *InvalidError with every problem.
func Load(path string) (*File, error) {
	src, info, err := readFile(path)
	if err != nil {
		return nil, &ReadError{path, err}
	}
	if err := writableByOthers(path, info); err != nil {
		return nil, err
	}
	return Decode(src, path)
}

func readFile(path string) ([]byte, os.FileInfo, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, nil, err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return nil, nil, err
	}
	src, err := io.ReadAll(io.LimitReader(file, longest+1))
	if err != nil {
		return nil, nil, err
	}
	if len(src) > longest {
		return nil, nil, fmt.Errorf("it has more than %s", showSize(longest))
	}
	return src, info, nil
}
