package dispatch

import (
	"crypto/sha256"
	"encoding/base32"
	"encoding/binary"
	"strings"
)

// A key is the Idempotency-Key of a batch: it names the queue, the lane, the
// events and their bytes, so no other batch can have it and the same batch
// never gets another one.

const keyPrefix = "wn_"

// batchKey derives the key of a batch. The sums are CRCs of its events, in
// order: cheaper than hashing the body, and enough since place and queue are
// in the key too.
func batchKey(install, lane string, first, last uint64, format string, sums []uint32) string {
	b := make([]byte, 0, 128)
	b = append(b, install...)
	b = append(b, 0)
	b = append(b, lane...)
	b = append(b, 0)
	b = append(b, format...)
	b = append(b, 0)
	b = binary.BigEndian.AppendUint64(b, first)
	b = binary.BigEndian.AppendUint64(b, last)
	for _, s := range sums {
		b = binary.BigEndian.AppendUint32(b, s)
	}
	return encodeKey(b)
}

// halfKey derives the key of a half from its parent's.
func halfKey(parent string, first, last uint64) string {
	b := append([]byte(parent), 0)
	b = binary.BigEndian.AppendUint64(b, first)
	b = binary.BigEndian.AppendUint64(b, last)
	return encodeKey(b)
}

func encodeKey(b []byte) string {
	sum := sha256.Sum256(b)
	text := base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(sum[:16])
	return keyPrefix + strings.ToLower(text)
}

// letterID is the short name of a dead letter; the same batch always gets the
// same one, so making it twice keeps it once.
func letterID(key string) string {
	id := strings.TrimPrefix(key, keyPrefix)
	return id[:min(len(id), 12)]
}
