package bolt

import (
	"encoding/binary"
	"errors"
	"hash/fnv"
	"io"
	"os"
)

const (
	metaSize    = 64 // of bbolt's meta record, after a page header of 16 bytes
	metaOffset  = 16
	boltMagic   = 0xED0CDAED
	boltVersion = 2
	noFreelist  = ^uint64(0)
)

// header is what the two meta pages of a bbolt file say: everything about
// its last commit. Two reads that are equal had no commit between them.
type header struct {
	pageSize int
	raw      [2][metaSize]byte
	valid    [2]bool
}

// meta is one of bbolt's two meta records.
type meta []byte

func (m meta) ok() bool {
	h := fnv.New64a()
	_, _ = h.Write(m[:56])
	return binary.NativeEndian.Uint32(m) == boltMagic &&
		binary.NativeEndian.Uint32(m[4:]) == boltVersion &&
		binary.NativeEndian.Uint64(m[56:]) == h.Sum64()
}

func (m meta) pageSize() int    { return int(binary.NativeEndian.Uint32(m[8:])) }
func (m meta) root() uint64     { return binary.NativeEndian.Uint64(m[16:]) }
func (m meta) freelist() uint64 { return binary.NativeEndian.Uint64(m[32:]) }
func (m meta) pages() uint64    { return binary.NativeEndian.Uint64(m[40:]) }
func (m meta) txid() uint64     { return binary.NativeEndian.Uint64(m[48:]) }

// readHeader reads both meta records. The page size is that of the first
// record, else it is searched as bbolt does. An error is one of the disk; bad
// content is not an error here.
func readHeader(f io.ReaderAt, pageSize int) (h header, err error) {
	if h.valid[0], err = readMeta(f, 0, 0, &h.raw[0]); err != nil {
		return h, err
	}
	h.pageSize = pageSize
	if h.valid[0] {
		h.pageSize = meta(h.raw[0][:]).pageSize()
	}
	if h.pageSize > 0 {
		h.valid[1], err = readMeta(f, int64(h.pageSize), 1, &h.raw[1])
		return h, err
	}
	for size := 1 << 10; size <= 1<<24; size <<= 1 {
		ok, err := readMeta(f, int64(size), 1, &h.raw[1])
		if err != nil {
			return h, err
		}
		if ok && meta(h.raw[1][:]).pageSize() == size {
			h.pageSize, h.valid[1] = size, true
			break
		}
	}
	return h, nil
}

// readMeta reads the record of a page. One that is in the place of the other,
// which takes turns with it, is not valid, although bbolt would take it.
func readMeta(f io.ReaderAt, at int64, page uint64, to *[metaSize]byte) (valid bool, err error) {
	n, err := f.ReadAt(to[:], at+metaOffset)
	if err != nil && !errors.Is(err, io.EOF) {
		return false, err
	}
	return n == metaSize && meta(to[:]).ok() && meta(to[:]).txid()%2 == page, nil
}

// newest is the record of the last commit.
func (h *header) newest() meta {
	a, b := meta(h.raw[0][:]), meta(h.raw[1][:])
	if h.valid[0] && (!h.valid[1] || a.txid() > b.txid()) {
		return a
	}
	return b
}

// preflight looks at a journal before bbolt does, who panics or dies of
// SIGBUS where this says what is wrong. It reports whether one of the two
// meta pages is bad, which bbolt passes over in silence.
func preflight(f *os.File) (h header, half bool, err error) {
	fi, err := f.Stat()
	if err != nil {
		return h, false, err
	}
	if h, err = readHeader(f, 0); err != nil {
		return h, false, err
	}
	if !h.valid[0] && !h.valid[1] {
		return h, false, damaged(f.Name(), "has no valid header in its %d bytes", fi.Size())
	}
	m, size := h.newest(), uint64(fi.Size())
	page := uint64(h.pageSize)
	switch {
	case page < 1<<10 || page > 1<<24 || page&(page-1) != 0:
		return h, false, damaged(f.Name(), "claims a page size of %d bytes", page)
	case size < 4*page:
		return h, false, damaged(f.Name(), "has only %d bytes", size)
	case m.pages() > size/page:
		return h, false, damaged(f.Name(), "was cut: %d bytes of %d are left", size, m.pages()*page)
	case m.root() < 2 || m.root() >= m.pages():
		return h, false, damaged(f.Name(), "has no root page %d", m.root())
	case m.freelist() != noFreelist && (m.freelist() < 2 || m.freelist() >= m.pages()):
		return h, false, damaged(f.Name(), "has no page %d for its list of free pages", m.freelist())
	}
	return h, h.valid[0] != h.valid[1], nil
}
