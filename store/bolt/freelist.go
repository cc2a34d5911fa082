package bolt

import (
	"encoding/binary"
	"io"
	"slices"
)

// freelist reads the list of pages that bbolt will write to next. Nothing in it
// is checked by bbolt, and it has no checksum.
func (t *tree) freelist(id uint64) error {
	if id == noFreelist {
		return nil // bbolt finds out itself, from all pages
	}
	if id < 2 || id >= t.last {
		return damaged(t.f.Name(), "has its list of free pages at page %d", id)
	}
	at := int64(id) * int64(t.size)
	p := make([]byte, pageHeader+8)
	if _, err := io.ReadFull(io.NewSectionReader(t.f, at, int64(len(p))), p); err != nil {
		return err
	}
	count, first := uint64(binary.NativeEndian.Uint16(p[10:])), int64(pageHeader)
	if count == 0xffff { // more than fit: the number is the first entry
		count, first = binary.NativeEndian.Uint64(p[pageHeader:]), pageHeader+8
	}
	room := (uint64(binary.NativeEndian.Uint32(p[12:]))+1)*uint64(t.size) - uint64(first)
	if binary.NativeEndian.Uint64(p) != id || binary.NativeEndian.Uint16(p[8:]) != flagFree || count > t.last || count*8 > room {
		return damaged(t.f.Name(), "has no list of free pages at page %d", id)
	}
	p = make([]byte, count*8)
	if _, err := io.ReadFull(io.NewSectionReader(t.f, at+first, int64(len(p))), p); err != nil {
		return err
	}
	free := make([]uint64, 0, count)
	for last := uint64(1); len(p) > 0; p = p[8:] {
		n := binary.NativeEndian.Uint64(p)
		if n <= last || n >= t.last {
			return damaged(t.f.Name(), "lists a page %d as free, out of order", n)
		}
		free, last = append(free, n), n
	}
	t.free = free
	return t.notFree(id, 1)
}

// used is an error if a leaf is listed as free, as far as that can be told
// without reading it.
func (t *tree) used(id uint64) error {
	if !t.all {
		return t.notFree(id, 1)
	}
	p, err := t.page(id, false)
	if err != nil {
		return err
	}
	return t.notFree(id, uint64(binary.NativeEndian.Uint32(p[12:]))+1)
}

// notFree is an error if one of n pages that are in use is listed as free.
func (t *tree) notFree(id, n uint64) error {
	if id+n > t.last {
		return damaged(t.f.Name(), "has a page %d that reaches out of it", id)
	}
	if i, _ := slices.BinarySearch(t.free, id); i < len(t.free) && t.free[i] < id+n {
		return damaged(t.f.Name(), "uses page %d and lists it as free", t.free[i])
	}
	return nil
}
