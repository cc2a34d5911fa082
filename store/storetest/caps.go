package storetest

import (
	"errors"
	"fmt"

	"github.com/wnotify/wnotify/store"
)

// capped is a block whose lanes may hold so many bytes.
func capped(limit int64, lanes string, texts ...string) store.Block {
	one := block(lanes, texts...)
	for i := range one.Lanes {
		one.Lanes[i].Cap = limit
	}
	return one
}

// full commits a change that must be refused for want of room.
func (b *bench) full(c store.Change, room map[string]int64) {
	b.Helper()
	before := b.state()
	_, err := b.s.Commit(b.Context(), c)
	var full *store.FullError
	if !errors.As(err, &full) {
		b.Fatalf("a change without room got %v, want a *FullError", err)
	}
	if fmt.Sprint(full.Room) != fmt.Sprint(room) {
		b.Errorf("the room left is said to be %v, want %v", full.Room, room)
	}
	b.unchanged("a change without room", before)
}

var capChecks = []check{
	{"cap/to the last byte and not one more", func(b *bench) {
		b.commit(blocks(capped(10, "siem", "abcd")))
		b.full(blocks(capped(10, "siem", "abcde")), map[string]int64{"siem": 5})
		b.commit(blocks(capped(10, "siem", "abcd")))
		b.full(blocks(capped(10, "siem", "")), map[string]int64{"siem": 0})
		b.holds("siem", "1:abcd 2:abcd")
	}},
	{"cap/says how much room each full lane has, and only those", func(b *bench) {
		b.put("siem", "aaaa", "aaaa")
		b.put("soc", "aaa")
		c := blocks(capped(12, "siem soc", "bbb"), capped(12, "soc mail", "cccc"))
		b.full(c, map[string]int64{"siem": 2, "soc": 8})
	}},
	{"cap/below what is there leaves no room", func(b *bench) {
		b.put("siem", "aaaaaaaaa")
		b.full(blocks(capped(5, "siem", "b")), map[string]int64{"siem": 0})
		b.commit(blocks(block("siem", "c")))
		b.holds("siem", "1:aaaaaaaaa 2:c")
	}},
	{"cap/counts the blocks of a change together", func(b *bench) {
		b.full(blocks(capped(9, "siem", "aaaa"), capped(9, "siem", "bbbb")), map[string]int64{"siem": 9})
		b.commit(blocks(capped(10, "siem", "aaaa"), capped(10, "siem", "bbbb")))
	}},
	{"cap/leaves nothing of the change", func(b *bench) {
		b.put("siem", "a")
		c := everything()
		c.Blocks[0].Lanes[0].Cap = 3
		b.full(c, map[string]int64{"siem": 1})
		c.Blocks[0].Lanes[0].Cap = 0
		b.commit(c)
	}},
	{"cap/settling and dropping make room", func(b *bench) {
		b.commit(blocks(capped(9, "siem", "aa", "bb", "cc")))
		b.advance("siem", 1)
		b.commit(blocks(capped(9, "siem", "dd")))
		b.full(blocks(capped(9, "siem", "ee")), map[string]int64{"siem": 0})
		b.advance("siem", 1, store.Span{First: 3, Last: 3})
		b.commit(blocks(capped(9, "siem", "ee")))
		b.holds("siem", "2:bb 4:dd 5:ee")
	}},
	{"cap/events aside take room", func(b *bench) {
		b.commit(blocks(capped(6, "siem", "aa", "bb")))
		b.aside("siem", 2, store.Span{First: 1, Last: 1})
		b.full(blocks(capped(6, "siem", "ccc")), map[string]int64{"siem": 3})
		b.commit(blocks(capped(6, "siem", "cc")))
	}},
}

// everything is a change that leaves a trace wherever a change can.
func everything() store.Change {
	return store.Change{
		Blocks:  []store.Block{block("siem soc", "one", "two"), block("mail", "three")},
		Riders:  []store.Rider{{Key: "cursors/f", Value: []byte("12")}, {Key: "requests/h", Value: []byte("7")}},
		Settles: []store.Settle{{Lane: "web", Record: store.Record{ID: "web-id"}, Attempts: []store.Attempt{attempt(1, store.Delivered)}}},
		Letters: []store.Letter{letter("dead", "siem", 1)},
		Rejects: []store.Reject{reject("bad", 1, 10)},
	}
}
