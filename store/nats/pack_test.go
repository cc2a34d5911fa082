package nats

import (
	"bytes"
	"testing"

	"pgregory.net/rapid"
)

func TestPackedComesBack(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		part := rapid.SliceOf(rapid.Byte()).Draw(r, "part")
		raw := bytes.Repeat(part, rapid.IntRange(0, 200).Draw(r, "times"))
		packed := pack(raw)
		if len(packed) > len(raw)+1 {
			r.Fatalf("%d bytes became %d", len(raw), len(packed))
		}
		if got, err := unpack(packed); err != nil || !bytes.Equal(got, raw) {
			r.Fatalf("%q came back as %q, %v", raw, got, err)
		}
	})
	if alike := bytes.Repeat([]byte("events are alike. "), 1000); len(pack(alike)) > len(alike)/10 {
		t.Errorf("%d bytes that are alike became %d", len(alike), len(pack(alike)))
	}
	for _, b := range [][]byte{nil, {}, {2, 1}, {packedS2}, {packedS2, 0xff, 0xff, 0xff, 0xff, 0x7f}, {packedS2, 4, 1}} {
		if got, err := unpack(b); err == nil && len(b) > 0 && b[0] != packedNot {
			t.Errorf("% x is %q", b, got)
		}
	}
}
