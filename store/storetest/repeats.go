package storetest

import (
	"fmt"

	"github.com/wnotify/wnotify/store"
)

// again commits a change that was committed before.
func (b *bench) again(c store.Change) {
	b.Helper()
	before := b.state()
	receipt, err := b.s.Commit(b.Context(), c)
	if err != nil {
		b.Fatalf("the repeat of %s got %v, want a receipt that says Repeated", c.ID, err)
	}
	if !receipt.Repeated || receipt.Blocks != nil {
		b.Errorf("the repeat of %s got %+v, want Repeated and no blocks", c.ID, receipt)
	}
	b.unchanged("the repeat of "+c.ID, before)
}

var repeatChecks = []check{
	{"repeat/of everything", func(b *bench) {
		c := everything()
		c.ID = "all"
		b.commit(c)
		b.again(c)
		b.again(c)
	}},
	{"repeat/of blocks", func(b *bench) {
		c := blocks(block("siem soc", "a", "b"), block("siem", "c"))
		c.ID = "blocks"
		b.commit(c)
		b.again(c)
		b.put("siem", "d")
		b.again(c)
		b.holds("siem", "1:a 2:b 3:c 4:d")
		b.holds("soc", "1:a 2:b")
	}},
	{"repeat/of riders alone", func(b *bench) {
		c := rides("triggers/t", 0, "1")
		c.ID = "riders"
		b.commit(c)
		b.again(c)
		b.commit(rides("triggers/t", 1, "2"))
		b.again(c)
		b.rider("triggers/t", 2, "2")
	}},
	{"repeat/of a settle alone", func(b *bench) {
		b.put("siem", "a", "b", "c")
		c := store.Change{ID: "settle", Settles: []store.Settle{b.computed("siem", func(s *store.Settle) {
			s.Record.Through = 1
			s.Drop = []store.Span{{First: 3, Last: 3}}
			s.Attempts = []store.Attempt{attempt(1, store.Delivered)}
		})}}
		b.commit(c)
		b.again(c)
		b.advance("siem", 2)
		b.again(c)
	}},
	{"repeat/of letters, rejects and what takes them away", func(b *bench) {
		c := store.Change{ID: "letters", Letters: []store.Letter{letter("one", "siem", 1)}, Rejects: []store.Reject{reject("bad", 1, 10)}}
		b.commit(c)
		take := store.Change{ID: "take", Bury: []string{"one"}, Forget: []string{"bad"}}
		b.commit(take)
		b.again(c)
		b.commit(store.Change{Letters: c.Letters, Rejects: c.Rejects})
		b.again(take)
	}},
	{"repeat/of a removal does not touch the new lane", func(b *bench) {
		b.put("siem", "a")
		c := store.Change{ID: "remove", Remove: []string{"siem"}}
		b.commit(c)
		b.put("siem", "b")
		b.again(c)
	}},
	{"repeat/does not bring back what has left", func(b *bench) {
		c := blocks(block("siem", "a", "b"))
		c.ID = "left"
		b.commit(c)
		b.advance("siem", 2)
		b.again(c)
		b.holds("siem", "")
	}},
	{"repeat/needs no room and no current revision", func(b *bench) {
		c := everything()
		c.ID, c.Blocks[0].Lanes[0].Cap = "room", 8
		b.commit(c)
		b.commit(rides("cursors/f", 1, "99"))
		b.settle("web", func(s *store.Settle) { s.Record.Epoch = 4 })
		b.again(c)
	}},
	{"repeat/with other content is still a repeat", func(b *bench) {
		c := blocks(block("siem", "a"))
		c.ID = "content"
		b.commit(c)
		other := everything()
		other.ID = "content"
		other.Riders, other.Settles = nil, nil
		b.again(other)
	}},
	{"repeat/another ID or none is another change", func(b *bench) {
		c := blocks(block("siem", "a"))
		for _, id := range []string{"one", "two", "", "", "one/put"} {
			c.ID = id
			b.commit(c)
		}
		b.holds("siem", "1:a 2:a 3:a 4:a 5:a")
	}},
	{"repeat/after many other changes", func(b *bench) {
		c := blocks(block("siem", "a"))
		c.ID = "first"
		b.commit(c)
		for i := range 100 {
			o := blocks(block("soc", "x"))
			o.ID = fmt.Sprint("other-", i)
			b.commit(o)
		}
		b.again(c)
	}},
	{"repeat/what failed was not committed", func(b *bench) {
		b.commit(rides("cursors/f", 0, "1"))
		c := rides("cursors/f", 0, "2")
		c.ID, c.Blocks = "failed", []store.Block{capped(4, "siem", "a")}
		b.conflict(c, "rider cursors/f")
		c.Riders[0].Revision = 1
		b.commit(c)
		b.rider("cursors/f", 2, "2")
		b.holds("siem", "1:a")

		c = blocks(capped(4, "siem", "bb"))
		c.ID = "full"
		b.full(c, map[string]int64{"siem": 2})
		b.advance("siem", 1)
		b.commit(c)
		b.holds("siem", "2:bb")
	}},
}
