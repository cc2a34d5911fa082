package storetest

import (
	"time"

	"github.com/wnotify/wnotify/store"
)

// busy gives a lane something of everything.
func (b *bench) busy(lane string) {
	b.Helper()
	b.put(lane, "a", "b", "c")
	b.settle(lane, func(s *store.Settle) {
		s.Record.ID, s.Record.Epoch, s.Record.Through = "id-of-"+lane, 3, 1
		s.Attempts = []store.Attempt{attempt(1, store.Delivered), attempt(2, "retry")}
	})
	b.commit(store.Change{Letters: []store.Letter{letter("dead-"+lane, lane, 1)}})
}

var removeChecks = []check{
	{"remove/takes everything of the lane", func(b *bench) {
		b.put("mail", "x")
		before := b.state()
		b.busy("siem")
		b.commit(store.Change{Remove: []string{"siem"}})
		b.unchanged("making and removing a lane", before)
		b.lanes("mail")
		b.dead("siem", 0, 0)
		b.equal("history", b.history("siem", time.Time{}), nil)
		b.equal("slots", b.slots("siem", time.Time{}), nil)
		if lane := b.lane("siem"); lane.Record.Revision != 0 || lane.Record.ID != "" || lane.Events != 0 || lane.Next != 1 {
			b.Errorf("a removed lane is %+v, want one as if never used", lane)
		}
	}},
	{"remove/leaves other lanes and the ledger alone", func(b *bench) {
		b.busy("siem")
		b.busy("siem2")
		b.put("siem soc", "shared-1", "shared-2")
		b.commit(rides("cursors/siem", 0, "1"))
		b.commit(store.Change{Rejects: []store.Reject{reject("siem", 1, 10)}})
		b.commit(store.Change{Remove: []string{"siem", "unknown"}})
		b.lanes("siem2", "soc")
		b.holds("siem2", "2:b 3:c")
		b.holds("soc", "1:shared-1 2:shared-2")
		b.dead("siem2", 1, int64(len("dead-siem2-a\ndead-siem2-b\n")))
		b.equal("letters", b.letters(""), []string{"dead-siem2"})
		b.rider("cursors/siem", 1, "1")
		b.equal("rejects", b.rejects(), []string{"siem"})
	}},
	{"remove/a lane added again is a new one", func(b *bench) {
		b.busy("siem")
		b.put("siem soc", "shared")
		b.commit(store.Change{Remove: []string{"siem"}})
		b.put("siem", "new-1", "new-2")
		b.holds("siem", "1:new-1 2:new-2")
		b.commit(store.Change{Settles: []store.Settle{{Lane: "siem", Record: store.Record{ID: "second-id"}}}})
		if r := b.lane("siem").Record; r.ID != "second-id" || r.Epoch != 0 || r.Through != 0 {
			b.Errorf("the record of the new lane is %+v", r)
		}
		b.counts("siem", 2, 12, 0)
		b.advance("siem", 1)
		b.holds("siem", "2:new-2")
		b.holds("soc", "1:shared")
	}},
	{"remove/of several, with a farewell to others", func(b *bench) {
		b.busy("siem")
		b.busy("soc")
		c := blocks(block("mail", "siem-and-soc-are-gone"))
		c.Remove = []string{"siem", "soc"}
		b.commit(c)
		b.lanes("mail")
		b.holds("mail", "1:siem-and-soc-are-gone")
	}},
}
