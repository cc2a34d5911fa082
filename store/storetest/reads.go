package storetest

import (
	"fmt"
	"strings"

	"github.com/wnotify/wnotify/store"
)

// ten puts ten events of ten bytes each in blocks of 3, 1, 4 and 2.
func ten(b *bench) {
	b.Helper()
	n := 0
	for _, size := range []int{3, 1, 4, 2} {
		var texts []string
		for range size {
			n++
			texts = append(texts, fmt.Sprintf("event-%03d", n))
		}
		b.put("siem", texts...)
	}
}

// rows is what ten leaves from one number to another.
func rows(first, last int) []string {
	var lines []string
	for n := first; n <= last; n++ {
		lines = append(lines, fmt.Sprintf("%d:event-%03d", n, n))
	}
	return lines
}

var readChecks = []check{
	{"read/from any number", func(b *bench) {
		ten(b)
		for from := range 11 {
			b.equal(fmt.Sprintf("from %d", from), b.read("siem", uint64(from), store.Limit{}), rows(max(from, 1), 10))
		}
		b.equal("behind the end", b.read("siem", 11, store.Limit{}), nil)
		b.equal("far behind the end", b.read("siem", 1<<40, store.Limit{}), nil)
	}},
	{"read/as many events as the limit allows", func(b *bench) {
		ten(b)
		for from := 1; from <= 10; from++ {
			for limit := 1; limit <= 11; limit++ {
				got := b.read("siem", uint64(from), store.Limit{Events: limit})
				b.equal(fmt.Sprintf("%d events from %d", limit, from), got, rows(from, min(from+limit-1, 10)))
			}
		}
	}},
	{"read/as many bytes as the limit allows", func(b *bench) {
		ten(b)
		// An event is 9 bytes and its newline; these limits mean the same
		// number of events whether the newline counts or not.
		for _, c := range []struct {
			limit int64
			want  int
		}{{21, 2}, {35, 3}, {48, 4}, {62, 6}, {1000, 10}} {
			got := b.read("siem", 1, store.Limit{Bytes: c.limit})
			b.equal(fmt.Sprintf("%d bytes", c.limit), got, rows(1, c.want))
		}
		b.equal("the smaller limit rules", b.read("siem", 2, store.Limit{Events: 2, Bytes: 1000}), rows(2, 3))
		b.equal("the smaller limit rules", b.read("siem", 2, store.Limit{Events: 9, Bytes: 35}), rows(2, 4))
	}},
	{"read/the first event comes whatever its size", func(b *bench) {
		big := strings.Repeat("x", 5000)
		b.put("siem", "small", big, "last")
		b.equal("one byte from 2", b.read("siem", 2, store.Limit{Bytes: 1}), []string{"2:" + big})
		b.equal("one byte from 1", b.read("siem", 1, store.Limit{Bytes: 1}), []string{"1:small"})
		b.equal("100 bytes from 2", b.read("siem", 2, store.Limit{Bytes: 100, Events: 10}), []string{"2:" + big})
	}},
	{"read/over holes", func(b *bench) {
		ten(b)
		b.advance("siem", 0, store.Span{First: 2, Last: 2}, store.Span{First: 5, Last: 8})
		left := append(rows(1, 1), append(rows(3, 4), rows(9, 10)...)...)
		b.equal("all", b.read("siem", 1, store.Limit{}), left)
		b.equal("from inside a hole", b.read("siem", 6, store.Limit{}), rows(9, 10))
		b.equal("three events", b.read("siem", 1, store.Limit{Events: 3}), left[:3])
		b.equal("one event behind a hole", b.read("siem", 5, store.Limit{Events: 1, Bytes: 1}), rows(9, 9))
	}},
	{"read/seals come back and join nothing", func(b *bench) {
		seal := func(key string, one store.Block) store.Block {
			one.Seal = &store.Seal{Key: key, Format: "ndjson"}
			return one
		}
		b.commit(blocks(block("siem", "a"), seal("k1", block("siem soc", "b", "c")), seal("k2", block("siem", "d")), block("siem", "e")))
		b.holds("siem", "1:a 2:b 3:c 4:d 5:e")
		b.equal("seals", b.seals("siem"), []string{"1:", "2:k1", "3:k1", "4:k2", "5:"})
		b.equal("seals of the other lane", b.seals("soc"), []string{"1:k1", "2:k1"})
		for _, run := range b.runs("siem") {
			if run.First == 2 && run.Count != 2 || run.Seal != nil && run.Seal.Format != "ndjson" {
				b.Errorf("a sealed batch of two events comes as %+v with seal %+v", run, run.Seal)
			}
		}
	}},
	{"read/a sealed batch comes whole or not at all", func(b *bench) {
		sealed := block("siem", "bbbb", "cccc", "dddd")
		sealed.Seal = &store.Seal{Key: "k", Format: "ndjson"}
		b.commit(blocks(block("siem", "aaaa"), sealed, block("siem", "eeee", "ffff")))
		whole := []string{"2:bbbb", "3:cccc", "4:dddd"}
		b.equal("one event from the seal", b.read("siem", 2, store.Limit{Events: 1}), whole)
		b.equal("one byte from the seal", b.read("siem", 2, store.Limit{Bytes: 1}), whole)
		b.equal("two events before it", b.read("siem", 1, store.Limit{Events: 2}), []string{"1:aaaa"})
		b.equal("12 bytes before it", b.read("siem", 1, store.Limit{Bytes: 12}), []string{"1:aaaa"})
		b.equal("four events before it", b.read("siem", 1, store.Limit{Events: 4}), append([]string{"1:aaaa"}, whole...))
		b.equal("four events from the seal", b.read("siem", 2, store.Limit{Events: 4}), append(whole, "5:eeee"))
	}},
	{"read/many blocks", func(b *bench) {
		var c store.Change
		var want []string
		for n := 1; n <= 500; n++ {
			c.Blocks = append(c.Blocks, block("siem", fmt.Sprintf("event-%03d", n)))
			want = append(want, fmt.Sprintf("%d:event-%03d", n, n))
		}
		b.commit(c)
		b.equal("all", b.read("siem", 1, store.Limit{}), want)
		b.equal("300 from 150", b.read("siem", 150, store.Limit{Events: 300}), want[149:449])
	}},
}

// seals returns the key of the seal of each event as "number:key".
func (b *bench) seals(lane string) []string {
	b.Helper()
	var seals []string
	for _, run := range b.runs(lane) {
		key := ""
		if run.Seal != nil {
			key = run.Seal.Key
		}
		for i := range run.Count {
			seals = append(seals, fmt.Sprintf("%d:%s", run.First+uint64(i), key))
		}
	}
	return seals
}
