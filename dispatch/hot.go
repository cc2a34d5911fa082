package dispatch

import "sync"

// hotMax bounds the blocks kept in memory for all lanes together, in bytes. Those
// that lanes want in both forms take twice as much; to count them so, and to keep
// the copies in buffers, cost more CPU and memory than it saved.
const hotMax = 16 << 20

// hot keeps the blocks that were put last, so that a lane that keeps up never
// reads the store. It is only a shortcut: whatever is missing is read.
type hot struct {
	mu    sync.Mutex
	lanes map[string][]hotRef // by number
	order []*hotBlock         // oldest first
	bytes int
}

type hotBlock struct {
	*block

	lanes map[string]uint64 // lanes that still want it, with its first number there
}

type hotRef struct {
	first uint64
	block *hotBlock
}

func newHot() *hot {
	return &hot{lanes: map[string][]hotRef{}}
}

// put offers a block to the lanes that took it.
func (h *hot) put(b *block, firsts map[string]uint64) {
	h.mu.Lock()
	defer h.mu.Unlock()
	hb := &hotBlock{block: b, lanes: firsts}
	for lane, first := range firsts {
		refs := h.lanes[lane]
		if n := len(refs); n > 0 && refs[n-1].first >= first {
			delete(firsts, lane) // out of order: let it be read
			continue
		}
		h.lanes[lane] = append(refs, hotRef{first, hb})
	}
	if len(firsts) == 0 {
		return
	}
	b.use()
	h.order = append(h.order, hb)
	h.bytes += len(b.data)
	for h.bytes > hotMax && len(h.order) > 1 {
		h.evict(h.order[0])
	}
}

// at returns the block that holds an event of a lane, and its index in it. Who
// gets it must say when it is done with it.
func (h *hot) at(lane string, n uint64) (b *block, index int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, r := range h.lanes[lane] {
		if n >= r.first && n < r.first+uint64(r.block.count()) {
			return r.block.use(), int(n - r.first)
		}
	}
	return nil, 0
}

// passed says that a lane needs no event up to and including n any more.
func (h *hot) passed(lane string, n uint64) {
	h.mu.Lock()
	defer h.mu.Unlock()
	refs := h.lanes[lane]
	i := 0
	for i < len(refs) && refs[i].first+uint64(refs[i].block.count())-1 <= n {
		h.release(refs[i].block, lane)
		i++
	}
	h.lanes[lane] = refs[i:]
}

// leave says that nobody here delivers a lane any more.
func (h *hot) leave(lane string) {
	h.passed(lane, ^uint64(0))
}

// behind returns how many bytes in memory a lane has still to take.
func (h *hot) behind(lane string) int {
	h.mu.Lock()
	defer h.mu.Unlock()
	n := 0
	for _, r := range h.lanes[lane] {
		n += len(r.block.data)
	}
	return n
}

func (h *hot) release(b *hotBlock, lane string) {
	delete(b.lanes, lane)
	if len(b.lanes) > 0 {
		return
	}
	for i, o := range h.order {
		if o == b {
			h.order = append(h.order[:i], h.order[i+1:]...)
			h.bytes -= len(b.data)
			b.done()
			return
		}
	}
}

func (h *hot) evict(b *hotBlock) {
	for lane := range b.lanes {
		refs := h.lanes[lane]
		for i, r := range refs {
			if r.block == b {
				h.lanes[lane] = append(refs[:i:i], refs[i+1:]...)
				break
			}
		}
	}
	clear(b.lanes)
	h.order = h.order[1:]
	h.bytes -= len(b.data)
	b.done()
}

// ahead returns how many bytes of a lane are in memory from event n on; it
// counts whole blocks.
func (h *hot) ahead(lane string, n uint64) int64 {
	h.mu.Lock()
	defer h.mu.Unlock()
	var size int64
	for _, r := range h.lanes[lane] {
		if r.first >= n {
			size += int64(len(r.block.data))
		}
	}
	return size
}

// offer is put for those of the lanes that this run delivers.
func (h *hot) offer(b *block, firsts map[string]uint64, wanted func(lane string) bool) {
	for lane := range firsts {
		if !wanted(lane) {
			delete(firsts, lane)
		}
	}
	if len(firsts) > 0 {
		h.put(b, firsts)
	}
}
