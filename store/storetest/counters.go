package storetest

import (
	"fmt"
	"strconv"

	"github.com/wnotify/wnotify/store"
)

// counts checks what a lane says of its waiting events. Bytes include the
// newline of each event, as blocks do.
func (b *bench) counts(lane string, events, size int64, oldest int) {
	b.Helper()
	got := b.lane(lane)
	when := stamp(after(oldest))
	if events == 0 {
		when = "never"
	}
	if got.Events != events || got.Bytes != size || stamp(got.Oldest) != when {
		b.Errorf("lane %s says %d events, %d bytes, oldest %s; want %d, %d, %s",
			lane, got.Events, got.Bytes, stamp(got.Oldest), events, size, when)
	}
}

var counterChecks = []check{
	{"counters/follow puts, settles and drops", func(b *bench) {
		for i, texts := range [][]string{{"a", "bb"}, {"ccc", "dddd", "e"}, {"f"}} {
			one := block("siem", texts...)
			one.Put = after(i)
			b.commit(blocks(one))
		}
		b.counts("siem", 6, 18, 0)
		b.advance("siem", 1)
		b.counts("siem", 5, 16, 0)
		b.advance("siem", 2)
		b.counts("siem", 4, 13, 1)
		b.advance("siem", 2, store.Span{First: 4, Last: 4})
		b.counts("siem", 3, 8, 1)
		b.advance("siem", 5)
		b.counts("siem", 1, 2, 2)
		b.advance("siem", 6)
		b.counts("siem", 0, 0, 0)
		one := block("siem", "again")
		one.Put = after(9)
		b.commit(blocks(one))
		b.counts("siem", 1, 6, 9)
	}},
	{"counters/are each lane's own", func(b *bench) {
		b.put("siem soc", "a", "b")
		b.put("soc", "c")
		b.advance("siem", 1)
		b.counts("siem", 1, 2, 0)
		b.counts("soc", 3, 6, 0)
	}},
	{"counters/lanes are listed by name and as they are alone", func(b *bench) {
		for i, name := range []string{"soc", "B", "siem", "a.b", "a"} {
			b.put(name, strconv.Itoa(i), "x")
		}
		b.advance("siem", 1)
		b.commit(store.Change{Letters: []store.Letter{letter("one", "soc", 1)}})
		b.lanes("B", "a", "a.b", "siem", "soc")
		lanes, err := b.s.Lanes(b.Context())
		if err != nil {
			b.Fatalf("listing the lanes: %v", err)
		}
		for _, got := range lanes {
			want := b.lane(got.Name)
			if fmt.Sprintf("%+v", got) != fmt.Sprintf("%+v", want) {
				b.Errorf("the list says of %s\n%+v\nand Lane says\n%+v", got.Name, got, want)
			}
		}
	}},
	{"counters/a record alone makes a lane", func(b *bench) {
		b.commit(store.Change{Settles: []store.Settle{{Lane: "siem", Record: store.Record{ID: "lane-id"}}}})
		b.lanes("siem")
		b.counts("siem", 0, 0, 0)
		if next := b.lane("siem").Next; next != 1 {
			b.Errorf("the next number of a lane with a record and no events is %d, want 1", next)
		}
	}},
}
