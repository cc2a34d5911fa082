package dispatch

import (
	"bytes"
	"fmt"
	"testing"

	"github.com/wnotify/wnotify/dispatch/payload"
)

// some gathers events from i up to but not including j of blocks of ten.
func some(blocks []*block, i, j int) batch {
	var b batch
	for at := i; at < j; {
		k, from := at/10, at%10
		to := min(10, from+j-at)
		b.parts = append(b.parts, blocks[k].slice(from, to))
		b.blocks = append(b.blocks, blocks[k])
		at += to - from
	}
	return b
}

func tens(n int) []*block {
	var blocks []*block
	for k := range n {
		var data []byte
		for i := range 10 {
			data = fmt.Appendf(data, "{\"n\":%d}\n", 10*k+i)
		}
		blocks = append(blocks, newBlock(data, nil, nil))
	}
	return blocks
}

func TestBodiesAreShared(t *testing.T) {
	blocks, same := tens(4), tens(4)
	s := &bodies{}
	first := s.get(payload.JSONArray, some(blocks, 5, 25), true)
	want := payload.JSONArray.Append(nil, some(blocks, 5, 25).parts...)
	if !bytes.Equal(first.data, want) {
		t.Fatalf("%s", first.data)
	}
	if again := s.get(payload.JSONArray, some(blocks, 5, 25), true); again != first {
		t.Error("the same events were put together twice")
	}
	for name, other := range map[string]*body{
		"another format": s.get(payload.NDJSON, some(blocks, 5, 25), true),
		"fewer events":   s.get(payload.JSONArray, some(blocks, 5, 24), true),
		"later events":   s.get(payload.JSONArray, some(blocks, 6, 25), true),
		"other blocks":   s.get(payload.JSONArray, some(same, 5, 25), true),
		"a hole":         s.get(payload.JSONArray, batch{parts: [][]byte{blocks[0].slice(5, 10), blocks[2].slice(0, 5)}, blocks: []*block{blocks[0], blocks[2]}}, true),
	} {
		if other == first {
			t.Errorf("%s: it is taken for the same", name)
		}
	}
}

// The memory of a body is used again when its requests are over, never before.
func TestBodiesInUseStay(t *testing.T) {
	blocks := tens(4)
	s := &bodies{}
	a := s.get(payload.JSONArray, some(blocks, 0, 10), false)
	want := bytes.Clone(a.data)
	if again := s.get(payload.JSONArray, some(blocks, 0, 10), false); again != a {
		t.Fatal("it was put together twice")
	}
	s.sent(a)
	for i := range 3 {
		s.sent(s.get(payload.JSONArray, some(blocks, 10*i+10, 10*i+20), false))
		if !bytes.Equal(a.data, want) {
			t.Fatalf("while a request is under way its body becomes %s", a.data)
		}
	}
	s.sent(a)
	b := s.get(payload.JSONArray, some(blocks, 0, 8), false)
	if len(s.list) != 1 {
		t.Errorf("a lone lane keeps %d bodies", len(s.list))
	}
	s.sent(b)
}

// With several lanes unused bodies stay, up to a limit.
func TestBodiesAreBounded(t *testing.T) {
	event := append(bytes.Repeat([]byte{'1'}, 1<<20), '\n')
	s := &bodies{}
	for range 40 {
		k := newBlock(bytes.Clone(event), nil, nil)
		s.sent(s.get(payload.JSONArray, batch{parts: [][]byte{k.data}, blocks: []*block{k}}, true))
	}
	size := 0
	for _, b := range s.list {
		size += cap(b.data)
	}
	if size != s.size || size > bodyMemory+2<<20 || len(s.list) < 4 {
		t.Errorf("%d bodies of %d bytes are kept, %d counted", len(s.list), size, s.size)
	}
}
