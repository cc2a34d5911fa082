package intake

import (
	"errors"
	"fmt"
	"io"
	"os"
)

// file is a regular file that is being opened for reading.
type file struct {
	*os.File

	id      identity
	size    int64 // before anything was read from it
	options Options
}

// locate decides where reading begins and returns the segment and a reader that
// stands there.
func (f *file) locate() (*segment, io.Reader, error) {
	info, err := f.Stat()
	if err != nil {
		return nil, nil, err
	}
	seg := &segment{final: f.options.Final, start: Point{Line: 1}}
	var stored *Cursor
	if id, ok := identify(info); ok {
		f.id, seg.id, seg.file = id, id, id.String()
		if f.options.Stored != nil {
			if stored, err = f.options.Stored(seg.file); err != nil {
				return nil, nil, err
			}
			// That may have waited for another run, which read what was
			// written meanwhile.
			if info, err = f.Stat(); err != nil {
				return nil, nil, err
			}
		}
	}
	f.size = info.Size()
	switch f.options.From {
	case FromStart:
		stored = nil
	case FromEnd:
		return f.atEnd(seg)
	default:
	}
	if stored != nil {
		r, err := f.resume(seg, stored)
		if err != nil || r != nil {
			return seg, r, err
		}
	}
	seg.start = Point{File: seg.file, Line: 1}
	seg.head, seg.tail = nil, nil
	r, err := f.from(0)
	return seg, r, err
}

// from returns the file at an offset, or a reader of its whole content if it is
// compressed.
func (f *file) from(offset int64) (io.Reader, error) {
	var head [4]byte
	n, err := f.ReadAt(head[:], 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	how := recognise(head[:n])
	if how == gzipped || how == zstandard {
		if _, err := f.Seek(0, io.SeekStart); err != nil {
			return nil, err
		}
		r, err := decompressor(how, f.File)
		if err != nil {
			return nil, err
		}
		return r, nil
	}
	_, err = f.Seek(offset, io.SeekStart)
	return f.File, err
}

// resume returns a reader at a stored cursor, if the content before it is what
// it was; otherwise nil, and the segment says why.
func (f *file) resume(seg *segment, c *Cursor) (io.Reader, error) {
	r, head, tail, err := f.skipTo(max(0, c.Offset))
	switch {
	case errors.Is(err, io.EOF):
		seg.why = fmt.Sprintf("the file is shorter than it was: it was read to byte %d, so it is a new one", c.Offset)
		return nil, nil
	case err != nil:
		return nil, err
	}
	if !c.vouches(head, tail) {
		seg.why = fmt.Sprintf("the file was rewritten: its content before byte %d is not what was read, so it is a new one", c.Offset)
		return nil, nil
	}
	seg.start = c.Point
	seg.start.File = seg.file
	seg.head, seg.tail = head, tail
	return r, nil
}

// skipTo returns a reader at an offset, and up to 1 KiB of the start and before
// the offset; io.EOF when the content is shorter.
func (f *file) skipTo(offset int64) (r io.Reader, head, tail []byte, err error) {
	if r, err = f.from(offset); err != nil {
		return nil, nil, nil, err
	}
	if r != io.Reader(f.File) {
		head, tail, err = skim(r, offset)
		return r, head, tail, err
	}
	if f.size < offset {
		return nil, nil, nil, io.EOF
	}
	n := min(offset, history)
	head, tail = make([]byte, n), make([]byte, n)
	if _, err = f.ReadAt(head, 0); err == nil {
		_, err = f.ReadAt(tail, offset-n)
	}
	return r, head, tail, err
}

// skim reads up to an offset and keeps the first and last bytes.
func skim(r io.Reader, offset int64) (head, tail []byte, err error) {
	var w window
	buf := make([]byte, headroom+readSize)
	free := make(chan []byte, 1)
	for w.base+int64(len(w.data)) < offset {
		left := offset - w.base - int64(len(w.data))
		n, err := r.Read(buf[headroom:][:min(left, readSize)])
		if n > 0 {
			w.extend(buf, n, free)
			w.pos = len(w.data)
			w.drop()
			w.data, w.owner = nil, nil
		}
		if err != nil && w.base < offset {
			return nil, nil, err
		}
	}
	return w.first, w.old, nil
}
