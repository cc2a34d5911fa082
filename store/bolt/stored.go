package bolt

import (
	"encoding/binary"

	"go.etcd.io/bbolt"
)

// largeFrom is the size of a value, in bytes, from which a block gets a bucket
// of its own, in which it fills pages that it shares with nobody. bbolt puts two
// to four large values on a page, and writes all of them again when one comes or
// goes: that was 1.76 bytes written for each byte of an event, and is 1.06. A
// smaller block would leave most of its last page empty.
var largeFrom = 16 << 10 // tests set it

// stored are the blocks that are in the journal, as a transaction sees them.
type stored struct {
	h            *handle
	small, large *bbolt.Bucket // large is nil before schema 2
}

func storedIn(tx *bbolt.Tx, h *handle) stored {
	return stored{h: h, small: tx.Bucket(bBlocks), large: tx.Bucket(bLarge)}
}

// put stores the head and the events of a block.
func (s stored) put(seq uint64, v []byte) error {
	if len(v) < largeFrom {
		return s.small.Put(be64(seq), v)
	}
	own, err := s.large.CreateBucket(be64(seq))
	if err != nil {
		return err
	}
	return own.Put(kBlock, v)
}

// get is a block, nil if it is not there.
func (s stored) get(seq uint64) []byte {
	if own := s.own(be64(seq)); own != nil {
		return own.Get(kBlock)
	}
	return s.small.Get(be64(seq))
}

func (s stored) remove(seq uint64) error {
	if s.own(be64(seq)) != nil {
		return s.large.DeleteBucket(be64(seq))
	}
	return s.small.Delete(be64(seq))
}

// each yields all blocks.
func (s stored) each(visit func(seq uint64, v []byte) error) error {
	err := s.small.ForEach(func(k, v []byte) error { return visit(fromBE64(k), v) })
	if s.large != nil && err == nil {
		err = s.large.ForEachBucket(func(k []byte) error { return visit(fromBE64(k), s.get(fromBE64(k))) })
	}
	return err
}

// own is the bucket of a large block, nil if there is none to be used. The tree
// was looked at no further than to where these buckets are, for that would read
// a page of each block.
func (s stored) own(key []byte) *bbolt.Bucket {
	if s.large == nil {
		return nil
	}
	own := s.large.Bucket(key)
	if own == nil || own.Root() != 0 && !s.h.isBlock(uint64(own.Root())) {
		return nil
	}
	return own
}

// isBlock reports whether a page is that of a bucket with one large block, and
// has as many others behind it as that takes. Nobody knows where bbolt would get
// to from another, and it makes free what a page says that it takes.
func (h *handle) isBlock(id uint64) bool {
	p := make([]byte, pageHeader+elementHeader)
	page := uint64(h.left.pageSize)
	if _, err := h.file.ReadAt(p, int64(id*page)); err != nil {
		return false
	}
	more := uint64(binary.NativeEndian.Uint32(p[12:]))
	e := p[pageHeader:] // flags, place, sizes of key and value
	at, key, value := binary.NativeEndian.Uint32(e[4:]), binary.NativeEndian.Uint32(e[8:]), uint64(binary.NativeEndian.Uint32(e[12:]))
	return binary.NativeEndian.Uint64(p) == id && binary.NativeEndian.Uint16(p[8:]) == flagLeaf &&
		binary.NativeEndian.Uint16(p[10:]) == 1 && binary.NativeEndian.Uint32(e) == 0 &&
		at == elementHeader && key == uint32(len(kBlock)) && more == (uint64(len(p))+uint64(key)+value-1)/page
}
