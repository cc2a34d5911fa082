package intake

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// From says where the reading of a file begins.
type From string

// Where reading begins.
const (
	FromCursor From = "cursor" // where the last run stopped; at the start if there was none
	FromStart  From = "start"
	FromEnd    From = "end" // with what is appended from now on
)

// ParseFrom reads the name of a place to begin.
func ParseFrom(s string) (From, error) {
	switch f := From(s); f {
	case FromCursor, FromStart, FromEnd:
		return f, nil
	}
	return "", fmt.Errorf("unknown place to begin %q: cursor, start or end", s)
}

// Options are how a source is read. The zero value is good.
type Options struct {
	// MaxEventBytes is the size up to which an event is taken, as it came in;
	// 0 is MaxEventBytes.
	MaxEventBytes int

	// The others are for files only.

	// From is where reading begins; empty is FromCursor.
	From From

	// Final: incomplete JSON at the end of a file is a reject, not left for the
	// next run.
	Final bool

	// Follow: at the end of the file, wait for more, through rotation and
	// truncation, until Stop. A file that is not there yet is waited for.
	Follow bool

	// Stored returns the cursor that was stored for a file, nil if there is
	// none. It gets the identity of the file ("device-inode") and is called
	// once for each file that is read, before anything is read from it, from a
	// goroutine of its own. Nil: there are no cursors.
	Stored func(file string) (*Cursor, error)
}

func (o Options) max() int {
	if o.MaxEventBytes > 0 {
		return o.MaxEventBytes
	}
	return MaxEventBytes
}

// New reads a stream. It has no cursor, and incomplete JSON at its end is a
// reject. The name is for messages; "-" is standard input.
func New(r io.Reader, name string, o Options) *Reader {
	return newReader(name, o, func() error { return nil }, stream(r))
}

func newReader(name string, o Options, closer func() error, run produce) *Reader {
	return &Reader{name: name, max: o.max(), shut: closer, follows: o.Follow, pump: startPump(run)}
}

// stream produces what a stream gives.
func stream(r io.Reader) produce {
	return func(p *pump) error {
		widen(r)
		p.send(chunk{begin: &segment{start: Point{Line: 1}, final: true}})
		return p.copyFrom(&sniffer{r: r})
	}
}

// Open reads the file at path. A regular file has a cursor; everything else is
// read like a stream, and so is what /dev/stdin and the like stand for. A file
// that cannot be read is a *[fs.PathError], wrapped with what to do.
func Open(path string, o Options) (*Reader, error) {
	info, err := os.Stat(path)
	switch {
	case o.Follow && errors.Is(err, fs.ErrNotExist):
		return openRegular(path, nil, o), nil
	case err != nil:
		return nil, unreadable(path, err)
	case info.IsDir():
		return nil, fmt.Errorf("%w: name the files in it", &fs.PathError{Op: "read", Path: path, Err: errors.New("is a directory")})
	case info.Mode()&fs.ModeNamedPipe != 0:
		f := &fifo{path: path}
		return newReader(path, o, f.Close, stream(f)), nil
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, unreadable(path, err)
	}
	if info, err = f.Stat(); err != nil {
		f.Close()
		return nil, unreadable(path, err)
	}
	if !info.Mode().IsRegular() || isDescriptor(path) {
		return newReader(path, o, f.Close, stream(f)), nil
	}
	return openRegular(path, f, o), nil
}

// unreadable says what to do about a file that cannot be opened.
func unreadable(path string, err error) error {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("%w: check the name; nothing was read from it", err)
	case errors.Is(err, fs.ErrPermission):
		return fmt.Errorf("%w: run wnotify as a user who may read %s", err, path)
	}
	return err
}

// isDescriptor reports whether a path stands for an open file of this process.
func isDescriptor(path string) bool {
	path = filepath.Clean(path)
	return path == "/dev/stdin" || strings.HasPrefix(path, "/dev/fd/") ||
		strings.HasPrefix(path, "/proc/") && strings.Contains(path, "/fd/")
}
