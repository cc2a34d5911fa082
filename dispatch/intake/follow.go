package intake

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"time"
)

// pollEvery is how often a followed file is looked at: an event must be on the
// wire within a second of its arrival.
const pollEvery = 200 * time.Millisecond

// follower reads a file as it grows, and what replaces it.
type follower struct {
	path    string
	options Options

	f      *os.File
	offset int64  // read so far
	tail   []byte // up to 64 bytes before offset
}

// run produces the content of the file, and of its successors, until the pump
// is halted. f may be nil.
func (w *follower) run(p *pump, f *os.File) error {
	for !p.halted() {
		if f == nil {
			var err error
			if f, err = w.await(p); f == nil {
				return err
			}
			w.options.From = FromCursor // all that is in it is new
		}
		next, err := w.one(p, f)
		f.Close()
		if err != nil {
			return err
		}
		f = next
		w.options.From = FromCursor // --from is about the first file
	}
	return io.EOF
}

// await waits until the file is there.
func (w *follower) await(p *pump) (*os.File, error) {
	for !p.halted() {
		f, err := os.Open(w.path)
		switch {
		case err == nil:
			return f, nil
		case !errors.Is(err, fs.ErrNotExist):
			return nil, unreadable(w.path, err)
		}
		w.pause(p)
	}
	return nil, io.EOF
}

// one produces the content of one file, and returns the one that replaced it.
func (w *follower) one(p *pump, f *os.File) (*os.File, error) {
	src := &file{File: f, options: w.options}
	seg, r, err := src.locate()
	if err != nil {
		return nil, err
	}
	if r != io.Reader(f) {
		return nil, errors.New("it is compressed, and a compressed file cannot be followed: send it without --follow")
	}
	w.f, w.offset = f, seg.start.Offset
	w.tail = append(w.tail[:0], seg.tail[max(0, len(seg.tail)-64):]...)
	p.send(chunk{begin: seg})
	for !p.halted() {
		if err := w.drain(p); err != nil {
			return nil, err
		}
		next, err := w.successor()
		if next != nil || err != nil {
			// Its last writer may have written since.
			return next, errors.Join(err, w.drain(p))
		}
		w.pause(p)
		why, err := w.rewritten()
		if err != nil {
			return nil, err
		}
		if why != "" {
			again := &segment{file: seg.file, id: seg.id, start: Point{File: seg.file, Line: 1}, why: why}
			if _, err := f.Seek(0, io.SeekStart); err != nil {
				return nil, err
			}
			w.offset, w.tail = 0, w.tail[:0]
			p.send(chunk{begin: again})
		}
	}
	return nil, io.EOF
}

// drain produces what the file has now.
func (w *follower) drain(p *pump) error {
	for {
		b, ok := p.buffer()
		if !ok {
			return nil
		}
		n, err := w.f.Read(b[headroom:])
		if n > 0 {
			data := b[headroom : headroom+n]
			if n < 64 {
				w.tail = append(w.tail, data...)
				data = w.tail
			}
			w.tail = append(w.tail[:0], data[max(0, len(data)-64):]...)
			w.offset += int64(n)
			p.send(chunk{buf: b, n: n})
		} else {
			p.free <- b
		}
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		}
	}
}

// successor returns the file that has taken the place of the one that is being
// read, once something was written to it: until then the writer may still hold
// the old one.
func (w *follower) successor() (*os.File, error) {
	now, err := os.Stat(w.path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, nil
	case err != nil:
		return nil, unreadable(w.path, err)
	}
	was, err := w.f.Stat()
	if err != nil || os.SameFile(now, was) || now.Size() == 0 || !now.Mode().IsRegular() {
		return nil, err
	}
	f, err := os.Open(w.path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, unreadable(w.path, err)
	}
	return f, nil
}

// rewritten says why what was read is no longer the beginning of the file.
func (w *follower) rewritten() (string, error) {
	info, err := w.f.Stat()
	if err != nil {
		return "", err
	}
	if info.Size() < w.offset {
		return fmt.Sprintf("the file was truncated: it was read to byte %d, so it is a new one", w.offset), nil
	}
	if info.Size() == w.offset {
		return "", nil
	}
	tail := make([]byte, len(w.tail))
	if _, err := w.f.ReadAt(tail, w.offset-int64(len(tail))); err != nil || !bytes.Equal(tail, w.tail) {
		return fmt.Sprintf("the file was rewritten: its content before byte %d is not what was read, so it is a new one", w.offset), err
	}
	return "", nil
}

func (w *follower) pause(p *pump) {
	t := time.NewTimer(pollEvery)
	defer t.Stop()
	select {
	case <-t.C:
	case <-p.stop:
	}
}
