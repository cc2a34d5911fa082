package storetest

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/wnotify/wnotify/store"
)

var putChecks = []check{
	{"put/numbers begin at 1 and go on", func(b *bench) {
		b.put("siem", "a", "b")
		b.put("siem", "c", "d", "e")
		b.holds("siem", "1:a 2:b 3:c 4:d 5:e")
		if next := b.lane("siem").Next; next != 6 {
			b.Errorf("after five events the next number is %d, want 6", next)
		}
	}},
	{"put/a lane never used is empty and does not exist", func(b *bench) {
		b.put("other", "x")
		lane := b.lane("siem")
		if lane.Next != 1 || lane.Events != 0 || lane.Bytes != 0 || lane.Record.Revision != 0 || !lane.Oldest.IsZero() {
			b.Errorf("a lane never used is %+v, want nothing but its name and Next 1", lane)
		}
		b.holds("siem", "")
		b.lanes("other")
	}},
	{"put/lanes share a block, each with its own numbers", func(b *bench) {
		b.put("siem", "a")
		b.put("siem soc", "b", "c")
		b.put("soc mail", "d")
		b.holds("siem", "1:a 2:b 3:c")
		b.holds("soc", "1:b 2:c 3:d")
		b.holds("mail", "1:d")
		b.lanes("mail", "siem", "soc")
	}},
	{"put/blocks of one change keep their order", func(b *bench) {
		b.commit(blocks(block("siem soc", "a"), block("soc", "b", "c"), block("soc siem", "d"), block("siem", "e")))
		b.holds("siem", "1:a 2:d 3:e")
		b.holds("soc", "1:a 2:b 3:c 4:d")
	}},
	{"put/lanes with names alike stay apart", func(b *bench) {
		names := []string{"a", "A", "a.b", "a-b", "a_b", "ab", "a0", "a.b.c", "9", strings.Repeat("n", 62), strings.Repeat("n", 63)}
		for i, name := range names {
			b.put(name, fmt.Sprint("only-", i))
		}
		for i, name := range names {
			b.holds(name, fmt.Sprint("1:only-", i))
		}
	}},
	{"put/events come back byte for byte", func(b *bench) {
		var binary []byte
		for i := range 256 {
			if i != '\n' {
				binary = append(binary, byte(i))
			}
		}
		texts := []string{string(binary), "", strings.Repeat("long ", 60_000), "\r", `{"a":3.10,"a":1}`, " ", "\xff\xfe"}
		b.put("siem", texts...)
		want := make([]string, 0, len(texts))
		for i, text := range texts {
			want = append(want, fmt.Sprintf("%d:%s", i+1, text))
		}
		b.equal("lane siem", b.read("siem", 1, store.Limit{}), want)
	}},
	{"put/the time of acceptance comes back", func(b *bench) {
		for i := range 3 {
			one := block("siem", strconv.Itoa(i))
			one.Put = after(i).Add(7 * time.Millisecond)
			b.commit(blocks(one))
		}
		for i, run := range b.runs("siem") {
			if want := after(i).Add(7 * time.Millisecond); !run.Put.Equal(want) {
				b.Errorf("event %d was put at %s, want %s", run.First, run.Put, want)
			}
		}
	}},
	{"put/the bytes of caller and store are not the same memory", func(b *bench) {
		one := block("siem", "first", "second")
		b.commit(blocks(one))
		copy(one.Data, "XXXXX")
		one.Lanes[0].Lane = "soc"
		b.holds("siem", "1:first 2:second")

		copy(b.runs("siem")[0].Data, "XXXXX") // dispatch turns the line feeds into commas
		b.holds("siem", "1:first 2:second")

		kept := b.runs("siem")
		b.put("siem", "third")
		b.advance("siem", 2)
		if !bytes.Equal(kept[0].Data, []byte("first\nsecond\n")) {
			b.Errorf("the bytes of a read became %q after later changes", kept[0].Data)
		}
	}},
	{"put/an empty change is nothing", func(b *bench) {
		b.put("siem", "a")
		before := b.state()
		b.commit(store.Change{})
		b.unchanged("an empty change", before)
	}},
	{"put/the queue has an identity", func(b *bench) {
		if id, then := b.install(), b.install(); id == "" || then != id {
			b.Errorf("Install is %q, then %q; want one lasting name", id, then)
		}
	}},
}

// lanes checks which lanes exist.
func (b *bench) lanes(want ...string) {
	b.Helper()
	lanes, err := b.s.Lanes(b.Context())
	if err != nil {
		b.Fatalf("listing the lanes: %v", err)
	}
	got := make([]string, 0, len(lanes))
	for _, l := range lanes {
		got = append(got, l.Name)
	}
	b.equal("lanes", got, want)
}

// runs reads all of a lane.
func (b *bench) runs(lane string) []store.Run {
	b.Helper()
	runs, err := b.s.Read(b.Context(), lane, 1, store.Limit{})
	if err != nil {
		b.Fatalf("reading %s: %v", lane, err)
	}
	return runs
}
