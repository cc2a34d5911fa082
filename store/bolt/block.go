package bolt

import (
	"hash/crc32"

	"github.com/wnotify/wnotify/store"
)

// place is where a block went in one lane.
type place struct {
	lane  string
	first uint64
}

// block is the head of a block. Its events follow it in the same value, with
// a CRC of their own, so that looking at the head is cheap.
type block struct {
	seq    uint64
	places []place
	count  uint64
	put    int64
	seal   *store.Seal
	size   uint64
	crc    uint32
}

const codecRaw = 0

// encodeHead is the head of a block.
func encodeHead(seq uint64, places []place, b *store.Block) []byte {
	e := begin(nil, kindBlock, seq)
	e.num(uint64(len(places)))
	for _, p := range places {
		e.str(p.lane)
		e.num(p.first)
	}
	e.num(uint64(b.Count))
	e.int(nanos(b.Put))
	if b.Seal != nil {
		e.num(1)
		e.str(b.Seal.Key)
		e.str(b.Seal.Format)
	} else {
		e.num(0)
	}
	e.num(codecRaw)
	e.num(uint64(len(b.Data)))
	crc := b.Sum
	if crc == 0 {
		crc = crc32.Checksum(b.Data, castagnoli)
	}
	e.num(uint64(crc))
	return e.seal()
}

// inPlace puts the head into the room before the events, so that they need not
// be copied. False: there is too little.
func inPlace(head []byte, b *store.Block) ([]byte, bool) {
	n := len(b.Room)
	if len(head) > n || cap(b.Room) < n+len(b.Data) {
		return nil, false
	}
	whole := b.Room[:n+len(b.Data)]
	if len(b.Data) == 0 || &whole[n] != &b.Data[0] {
		return nil, false
	}
	whole = whole[n-len(head):]
	copy(whole, head)
	return whole, true
}

// decodeBlock reads the head of a block and returns the events unchecked.
func decodeBlock(v []byte) (b block, data []byte, err error) {
	if b, err = decodeBlockHead(v); err != nil {
		return b, nil, err
	}
	size, _ := envelopeLen(v)
	if b.size > uint64(len(v)-size) {
		return b, nil, errEnvelope
	}
	return b, v[size : size+int(b.size) : size+int(b.size)], nil
}

func decodeBlockHead(v []byte) (b block, err error) {
	seq, p, err := unseal(v, kindBlock)
	if err != nil {
		return b, err
	}
	b.seq = seq
	n := p.num()
	if n > uint64(len(p.b)) {
		return b, errEnvelope
	}
	b.places = make([]place, 0, n)
	for range n {
		b.places = append(b.places, place{p.str(), p.num()})
	}
	b.count, b.put = p.num(), p.int()
	if p.num() == 1 {
		b.seal = &store.Seal{Key: p.str(), Format: p.str()}
	}
	codec := p.num()
	b.size, b.crc = p.num(), uint32(p.num())
	if p.bad {
		return b, errEnvelope
	}
	if codec != codecRaw {
		return b, store.ErrNewer
	}
	return b, nil
}

// check verifies the events of a block.
func (b *block) check(data []byte) error {
	if crc32.Checksum(data, castagnoli) != b.crc {
		return errEnvelope
	}
	return nil
}
