package collector

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"runtime"
	"sync"
)

// maxFile bounds a secret, certificate or key. A bundle of all public roots is
// about 220 KiB.
const maxFile = 4 << 20

// files reads what endpoints refer to. A file is read again when its stat says
// that it changed; while a changed one cannot be used, the last good content
// stays in use. The zero value is ready.
type files struct {
	mu   sync.Mutex
	kept map[string]kept
}

type kept struct {
	info fs.FileInfo // nil: read again whatever stat says
	data []byte
}

// read returns the content of a file, which check accepts; what names it in
// errors. The warning says why the last good content is returned instead of
// what is there. A file that others can write is refused at once.
func (f *files) read(what, path string, check func([]byte) error) (data []byte, warn, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	last, known := f.kept[path]

	info, err := os.Stat(path)
	if err == nil && known && last.info != nil && same(info, last.info) {
		return last.data, nil, nil
	}
	if err == nil {
		if m := info.Mode(); runtime.GOOS != "windows" && m.IsRegular() && m.Perm()&0o022 != 0 {
			return nil, nil, &PermError{What: what, Path: path, Mode: m.Perm()}
		}
		data, info, err = load(path)
	}
	if err == nil {
		err = check(data)
	}
	switch {
	case err == nil:
		if f.kept == nil {
			f.kept = make(map[string]kept)
		}
		f.kept[path] = kept{info, data}
		return data, nil, nil
	case known:
		return last.data, &LocalError{What: what, Where: path, Err: bare(err)}, nil
	}
	return nil, nil, &LocalError{What: what, Where: path, Err: bare(err)}
}

// doubt makes every file be read again before it is used: somebody refused
// what was in one, and a clock too coarse may hide that it changed.
func (f *files) doubt() {
	f.mu.Lock()
	defer f.mu.Unlock()
	for path, k := range f.kept {
		k.info = nil
		f.kept[path] = k
	}
}

func same(a, b fs.FileInfo) bool {
	return os.SameFile(a, b) && a.Size() == b.Size() && a.Mode() == b.Mode() && a.ModTime().Equal(b.ModTime())
}

func load(path string) ([]byte, fs.FileInfo, error) {
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() {
		return nil, nil, errors.New("it is not a regular file") // opening a pipe would wait for a writer
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, nil, err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return nil, nil, err
	}
	data, err := io.ReadAll(io.LimitReader(file, maxFile+1))
	if err == nil && len(data) > maxFile {
		err = fmt.Errorf("it is larger than %d MiB", maxFile>>20)
	}
	return data, info, err
}

// bare drops the path from an error that will be wrapped in one that has it.
func bare(err error) error {
	if e := new(fs.PathError); errors.As(err, &e) {
		return e.Err
	}
	return err
}
