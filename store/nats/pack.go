package nats

import (
	"github.com/klauspost/compress/s2"
)

// A segment is packed before it is stored: events are much alike, and what the
// servers write, replicate and sync is what a put waits for. The first byte says
// how.
const (
	packedNot = 0
	packedS2  = 1
)

// packMost is the largest segment that is compressed, and packLeast the smallest
// that is worth it, in bytes.
const (
	packMost  = 64 << 20
	packLeast = 256
)

// pack compresses a segment where that saves an eighth.
func pack(raw []byte) []byte {
	if len(raw) >= packLeast && len(raw) <= packMost {
		packed := make([]byte, 1+s2.MaxEncodedLen(len(raw)))
		packed[0] = packedS2
		if n := len(s2.Encode(packed[1:], raw)); n < len(raw)-len(raw)/8 {
			return packed[:1+n]
		}
	}
	return append([]byte{packedNot}, raw...)
}

// unpack is what was packed.
func unpack(b []byte) ([]byte, error) {
	switch {
	case len(b) == 0:
		return nil, errSegment
	case b[0] == packedNot:
		return b[1:], nil
	case b[0] != packedS2:
		return nil, errSegment
	}
	if n, err := s2.DecodedLen(b[1:]); err != nil || n > packMost {
		return nil, errSegment
	}
	raw, err := s2.Decode(nil, b[1:])
	if err != nil {
		return nil, errSegment
	}
	return raw, nil
}
