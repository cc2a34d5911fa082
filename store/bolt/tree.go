package bolt

import (
	"encoding/binary"
	"io"
	"os"
)

// tree looks at how the pages of a journal hang together, once for each
// process. bbolt follows a page that leads back to itself until the stack
// ends, and no recover helps then; and it writes over whatever is listed as
// free. So this finds it first. It reads branches, and leaves only where they
// hold buckets.
type tree struct {
	f    *os.File
	size int // of a page
	last uint64
	free []uint64 // pages, ascending
	all  bool     // every page is looked at
}

const (
	pageHeader    = 16
	flagBranch    = 1
	flagLeaf      = 2
	flagFree      = 16
	flagBucket    = 1 // of an element of a leaf
	maxDepth      = 16
	maxLeaf       = 4 << 20 // bytes; of leaves that hold buckets
	elementHeader = 16
	bucketHeader  = 16 // before the page of a bucket that lies in its element
)

// check follows the tree of the last commit; all: to the last page.
func (h *header) check(f *os.File, all bool) error {
	m := h.newest()
	t := &tree{f: f, size: h.pageSize, last: m.pages(), all: all || m.freelist() == noFreelist}
	if err := t.freelist(m.freelist()); err != nil {
		return err
	}
	return t.bucket(m.root(), t.top)
}

// page reads the start of a page, and all of it if it is a branch or whole.
func (t *tree) page(id uint64, whole bool) ([]byte, error) {
	if id < 2 || id >= t.last {
		return nil, damaged(t.f.Name(), "refers to a page %d", id)
	}
	p := make([]byte, t.size)
	if _, err := io.ReadFull(io.NewSectionReader(t.f, int64(id)*int64(t.size), int64(t.size)), p); err != nil {
		return nil, err
	}
	flags, more := binary.NativeEndian.Uint16(p[8:]), int64(binary.NativeEndian.Uint32(p[12:]))
	if binary.NativeEndian.Uint64(p) != id || flags != flagBranch && flags != flagLeaf {
		return nil, damaged(t.f.Name(), "has something else at page %d", id)
	}
	if uint64(more) >= t.last-id {
		return nil, damaged(t.f.Name(), "has a page %d that reaches out of it", id)
	}
	size := (more + 1) * int64(t.size)
	if flags == flagLeaf && !whole || more == 0 || size > maxLeaf {
		return p, nil
	}
	p = make([]byte, size)
	_, err := t.f.ReadAt(p, int64(id)*int64(t.size))
	return p, err
}

func isBranch(p []byte) bool { return binary.NativeEndian.Uint16(p[8:]) == flagBranch }

// elements yields where the elements of a page are, those that are in it.
func elements(p []byte) (at []int) {
	for i := range int(binary.NativeEndian.Uint16(p[10:])) {
		if e := pageHeader + i*elementHeader; e+elementHeader <= len(p) {
			at = append(at, e)
		}
	}
	return at
}

// bucket follows one bucket level by level, and gives its leaves to a function,
// if there is one.
func (t *tree) bucket(root uint64, leaf func(id uint64) error) error {
	branches := map[uint64]bool{}
	level := []uint64{root}
	for range maxDepth {
		first, err := t.page(level[0], false)
		if err != nil {
			return err
		}
		if !isBranch(first) {
			break
		}
		var below []uint64
		for _, id := range level {
			p, err := t.page(id, true)
			if err != nil {
				return err
			}
			if branches[id] || !isBranch(p) {
				return damaged(t.f.Name(), "has a page %d out of place", id)
			}
			if err := t.notFree(id, uint64(len(p)/t.size)); err != nil {
				return err
			}
			branches[id] = true
			for _, e := range elements(p) {
				below = append(below, binary.NativeEndian.Uint64(p[e+8:]))
			}
		}
		if len(below) == 0 {
			return damaged(t.f.Name(), "has a page %d that leads nowhere", level[0])
		}
		level = below
	}
	for _, id := range level {
		if branches[id] {
			return damaged(t.f.Name(), "has a page %d that leads back to itself", id)
		}
		if err := t.used(id); err != nil {
			return err
		}
		if leaf != nil {
			if err := leaf(id); err != nil {
				return err
			}
		}
	}
	return nil
}

// top follows the buckets in a leaf of the root.
func (t *tree) top(id uint64) error {
	return t.buckets(id, func(name string, root uint64) error {
		switch name {
		case string(bLanes):
			return t.bucket(root, t.lanes)
		case string(bLarge):
			return t.bucket(root, t.large)
		}
		return t.bucket(root, nil)
	})
}

func (t *tree) lanes(id uint64) error {
	return t.buckets(id, func(_ string, root uint64) error { return t.bucket(root, t.lane) })
}

func (t *tree) lane(id uint64) error {
	return t.buckets(id, func(_ string, root uint64) error { return t.bucket(root, nil) })
}

// large follows the buckets of large blocks. Each is a page to read, and a
// backlog has thousands: unless all is wanted, that is left to who reads the
// block.
func (t *tree) large(id uint64) error {
	return t.buckets(id, func(_ string, root uint64) error {
		if t.all {
			return t.bucket(root, nil)
		}
		return t.used(root)
	})
}

// buckets visits the buckets in a leaf that have pages of their own.
func (t *tree) buckets(id uint64, visit func(name string, root uint64) error) error {
	p, err := t.page(id, true)
	if err != nil {
		return err
	}
	if isBranch(p) {
		return damaged(t.f.Name(), "has a page %d out of place", id)
	}
	last := ""
	for _, e := range elements(p) {
		if binary.NativeEndian.Uint32(p[e:])&flagBucket == 0 {
			continue
		}
		key := uint64(e) + uint64(binary.NativeEndian.Uint32(p[e+4:]))
		value := key + uint64(binary.NativeEndian.Uint32(p[e+8:]))
		end := value + uint64(binary.NativeEndian.Uint32(p[e+12:]))
		if value+bucketHeader > end || end > uint64(len(p)) {
			return damaged(t.f.Name(), "has a bucket on page %d that reaches out of it", id)
		}
		name := string(p[key:value])
		if name <= last { // bbolt would put others where nobody finds them
			return damaged(t.f.Name(), "has buckets on page %d that are out of order", id)
		}
		last = name
		root := binary.NativeEndian.Uint64(p[value:])
		if root == 0 && value+bucketHeader+pageHeader > end {
			return damaged(t.f.Name(), "has a bucket on page %d that is nowhere", id)
		}
		if root != 0 {
			if err := visit(name, root); err != nil {
				return err
			}
		}
	}
	return nil
}
