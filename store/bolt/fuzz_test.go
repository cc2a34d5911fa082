package bolt

import (
	"bytes"
	"testing"
	"time"

	"github.com/wnotify/wnotify/store"
)

// FuzzBlock: what is put into a block comes out of it, and a bit that flips
// anywhere in it is noticed.
func FuzzBlock(f *testing.F) {
	f.Add([]byte("{}\n{\"a\":1}\n"), "siem", "soc", uint64(7), "", uint32(3))
	f.Add([]byte("x\n"), "a", "", uint64(1<<63), "wn_key", uint32(1<<31))
	f.Fuzz(func(t *testing.T, data []byte, one, other string, first uint64, key string, flip uint32) {
		in := store.Block{Count: bytes.Count(data, []byte("\n")), Data: data, Put: time.Unix(0, 1+int64(flip)).UTC()}
		if key != "" {
			in.Seal = &store.Seal{Key: key, Format: "ndjson"}
		}
		v := append(encodeHead(first, []place{{one, first}, {other, first / 2}}, &in), data...)
		b, got, err := decodeBlock(v)
		if err == nil {
			err = b.check(got)
		}
		if err != nil || !bytes.Equal(got, data) || b.seq != first || b.count != uint64(in.Count) || fromNanos(b.put) != in.Put ||
			len(b.places) != 2 || b.places[0] != (place{one, first}) || b.places[1].lane != other || (b.seal != nil) != (key != "") {
			t.Fatalf("%q came out as %q in %+v: %v", data, got, b, err)
		}
		at := int(flip/8) % len(v)
		v[at] ^= 1 << (flip % 8)
		b, got, err = decodeBlock(v)
		if err == nil {
			err = b.check(got)
		}
		if unused := at == 6 || at == 7; err == nil && !unused {
			t.Fatalf("bit %d of byte %d of %d flipped, and nobody noticed: %q", flip%8, at, len(v), got)
		}
	})
}

// FuzzDecode: bytes that anybody sealed are read without a fault, whatever they
// hold and whatever they say they are.
func FuzzDecode(f *testing.F) {
	f.Add(byte(kindBlock), []byte{1, 4, 's', 'i', 'e', 'm', 1, 1, 2, 0, 0, 3, 9}, []byte("{}\n"))
	f.Add(byte(kindRecord), []byte("\x04siem\x02id0123456789abcdef\x05\x02\x04\x00\xff\xff\xff\xff\x0f"), []byte(nil))
	f.Fuzz(func(t *testing.T, k byte, content, behind []byte) {
		e := begin(nil, kind(k), 1)
		e.raw(content)
		v := append(e.seal(), behind...)
		if b, data, err := decodeBlock(v); err == nil && (b.size != uint64(len(data)) || len(data) > len(behind)) {
			t.Errorf("%d bytes of %d: %+v", len(data), len(behind), b)
		}
		if r, _, err := decodeRef(v); err == nil && r.last() < r.first {
			t.Errorf("%+v", r)
		}
		if h, _, _, err := decodeHead(v); err == nil && len(h.need.Aside) > len(content) {
			t.Errorf("%d aside in %d bytes", len(h.need.Aside), len(content))
		}
		_, _, _ = decodeTail(v)
		_, _, _, _ = decodeAttempt(v)
		_, _, _, _ = decodeSlot(v)
		_, _ = decodeLetter(v)
		_, _ = decodeReject(v)
		_, _, _ = decodeRider("key", v)
		_, _ = decodeKept(v)
	})
}
