package dispatch

import (
	"bytes"
	"testing"

	"github.com/wnotify/wnotify/dispatch/event"
)

// A slow pipe gives an event at a time; what waits to be sent must not keep a
// whole buffer for each.
func TestSmallChunksAreKeptSmall(t *testing.T) {
	r := newRouter(&Settings{Integrations: []Integration{{Name: "siem", Enabled: true}}}, []string{"siem"})
	for _, size := range []int{100, chunkSize / 4, chunkSize} {
		raw := bytes.Repeat([]byte("1"), size)
		c := newChunk(r)
		e := event.Event{Raw: raw, Plain: raw}
		c.add(&e, r.set(&e))
		b := c.groups(nil)[0].block
		if !bytes.Equal(b.data, append(raw, '\n')) {
			t.Fatalf("of %d bytes %d are left", size, len(b.data))
		}
		if held := cap(b.data); held > 2*size+64 || b.buffer != nil && size < chunkSize/2 {
			t.Errorf("an event of %d bytes keeps %d", size, held)
		}
	}
}
