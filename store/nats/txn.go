package nats

import (
	"context"
	"errors"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/wnotify/wnotify/store"
)

// seenMax is how many keys a handle remembers.
const seenMax = 4096

// cache is what this handle knows of keys from its last reads and writes. It
// may be old: what is computed from it is checked by the server.
type cache struct {
	mu     sync.Mutex
	values map[string]known
}

type known struct {
	value
	lane *lane // decoded, never changed
}

func (c *cache) find(key string) (known, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	k, ok := c.values[key]
	return k, ok
}

func (c *cache) put(key string, k known) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.values) >= seenMax || c.values == nil {
		c.values = map[string]known{}
	}
	c.values[key] = k
}

// txn computes one batch: what was read, with its sequences, and what is to be
// written.
//
//nolint:containedctx // it lives as long as one try of a commit
type txn struct {
	s     *Store
	ctx   context.Context
	fresh bool // nothing from the cache
	spare bool // the room of the stream: nothing that can be done without

	seen  map[string]known
	puts  map[string]write
	lanes map[string]*lane // changed or removed (nil) here, by name
	solo  map[string]*builder
	many  *builder
	after []func(context.Context) // when it is committed

	bulk  []write  // segments that go ahead of the batch
	names []string // of them
	noted string   // key of the note about them
}

func (s *Store) begin(ctx context.Context, fresh bool) *txn {
	return &txn{
		s: s, ctx: ctx, fresh: fresh, spare: s.isShort(),
		seen: map[string]known{}, puts: map[string]write{}, lanes: map[string]*lane{}, solo: map[string]*builder{},
	}
}

// look reads a key as it was before this transaction.
func (t *txn) look(key string) (known, error) {
	if k, ok := t.seen[key]; ok {
		return k, nil
	}
	if k, ok := t.s.cache.find(key); ok && !t.fresh {
		t.seen[key] = k
		return k, nil
	}
	v, err := t.s.get(t.ctx, key)
	if err != nil {
		return known{}, err
	}
	k := known{value: v}
	t.seen[key] = k
	return k, nil
}

// read is what a key holds within this transaction.
func (t *txn) read(key string) ([]byte, error) {
	if w, ok := t.puts[key]; ok {
		return w.data, nil
	}
	k, err := t.look(key)
	return k.data, err
}

// set writes a key that was read.
func (t *txn) set(key string, data []byte) {
	t.puts[key] = write{key: key, data: data, cas: true, seen: t.seen[key].seq}
}

// add writes a key that nobody else writes.
func (t *txn) add(key string, data []byte, ttl time.Duration) {
	t.puts[key] = write{key: key, data: data, ttl: ttl}
}

// drop removes the messages of a blob.
func (t *txn) drop(key string) {
	for _, part := range blobParts(key) {
		t.puts[part] = write{key: part}
	}
}

// blob writes a value that is never overwritten and may need several messages.
func (t *txn) blob(key string, data []byte) {
	for _, part := range blobParts(key) {
		n := min(len(data), t.s.part)
		t.add(part, data[:n], 0)
		data = data[n:]
	}
}

// lane returns the state of a lane to be looked at; nil if there is none.
func (t *txn) lane(name string) (*lane, error) {
	if l, ok := t.lanes[name]; ok {
		return l, nil
	}
	key := t.s.names.lane(name)
	k, err := t.look(key)
	if err != nil || k.data == nil {
		return nil, err
	}
	if k.lane == nil {
		if k.lane, err = decodeLane(name, k.data); err != nil {
			return nil, err
		}
		t.seen[key] = k
	}
	return k.lane, nil
}

// make returns the state of a lane to be changed.
func (t *txn) make(name string) (*lane, error) {
	l, err := t.lane(name)
	if err != nil {
		return nil, err
	}
	if _, changed := t.lanes[name]; changed && l != nil {
		return l, nil
	}
	if l == nil {
		l = newLane()
	} else {
		l = l.clone()
	}
	t.lanes[name] = l
	return l, nil
}

