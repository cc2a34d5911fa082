package dispatch

import (
	"bytes"
	"hash/crc32"
	"sync"
	"sync/atomic"
	"time"

	"github.com/wnotify/wnotify/store"
)

// block is a row of events in memory, as it was put or read. The bodies of
// requests are sent from where it lies.
type block struct {
	data []byte   // each event followed by the byte that by names
	by   byte     // a line feed, as the store has them, or the comma of an array
	ends []uint32 // where each event ends, that byte included
	sum  uint32   // CRC-32C of data with line feeds
	seal *store.Seal

	once  sync.Once
	other []byte // data with the other byte, if ever it was asked for

	// users counts who may still read data; the last one to leave gives the
	// buffer back. Whoever forgets to leave only costs a new buffer.
	users  atomic.Int32
	buffer *buffer // data is in it; nil: it is nobody else's
}

// buffer is memory for the events of a chunk, used again and again: zeroing a
// new one for each costs more than filling it.
type buffer struct {
	room []byte // for the head that the store puts before the events
	data []byte // empty
}

// headRoom is enough for the names of a dozen lanes.
const headRoom = 1 << 10

// buffers are those that are free; the one that was used last is the next, for
// it is still in the caches. A sync.Pool would lose them to the garbage collector
// every few milliseconds.
var buffers struct {
	sync.Mutex

	free []*buffer
}

func newBuffer() *buffer {
	buffers.Lock()
	defer buffers.Unlock()
	if n := len(buffers.free); n > 0 {
		b := buffers.free[n-1]
		buffers.free = buffers.free[:n-1]
		return b
	}
	all := make([]byte, headRoom+chunkSize+chunkSize/8)
	return &buffer{room: all[:headRoom], data: all[headRoom:headRoom]}
}

func (b *buffer) free() {
	buffers.Lock()
	defer buffers.Unlock()
	if len(buffers.free) < 2*backlog/chunkSize {
		buffers.free = append(buffers.free, b)
	}
}

// use says that somebody reads the block from now on.
func (b *block) use() *block {
	b.users.Add(1)
	return b
}

// done says that one of those who read the block does not any more.
func (b *block) done() {
	if b.users.Add(-1) == 0 && b.buffer != nil {
		b.buffer.free()
		b.buffer = nil
	}
}

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// newBlock indexes lines, events followed by '\n'; ends may be nil.
func newBlock(data []byte, ends []uint32, seal *store.Seal) *block {
	if ends == nil {
		for at := 0; at < len(data); {
			at += bytes.IndexByte(data[at:], '\n') + 1
			ends = append(ends, uint32(at))
		}
	}
	return &block{data: data, by: '\n', ends: ends, sum: crc32.Checksum(data, castagnoli), seal: seal}
}

// turn puts another byte behind each event, where they lie: for whoever has the
// block to himself.
func (b *block) turn(by byte) *block {
	if b.by != by {
		mark(b.data, b.ends, by)
		b.by = by
	}
	return b
}

func mark(data []byte, ends []uint32, by byte) {
	for _, end := range ends {
		data[end-1] = by
	}
}

// events returns all data with a byte behind each event. Lanes that share a
// block and differ in that share a copy too.
func (b *block) events(by byte) []byte {
	if b.by == by {
		return b.data
	}
	b.once.Do(func() {
		b.other = bytes.Clone(b.data)
		mark(b.other, b.ends, by)
	})
	return b.other
}

func (b *block) count() int { return len(b.ends) }

func (b *block) start(i int) uint32 {
	if i == 0 {
		return 0
	}
	return b.ends[i-1]
}

// row is events of a block that follow each other.
type row struct {
	*block

	from, to int // up to but not including
}

// batch is a piece with its events.
type batch struct {
	piece store.Piece
	rows  []row
}

// done says that nobody reads the events any more.
func (b batch) done() {
	for _, r := range b.rows {
		r.done()
	}
}

// events returns the events, each followed by a byte.
func (b batch) events(by byte) [][]byte {
	parts := make([][]byte, len(b.rows))
	for i, r := range b.rows {
		parts[i] = r.events(by)[r.start(r.from):r.start(r.to)]
	}
	return parts
}

// firstBytes is the size of the first n events.
func (b batch) firstBytes(n int) (size int64) {
	for _, r := range b.rows {
		to := min(r.to, r.from+n)
		size += int64(r.start(to) - r.start(r.from))
		n -= to - r.from
	}
	return size
}

// limits bound a batch; the first event comes whatever its size.
type limits struct {
	events int
	bytes  int64 // of the body
}

// gather collects the parts of a batch from rows of consecutive events.
type gather struct {
	limits
	first, last uint64
	events      int
	bytes       int64
	rows        []row
	sums        []uint32
	seal        *store.Seal
	by          byte // what those who send the batch want behind each event
	exact       bool // the batch has its name: seals decide nothing any more
	full        bool // no more fits, or what follows may not join
}

// add takes as many events of the block as fit, beginning with event number n
// at index i of the block, and returns how many it took.
func (g *gather) add(b *block, i int, n uint64) int {
	seal := b.seal
	if g.exact {
		seal = nil
	}
	if g.events > 0 && (n != g.last+1 || seal != nil || g.seal != nil) {
		g.full = true
		return 0
	}
	j := i
	for j < b.count() {
		size := int64(b.start(j+1) - b.start(j))
		// A sealed batch is the size it once was, whatever the limits are today.
		fits := seal != nil || g.events < g.limits.events && g.bytes+size+1 <= g.limits.bytes
		if !fits && g.events > 0 {
			g.full = true
			break
		}
		g.events++
		g.bytes += size
		j++
	}
	if j == i {
		return 0
	}
	if g.first == 0 {
		g.first = n
	}
	g.last = n + uint64(j-i) - 1
	g.rows = append(g.rows, row{b.use(), i, j})
	g.sums = append(g.sums, b.sum, uint32(i), uint32(j))
	g.seal = seal
	g.full = g.full || seal != nil
	return j - i
}

// batch names what was gathered.
func (g *gather) batch(install, lane, format string, now time.Time) batch {
	p := store.Piece{
		First: g.first, Last: g.last, Events: g.events, Bytes: g.bytes,
		Format: format, Created: now,
	}
	if g.seal != nil {
		p.Key, p.Format = g.seal.Key, g.seal.Format
	} else {
		p.Key = batchKey(install, lane, g.first, g.last, format, g.sums)
	}
	return batch{piece: p, rows: g.rows}
}
