package nats

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync"

	"github.com/wnotify/wnotify/store"
)

// uid is a name that nobody else makes.
func uid() string { return rand.Text()[:16] }

// blobName names a value that is never overwritten and may have several
// messages; the name says how many.
func blobName(mark byte, size, part int) string {
	return string(mark) + "-" + uid() + "-" + strconv.Itoa(max(1, (size+part-1)/part))
}

// blobParts are the keys of its messages.
func blobParts(key string) []string {
	n, err := strconv.Atoi(key[strings.LastIndexByte(key, '-')+1:])
	if err != nil || n < 1 {
		n = 1
	}
	keys := make([]string, 0, min(n, maxMessages))
	for i := range min(n, maxMessages) {
		keys = append(keys, key+"."+strconv.Itoa(i))
	}
	return keys
}

// user says which events of a lane a segment holds.
type user struct {
	Lane  string `json:"lane"`
	Inc   string `json:"inc"`
	First uint64 `json:"first"`
	Last  uint64 `json:"last"`
}

func (u user) span() store.Span { return store.Span{First: u.First, Last: u.Last} }

// builder collects the blocks of one segment. It copies none before it is
// encoded.
type builder struct {
	segment *segment
	users   []user
	parts   [][]byte // of the body
	size    int      // of all parts
	plain   []byte   // users and body, when it is encoded
	content []byte   // the same, packed
}

func (b *builder) add(block *store.Block) (off uint64, err error) {
	off = uint64(b.size)
	var sealed []byte
	if block.Seal != nil {
		if sealed, err = json.Marshal(block.Seal); err != nil {
			return 0, err
		}
	}
	head := binary.AppendUvarint(make([]byte, 0, len(sealed)+3*binary.MaxVarintLen64), uint64(block.Count))
	head = append(binary.AppendUvarint(head, uint64(len(sealed))), sealed...)
	head = binary.AppendUvarint(head, uint64(len(block.Data)))
	b.parts = append(b.parts, head, block.Data)
	b.size += len(head) + len(block.Data)
	return off, nil
}

func (b *builder) use(name string, l *lane, first, last uint64) {
	for i := range b.users {
		if b.users[i].Lane == name && b.users[i].Inc == l.Inc {
			b.users[i].Last = last
			return
		}
	}
	b.users = append(b.users, user{Lane: name, Inc: l.Inc, First: first, Last: last})
}

func (b *builder) encode() error {
	users, err := json.Marshal(b.users)
	if err != nil {
		return err
	}
	b.plain = binary.AppendUvarint(make([]byte, 0, len(users)+b.size+binary.MaxVarintLen64), uint64(len(users)))
	b.plain = append(b.plain, users...)
	for _, part := range b.parts {
		b.plain = append(b.plain, part...)
	}
	b.content = pack(b.plain)
	return nil
}

// blob is the content of a segment.
type blob struct {
	users []byte
	body  []byte
}

var errSegment = errors.New("a segment cannot be read")

// errGone: a blob is not there any more.
var errGone = errors.New("it is gone")

func decodeBlob(b []byte) (blob, error) {
	n, at := binary.Uvarint(b)
	if at <= 0 || n > uint64(len(b)-at) {
		return blob{}, errSegment
	}
	return blob{users: b[at : at+int(n)], body: b[at+int(n):]}, nil
}

// block is the block at an offset.
func (b blob) block(off uint64) (count uint64, seal *store.Seal, data []byte, err error) { //nolint:unparam // the head of a block
	if off > uint64(len(b.body)) {
		return 0, nil, nil, errSegment
	}
	rest := b.body[off:]
	num := func() uint64 {
		v, n := binary.Uvarint(rest)
		if n <= 0 {
			rest, err = nil, errSegment
			return 0
		}
		rest = rest[n:]
		return v
	}
	take := func() []byte {
		n := num()
		if n > uint64(len(rest)) {
			rest, err = nil, errSegment
			return nil
		}
		part := rest[:n]
		rest = rest[n:]
		return part
	}
	count = num()
	if sealed := take(); len(sealed) > 0 {
		seal = new(store.Seal)
		if err := json.Unmarshal(sealed, seal); err != nil {
			return 0, nil, nil, errSegment
		}
	}
	data = take()
	return count, seal, data, err
}

// lines is a part of data: count lines after skip others.
func lines(data []byte, skip, count uint64) ([]byte, bool) {
	start := 0
	at := 0
	for i := range skip + count {
		if i == skip {
			start = at
		}
		n := bytes.IndexByte(data[at:], '\n')
		if n < 0 {
			return nil, false
		}
		at += n + 1
	}
	return data[start:at], true
}

// whole reads all messages of a blob.
func (s *Store) whole(ctx context.Context, key string) ([]byte, error) {
	keys := blobParts(key)
	parts := make([][]byte, len(keys))
	err := each(len(keys), func(i int) (err error) {
		if parts[i], err = s.fixed(ctx, keys[i]); err == nil && parts[i] == nil {
			err = fmt.Errorf("%s: %w", keys[i], errGone)
		}
		return err
	})
	if err != nil || len(parts) == 1 {
		return parts[0], err
	}
	return bytes.Join(parts, nil), nil
}

// blobs keeps the segments read or written last, since neighbours share them.
type blobs struct {
	mu    sync.Mutex
	names []string
	held  map[string]blob
	size  int
}

// blobsMax is how many bytes of segments are kept.
const blobsMax = 8 << 20

func (c *blobs) find(name string) (blob, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	b, ok := c.held[name]
	return b, ok
}

func (c *blobs) keep(name string, b blob) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, ok := c.held[name]; ok {
		return
	}
	if c.held == nil {
		c.held = map[string]blob{}
	}
	c.names, c.held[name] = append(c.names, name), b
	c.size += len(b.body)
	for c.size > blobsMax && len(c.names) > 1 {
		old := c.names[0]
		c.size -= len(c.held[old].body)
		delete(c.held, old)
		c.names = c.names[1:]
	}
}

// segment reads a segment.
func (s *Store) segment(ctx context.Context, name string) (blob, error) {
	if b, ok := s.blobs.find(name); ok {
		return b, nil
	}
	raw, err := s.whole(ctx, s.names.segment(name))
	if err != nil {
		return blob{}, err
	}
	plain, err := unpack(raw)
	if err != nil {
		return blob{}, err
	}
	b, err := decodeBlob(plain)
	if err == nil {
		s.blobs.keep(name, b)
	}
	return b, err
}
