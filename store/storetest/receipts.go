package storetest

import (
	"reflect"

	"github.com/wnotify/wnotify/store"
)

var receiptChecks = []check{
	{"receipt/blocks", func(b *bench) {
		b.put("soc", "x", "y")
		got := b.commit(blocks(block("siem soc", "a", "b"), block("soc", "c"), block("soc mail siem", "d")))
		want := [][]store.Taken{{{First: 1}, {First: 3}}, {{First: 5}}, {{First: 6}, {First: 1}, {First: 3}}}
		if !reflect.DeepEqual(got.Blocks, want) || got.Repeated {
			b.Errorf("the receipt is %+v, want blocks at %+v and not repeated", got, want)
		}
	}},
	{"receipt/promise", func(b *bench) {
		b.commit(store.Change{Settles: []store.Settle{{Lane: "siem", Record: store.Record{ID: "one", Promise: true}}}})
		got := b.commit(blocks(block("soc siem", "a")))
		want := [][]store.Taken{{{First: 1}, {First: 1, Promised: true}}}
		if !reflect.DeepEqual(got.Blocks, want) {
			b.Errorf("with a promise on the second lane the receipt is %+v, want %+v", got.Blocks, want)
		}
		b.commit(store.Change{Settles: []store.Settle{{Lane: "siem", Revision: 1, Record: store.Record{ID: "one"}}}})
		got = b.commit(blocks(block("siem", "b")))
		if want := [][]store.Taken{{{First: 2}}}; !reflect.DeepEqual(got.Blocks, want) {
			b.Errorf("after the promise was taken back the receipt is %+v, want %+v", got.Blocks, want)
		}
	}},
	{"receipt/rejects", func(b *bench) {
		c := store.Change{RejectsCap: 25, Rejects: []store.Reject{reject("r1", 1, 10), reject("r2", 2, 10), reject("r3", 3, 10)}}
		if got := b.commit(c).Rejects; got != 2 {
			b.Errorf("of three rejects of 10 bytes under a cap of 25 the receipt says %d were kept, want 2", got)
		}
	}},
	{"receipt/repeated", func(b *bench) {
		c := blocks(block("siem", "a"))
		c.ID = "once"
		b.commit(c)
		if got := b.commit(c); !got.Repeated || got.Blocks != nil {
			b.Errorf("the receipt of a repeat is %+v, want Repeated and no blocks", got)
		}
	}},
}
