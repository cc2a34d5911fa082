package storetest

import "github.com/wnotify/wnotify/store"

// named is a change that puts an event and names it as a batch at once, as a
// leader does that believes the lane is empty and the next number is n.
func named(n, revision uint64, text string) store.Change {
	c := blocks(block("siem", text))
	c.Settles = []store.Settle{{Lane: "siem", Revision: revision, Next: n, Record: store.Record{
		ID: "lane-id", Through: n - 1, Delivered: int64(n - 1), GoneBytes: 2 * int64(n-1),
		Pieces: []store.Piece{{First: n, Last: n, Events: 1, Bytes: 2, Key: "key-" + text}},
	}}}
	return c
}

var nextChecks = []check{
	{"next/names a batch in the change that puts it", func(b *bench) {
		b.commit(named(1, 0, "a"))
		b.holds("siem", "1:a")
		b.commit(named(2, 1, "b"))
		b.holds("siem", "2:b")
		if r := b.lane("siem").Record; r.Revision != 2 || len(r.Pieces) != 1 || r.Pieces[0].Key != "key-b" {
			b.Errorf("after two named puts the record is %+v, want revision 2 and the piece key-b", r)
		}
	}},
	{"next/conflicts when others have put", func(b *bench) {
		b.put("siem", "x")
		before := b.state()
		for _, n := range []uint64{1, 3} {
			c := named(n, 0, "a")
			c.Settles[0].Record.Through, c.Settles[0].Record.Delivered, c.Settles[0].Record.GoneBytes = 0, 0, 0
			b.conflict(c, "lane siem")
			b.unchanged("a change that named the wrong number", before)
		}
	}},
	{"next/the try after the conflict is stored once", func(b *bench) {
		b.put("siem", "x")
		c := named(1, 0, "a")
		c.ID = "same"
		b.conflict(c, "lane siem")
		c = named(2, 0, "a")
		c.ID = "same"
		b.commit(c)
		b.holds("siem", "2:a")
		b.commit(c)
		b.holds("siem", "2:a")
		b.put("siem", "y")
		b.holds("siem", "2:a 3:y")
	}},
	{"next/is not asked when 0, and may stand without a put", func(b *bench) {
		b.put("siem", "a", "b")
		c := store.Change{Settles: []store.Settle{{Lane: "siem", Record: store.Record{ID: "lane-id"}}}}
		b.commit(c)
		c.Settles[0].Revision, c.Settles[0].Next = 1, 2
		b.conflict(c, "lane siem")
		c.Settles[0].Next = 3
		b.commit(c)
		if r := b.lane("siem").Record; r.Revision != 2 {
			b.Errorf("the record has revision %d, want 2", r.Revision)
		}
	}},
}
