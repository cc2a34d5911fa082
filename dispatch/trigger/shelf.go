package trigger

import (
	"encoding/binary"
	"strconv"

	"github.com/wnotify/wnotify/store"
)

// The state of a rule lies in riders:
//
//	triggers/<name>        the head, rewritten by every change
//	triggers/<name>/s<n>   a segment of its window
//	triggers/<name>/t<n>   a shard of its table
//
// Since every change rewrites the head, two processes that count at once
// conflict on it, whatever else they touched.

// HeadKey is the rider with the state of a trigger.
func HeadKey(name string) string { return "triggers/" + name }

// PartsPrefix begins the keys of all its other riders.
func PartsPrefix(name string) string { return HeadKey(name) + "/" }

func segmentKey(n int64) string { return "s" + strconv.FormatInt(n, 10) }
func shardKey(n int) string     { return "t" + strconv.Itoa(n) }

// shelf is where the parts of one rule lie.
type shelf struct {
	name string
	load func(key string) (store.Rider, error)
}

func (s shelf) read(part string) (store.Rider, error) {
	return s.load(PartsPrefix(s.name) + part)
}

// damaged is the error for a rider that is not what was written.
func (s shelf) damaged() error {
	return &store.CorruptError{What: "count of the trigger " + s.name}
}

// piece is the part of a state that lies in one rider.
type piece struct {
	revision uint64 // of the rider; 0: there is none, or it was not read yet
	changed  bool   // by the count that is not committed yet
	recent   bool   // by the last one that was
}

func (p *piece) read(at shelf, part string) ([]byte, error) {
	r, err := at.read(part)
	if err == nil {
		p.revision = r.Revision
	}
	return r.Value, err
}

// committed notes that the change of this piece is on disk.
func (p *piece) committed() {
	if p.recent = p.changed; p.changed {
		p.revision++
		p.changed = false
	}
}

// decoder reads what a rider holds; it never reads beyond, and says so instead.
type decoder struct {
	b   []byte
	bad bool
}

func (d *decoder) whole() int64 {
	n, size := binary.Uvarint(d.b)
	if size <= 0 || int64(n) < 0 {
		d.b, d.bad = nil, true
		return 0
	}
	d.b = d.b[size:]
	return int64(n)
}

func (d *decoder) signed() int64 {
	n, size := binary.Varint(d.b)
	if size <= 0 {
		d.b, d.bad = nil, true
		return 0
	}
	d.b = d.b[size:]
	return n
}

func (d *decoder) fixed() uint64 {
	if len(d.b) < 8 {
		d.b, d.bad = nil, true
		return 0
	}
	n := binary.BigEndian.Uint64(d.b)
	d.b = d.b[8:]
	return n
}
