package intake

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
)

// Cursor says how far a file was read, and vouches for what lies before: it
// belongs to the file with this device and inode number as long as the content
// up to the offset is the same. It is stored by the caller as JSON.
type Cursor struct {
	Point

	Device uint64 `json:"device"`
	Inode  uint64 `json:"inode"`

	// The first and the last bytes before the offset: how many, at most 1 KiB,
	// and their SHA-256.
	HeadSize int    `json:"head_size"`
	Head     string `json:"head"`
	TailSize int    `json:"tail_size"`
	Tail     string `json:"tail"`
}

// mark is a place and the bytes before it, which may have left the window.
type mark struct {
	seg   *segment
	point Point
	head  []byte
	tail  []byte
}

// Cursor returns the cursor for a point that was handed out: the last one, the
// one before it, or the last one of the file that was followed before. It costs
// two hashes of 1 KiB and no input or output. For an older point, whose bytes
// have left memory, the cursor vouches for the beginning of the file only.
// False: the input has no cursor, since it is no regular file, or the point is
// of a file that is no longer followed.
func (r *Reader) Cursor(p Point) (Cursor, bool) {
	if m := r.mark; m != nil && p == m.point {
		return m.cursor(), true
	}
	if r.seg == nil || p.File == "" || p.File != r.seg.file || p.generation != r.seg.start.generation {
		return Cursor{}, false
	}
	m := r.markOf(p)
	return m.cursor(), true
}

// markOf collects the bytes before a point.
func (r *Reader) markOf(p Point) mark {
	m := mark{seg: r.seg, point: p, head: r.first[:min(int64(len(r.first)), p.Offset)]}
	m.tail = r.window.before(p.Offset)
	return m
}

// before returns the bytes before an offset, up to 1 KiB; nil if they have left
// memory.
func (w *window) before(offset int64) []byte {
	end := offset - w.base
	if end < 0 || end > int64(len(w.data)) {
		return nil
	}
	start := end - history
	if start >= 0 {
		return w.data[start:end]
	}
	old := w.old[max(0, int64(len(w.old))+start):]
	return append(append(make([]byte, 0, history), old...), w.data[:end]...)
}

// remember keeps the bytes before the point that was handed out last, if they
// are about to leave the window.
func (r *Reader) remember() {
	if r.seg.file != "" && r.last != r.seg.start && r.last.Offset >= r.base && r.last.Offset < r.offset() {
		r.keep()
	}
}

func (r *Reader) keep() {
	m := r.markOf(r.last)
	m.head = bytes.Clone(m.head)
	m.tail = bytes.Clone(m.tail)
	r.mark = &m
}

// leave goes on with the next segment.
func (r *Reader) leave() {
	if r.seg.file != "" && r.last != r.seg.start && (r.mark == nil || r.mark.point != r.last) {
		r.keep()
	}
	r.enter(r.next)
}

func (m *mark) cursor() Cursor {
	return Cursor{
		Point:  m.point,
		Device: m.seg.id.device, Inode: m.seg.id.inode,
		HeadSize: len(m.head), Head: fingerprint(m.head),
		TailSize: len(m.tail), Tail: fingerprint(m.tail),
	}
}

// vouches reports whether the first bytes of a file, and the bytes before the
// offset, are what they were.
func (c *Cursor) vouches(head, tail []byte) bool {
	if c.HeadSize < 0 || c.HeadSize > len(head) || c.TailSize < 0 || c.TailSize > len(tail) {
		return false
	}
	return fingerprint(head[:c.HeadSize]) == c.Head && fingerprint(tail[len(tail)-c.TailSize:]) == c.Tail
}

func fingerprint(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}
