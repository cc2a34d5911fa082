package intake

import (
	"bytes"
	"errors"
	"io"

	"github.com/wnotify/wnotify/dispatch/scan"
)

// atEnd begins at the end of the file, or with the event that is being written
// there.
func (f *file) atEnd(seg *segment) (*segment, io.Reader, error) {
	r, err := f.from(f.size)
	if err != nil {
		return nil, nil, err
	}
	offset := f.size
	if r != io.Reader(f.File) {
		if offset, err = io.Copy(io.Discard, r); err != nil {
			return nil, nil, err
		}
		if r, err = f.from(0); err != nil {
			return nil, nil, err
		}
		seg.head, seg.tail, err = skim(r, offset)
	} else {
		offset -= f.begun()
		r, seg.head, seg.tail, err = f.skipTo(offset)
	}
	seg.start = Point{File: seg.file, Offset: offset, In: unsure}
	return seg, r, err
}

// begun is the size of the event at the end of the file that is not complete.
func (f *file) begun() int64 {
	tail := make([]byte, min(f.size, int64(f.options.max())))
	if _, err := f.ReadAt(tail, f.size-int64(len(tail))); err != nil {
		return 0
	}
	line := tail[bytes.LastIndexByte(tail, '\n')+1:]
	line = bytes.TrimLeft(line, " \t[,"+bom)
	if len(line) == 0 || line[0] != '{' {
		return 0
	}
	if _, err := scan.Prefix(line, nil); !errors.Is(err, scan.ErrMore) {
		return 0
	}
	return int64(len(line))
}
