package bolt

import (
	"encoding/binary"
	"errors"
	"hash/crc32"

	"github.com/wnotify/wnotify/store"
)

// Every value is an envelope: magic | version | kind | 0 0 | length | CRC-32C
// | counter | payload, little endian. The CRC covers all but the magic and
// itself. The payload begins with what it is about (lane, key), so that an
// envelope found anywhere in a broken file can be put back. These first bytes
// stay as they are in every version, so that a newer one is known as such.
const (
	envelopeMagic   = "WNQ1"
	envelopeVersion = 1
	envelopeSize    = 24
)

// kind tells envelopes apart.
type kind byte

const (
	kindState   kind = iota + 1 // schema, install ID
	kindChanges                 // the IDs of the last changes
	kindKept                    // counters of rejects
	kindBlock                   // the head of a block; its events follow
	kindRef                     // lane → block
	kindTail                    // counters of a lane
	kindRecord                  // of a lane
	kindAttempt
	kindSlot
	kindLetter
	kindReject
	kindRider
	kindIndex // where a letter or a reject is
)

var (
	castagnoli = crc32.MakeTable(crc32.Castagnoli)

	errMissing  = errors.New("it is missing")
	errEnvelope = errors.New("its checksum does not match")
)

// envelope is one being written.
type envelope struct {
	b     []byte // of the buffer, what is ours begins at start
	start int
}

// begin starts an envelope at the end of a buffer.
func begin(buf []byte, k kind, counter uint64) *envelope {
	e := &envelope{b: buf, start: len(buf)}
	e.b = append(e.b, envelopeMagic...)
	e.b = append(e.b, envelopeVersion, byte(k), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
	e.b = binary.LittleEndian.AppendUint64(e.b, counter)
	return e
}

func (e *envelope) num(v uint64)  { e.b = binary.AppendUvarint(e.b, v) }
func (e *envelope) int(v int64)   { e.b = binary.AppendVarint(e.b, v) }
func (e *envelope) raw(v []byte)  { e.b = append(e.b, v...) }
func (e *envelope) str(v string)  { e.num(uint64(len(v))); e.b = append(e.b, v...) }
func (e *envelope) blob(v []byte) { e.num(uint64(len(v))); e.raw(v) }

// seal ends the envelope and returns the buffer with it.
func (e *envelope) seal() []byte {
	b := e.b[e.start:]
	binary.LittleEndian.PutUint32(b[8:], uint32(len(b)-envelopeSize))
	binary.LittleEndian.PutUint32(b[12:], sum(b))
	return e.b
}

func sum(b []byte) uint32 {
	return crc32.Update(crc32.Checksum(b[4:12], castagnoli), castagnoli, b[16:])
}

// payload is an envelope being read. After the last read, bad tells whether
// something was not there.
type payload struct {
	b   []byte
	bad bool
}

// unseal opens the envelope at the start of v; what follows it is not looked
// at. The payload aliases v.
func unseal(v []byte, k kind) (counter uint64, p payload, err error) {
	n, err := envelopeLen(v)
	if err != nil {
		return 0, payload{}, err
	}
	if kind(v[5]) != k || binary.LittleEndian.Uint32(v[12:]) != sum(v[:n]) {
		return 0, payload{}, errEnvelope
	}
	if v[4] > envelopeVersion {
		return 0, payload{}, store.ErrNewer
	}
	return binary.LittleEndian.Uint64(v[16:]), payload{b: v[envelopeSize:n]}, nil
}

// envelopeLen is the size of the envelope at the start of v.
func envelopeLen(v []byte) (int, error) {
	if v == nil {
		return 0, errMissing
	}
	if len(v) < envelopeSize || string(v[:4]) != envelopeMagic || v[4] == 0 {
		return 0, errEnvelope
	}
	n := int64(binary.LittleEndian.Uint32(v[8:])) + envelopeSize
	if n > int64(len(v)) {
		return 0, errEnvelope
	}
	return int(n), nil
}

func (p *payload) num() uint64 {
	v, n := binary.Uvarint(p.b)
	if !p.skip(n) {
		return 0
	}
	return v
}

func (p *payload) int() int64 {
	v, n := binary.Varint(p.b)
	if !p.skip(n) {
		return 0
	}
	return v
}

// skip passes over the n bytes of a number, if there was one.
func (p *payload) skip(n int) bool {
	if n <= 0 || p.bad {
		p.bad, p.b = true, nil
		return false
	}
	p.b = p.b[n:]
	return true
}

func (p *payload) take(n uint64) []byte {
	if p.bad || n > uint64(len(p.b)) {
		p.bad, p.b = true, nil
		return nil
	}
	v := p.b[:n:n]
	p.b = p.b[n:]
	return v
}

func (p *payload) blob() []byte { return p.take(p.num()) }
func (p *payload) str() string  { return string(p.blob()) }
