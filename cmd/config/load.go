package config

import (
	"fmt"
	"io"
	"io/fs"
	"os"
	"time"
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

// writerPatience is how long a named pipe may have nobody who writes to it.
const writerPatience = 5 * time.Second

// open opens a file for reading, and a named pipe once somebody writes to it;
// no signal ends the system's own wait for that.
func open(path string) (*os.File, error) {
	if info, err := os.Stat(path); err != nil || info.Mode()&fs.ModeNamedPipe == 0 {
		return os.Open(path)
	}
	type opened struct {
		file *os.File
		err  error
	}
	done := make(chan opened, 1)
	go func() {
		file, err := os.Open(path)
		done <- opened{file, err}
	}()
	select {
	case o := <-done:
		return o.file, o.err
	case <-time.After(writerPatience):
		return nil, fmt.Errorf("it is a pipe, and for %s nobody has written to it", showDuration(writerPatience))
	}
}

func readFile(path string) ([]byte, os.FileInfo, error) {
	file, err := open(path)
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