// builder returns the segment that takes a block for so many lanes.
func (t *txn) builder(targets []store.Target) *builder {
	if len(targets) > 1 {
		if t.many == nil {
			t.many = &builder{segment: new(segment)}
		}
		return t.many
	}
	name := targets[0].Lane
	if t.solo[name] == nil {
		t.solo[name] = &builder{segment: new(segment)}
	}
	return t.solo[name]
}

// finish encodes segments, pages and lanes, and returns the batch.
func (t *txn) finish() ([]write, error) {
	if err := t.segments(); err != nil {
		return nil, err
	}
	for name, l := range t.lanes {
		if err := t.store(name, l); err != nil {
			return nil, err
		}
	}
	writes := make([]write, 0, len(t.puts))
	for _, key := range slices.Sorted(maps.Keys(t.puts)) {
		w := t.puts[key]
		if w.data == nil && w.cas && w.seen == 0 {
			continue // was not there, is not there
		}
		writes = append(writes, w)
	}
	return writes, nil
}

// segments names and encodes what was put. Much of it goes ahead of the batch.
func (t *txn) segments() error {
	size := 0
	for b, mark := range t.builders() {
		if err := b.encode(); err != nil {
			return err
		}
		b.segment.name = blobName(mark, len(b.content), t.s.part)
		size += len(b.content)
	}
	for b := range t.builders() {
		key := t.s.names.segment(b.segment.name)
		t.blob(key, b.content)
		if size < bulkFrom {
			continue
		}
		t.names = append(t.names, b.segment.name)
		for _, part := range blobParts(key) {
			t.bulk = append(t.bulk, t.puts[part])
			delete(t.puts, part)
		}
	}
	return nil
}

func (t *txn) builders() map[*builder]byte {
	all := map[*builder]byte{}
	for _, b := range t.solo {
		all[b] = soloMark
	}
	if t.many != nil {
		all[t.many] = sharedMark
	}
	return all
}

func (t *txn) store(name string, l *lane) error {
	key := t.s.names.lane(name)
	if l == nil {
		t.set(key, nil)
		return nil
	}
	for i := range l.Pages {
		p := &l.Pages[i]
		if p.fresh == nil {
			continue
		}
		p.FirstSeg, p.LastSeg = p.fresh[0].seg.name, p.fresh[len(p.fresh)-1].seg.name
		t.add(t.s.names.ofLane("page", name, l.Inc, p.ID), encodeRefs(p.fresh), 0)
		p.fresh = nil
	}
	data, err := l.encode()
	if err != nil {
		return err
	}
	t.set(key, data)
	return nil
}

// remember tells the cache what was committed from a sequence on.
func (t *txn) remember(writes []write, first uint64) {
	lanes := map[string]*lane{}
	for name, l := range t.lanes {
		lanes[t.s.names.lane(name)] = l
	}
	for i, w := range writes {
		if w.cas && w.ttl == 0 {
			t.s.cache.put(w.key, known{value: value{seq: first + uint64(i), data: w.data}, lane: lanes[w.key]})
		}
	}
	for b := range t.builders() {
		if content, err := decodeBlob(b.plain); err == nil {
			t.s.blobs.keep(b.segment.name, content)
		}
	}
}

// page reads references that are not in the state of their lane.
func (s *Store) page(ctx context.Context, name string, l *lane, p page) ([]ref, error) {
	if p.fresh != nil {
		return p.fresh, nil
	}
	b, err := s.fixed(ctx, s.names.ofLane("page", name, l.Inc, p.ID))
	if err == nil && b == nil {
		err = errGone
	}
	if err != nil {
		return nil, err
	}
	refs, err := decodeRefs(b)
	if errors.Is(err, errRefs) {
		return nil, &store.CorruptError{What: "references", Lane: name, Span: store.Span{First: p.First, Last: p.Last}}
	}
	return refs, err
}
