package dispatch

import (
	"encoding/binary"
	"slices"
	"time"

	"github.com/wnotify/wnotify/dispatch/event"
	"github.com/wnotify/wnotify/dispatch/trigger"
	"github.com/wnotify/wnotify/store"
)

// chunkSize is where a chunk is cut. Blocks of 64 to 256 KiB cost the store
// least CPU an event, larger single values cost more again.
const chunkSize = 256 << 10

// chunk is a row of events on the way into the store, with all that travels
// with them.
type chunk struct {
	buffer *buffer // that data is in, until a block has it
	router *router
	data   []byte         // events, each followed by '\n'
	ends   []uint32       // of the events
	sets   []int          // of the router, an event each
	mixed  bool           // the sets differ
	plain  map[int][]byte // events that are different without hit headers

	id      string // from the place of the first event
	riders  []store.Rider
	rejects []store.Reject
	notes   []trigger.Note // of the events that triggers count
	counts  counts
}

// counts of input, as the summary has them.
type counts struct{ read, rejected, unrouted, skipped int64 }

func (c *counts) add(o counts) {
	c.read += o.read
	c.rejected += o.rejected
	c.unrouted += o.unrouted
	c.skipped += o.skipped
}

func newChunk(r *router) *chunk {
	b := newBuffer()
	return &chunk{router: r, buffer: b, data: b.data}
}

func (c *chunk) empty() bool {
	return len(c.ends) == 0 && len(c.riders) == 0 && len(c.rejects) == 0 && len(c.notes) == 0 && c.counts == counts{}
}

// add appends an event that the lanes of a set take.
func (c *chunk) add(e *event.Event, set int) {
	if n := len(c.sets); n > 0 && c.sets[n-1] != set {
		c.mixed = true
	}
	if len(e.Plain) != len(e.Raw) {
		if c.plain == nil {
			c.plain = map[int][]byte{}
		}
		c.plain[len(c.ends)] = append(slices.Clone(e.Plain), '\n')
	}
	c.data = append(append(c.data, e.Raw...), '\n')
	c.ends = append(c.ends, uint32(len(c.data)))
	c.sets = append(c.sets, set)
}

// merge appends another chunk of the same router.
func (c *chunk) merge(o *chunk) {
	at, events := uint32(len(c.data)), len(c.ends)
	if len(o.sets) > 0 && (o.mixed || len(c.sets) > 0 && c.sets[0] != o.sets[0]) {
		c.mixed = true
	}
	c.data = append(c.data, o.data...)
	for _, e := range o.ends {
		c.ends = append(c.ends, at+e)
	}
	c.sets = append(c.sets, o.sets...)
	for i, p := range o.plain {
		if c.plain == nil {
			c.plain = map[int][]byte{}
		}
		c.plain[events+i] = p
	}
	for _, r := range o.riders {
		c.ride(r)
	}
	c.rejects = append(c.rejects, o.rejects...)
	c.notes = append(c.notes, o.notes...)
	c.counts.add(o.counts)
}

// copy is a chunk that can be merged into without touching this one.
func (c *chunk) copy() *chunk {
	all := newChunk(c.router)
	all.id = c.id
	all.merge(c)
	return all
}

// ride adds a rider; a later value of the same key replaces the earlier one.
func (c *chunk) ride(r store.Rider) {
	for i := range c.riders {
		if c.riders[i].Key == r.Key {
			c.riders[i].Value = r.Value
			return
		}
	}
	c.riders = append(c.riders, r)
}

// group is a block with the lanes that take it.
type group struct {
	*block

	lanes  []int // of the router
	events []int // of the chunk; nil: all of them
}

// groups cuts the chunk into blocks: lanes that take the same events in the
// same form share one. The take function, if any, says whether a lane takes
// event number i of the given size; it is asked in order.
func (c *chunk) groups(take func(lane, i int, size int64) bool) []group {
	if len(c.ends) == 0 {
		return nil
	}
	if !c.mixed && c.plain == nil && take == nil {
		b := newBlock(c.packed(), c.ends, nil).use()
		b.buffer, c.buffer = c.buffer, nil // planned again, it is left to the collector
		return []group{{block: b, lanes: c.router.sets[c.sets[0]]}}
	}
	var groups []group
	bySign := map[string]int{}
	for _, lane := range c.takers() {
		events, plain := c.taken(lane, take)
		if len(events) == 0 {
			continue
		}
		sign := signature(events, plain)
		at, ok := bySign[sign]
		if !ok {
			at = len(groups)
			bySign[sign] = at
			groups = append(groups, group{block: c.part(events, plain), events: events})
		}
		groups[at].lanes = append(groups[at].lanes, lane)
	}
	return groups
}

// packed is the data in memory of its size: what a slow pipe gives at once is
// little, and what waits to be sent is counted by its size, not by that of the
// buffers it came in.
func (c *chunk) packed() []byte {
	if c.buffer == nil || len(c.data) >= chunkSize/2 {
		return c.data
	}
	data := slices.Clone(c.data)
	c.buffer.free()
	c.buffer, c.data = nil, data
	return data
}

// takers are the lanes that take any event of the chunk.
func (c *chunk) takers() []int {
	var lanes []int
	for _, set := range slices.Compact(slices.Sorted(slices.Values(c.sets))) {
		lanes = append(lanes, c.router.sets[set]...)
	}
	slices.Sort(lanes)
	return slices.Compact(lanes)
}

// taken lists the events a lane takes, and whether it takes any of them without
// its headers.
func (c *chunk) taken(lane int, take func(lane, i int, size int64) bool) (events []int, plain bool) {
	for i, set := range c.sets {
		if !slices.Contains(c.router.sets[set], lane) {
			continue
		}
		cut, differs := c.plain[i]
		differs = differs && !c.router.lanes[lane].Headers
		size := int64(c.ends[i]) - int64(c.begin(i))
		if differs {
			size = int64(len(cut))
		}
		if take != nil && !take(lane, i, size) {
			continue
		}
		plain = plain || differs
		events = append(events, i)
	}
	return events, plain
}

func (c *chunk) begin(i int) uint32 {
	if i == 0 {
		return 0
	}
	return c.ends[i-1]
}

// part copies some events into a block of their own.
func (c *chunk) part(events []int, plain bool) *block {
	var data []byte
	ends := make([]uint32, 0, len(events))
	for _, i := range events {
		if cut, ok := c.plain[i]; ok && plain {
			data = append(data, cut...)
		} else {
			data = append(data, c.data[c.begin(i):c.ends[i]]...)
		}
		ends = append(ends, uint32(len(data)))
	}
	return newBlock(data, ends, nil).use()
}

func signature(events []int, plain bool) string {
	b := make([]byte, 0, 1+2*len(events))
	if plain {
		b = append(b, 1)
	} else {
		b = append(b, 0)
	}
	last := -1
	for _, i := range events {
		b = binary.AppendUvarint(b, uint64(i-last))
		last = i
	}
	return string(b)
}

// storeBlocks are the groups as the store takes them.
func (c *chunk) storeBlocks(groups []group, limit int64, now time.Time) []store.Block {
	blocks := make([]store.Block, len(groups))
	for at, g := range groups {
		targets := make([]store.Target, len(g.lanes))
		for i, lane := range g.lanes {
			targets[i] = store.Target{Lane: c.router.lanes[lane].Name, Cap: limit}
		}
		blocks[at] = store.Block{Lanes: targets, Count: g.count(), Data: g.data, Sum: g.sum, Put: now}
		if g.buffer != nil {
			blocks[at].Room = g.buffer.room
		}
	}
	return blocks
}
