package storetest

import (
	"bytes"
	"iter"

	"github.com/wnotify/wnotify/store"
)

func linesOf(run store.Run) iter.Seq[[]byte] { return bytes.Lines(run.Data) }

// aside sets the events that stand aside, while Through goes up.
func (b *bench) aside(lane string, through uint64, spans ...store.Span) {
	b.Helper()
	b.settle(lane, func(s *store.Settle) {
		s.Record.Through, s.Record.Aside = through, nil
		for _, span := range spans {
			s.Record.Aside = append(s.Record.Aside, store.Piece{First: span.First, Last: span.Last, Events: int(span.Last-span.First) + 1})
		}
	})
}

var asideChecks = []check{
	{"aside/an event aside outlives those around it", func(b *bench) {
		b.put("siem", "a", "b", "c", "d", "e", "f")
		b.aside("siem", 4, store.Span{First: 2, Last: 2})
		b.holds("siem", "2:b 5:e 6:f")
		b.aside("siem", 6, store.Span{First: 2, Last: 2})
		b.holds("siem", "2:b")
		b.equal("from the event aside", b.read("siem", 2, store.Limit{Events: 1}), []string{"2:b"})
		b.aside("siem", 6)
		b.holds("siem", "")
	}},
	{"aside/several, in several blocks", func(b *bench) {
		b.put("siem", "a", "b", "c")
		b.put("siem", "d")
		b.put("siem", "e", "f", "g", "h")
		b.put("siem", "i")
		b.aside("siem", 8, store.Span{First: 1, Last: 1}, store.Span{First: 3, Last: 4}, store.Span{First: 8, Last: 8})
		b.holds("siem", "1:a 3:c 4:d 8:h 9:i")
		b.aside("siem", 9, store.Span{First: 3, Last: 3}, store.Span{First: 8, Last: 8})
		b.holds("siem", "3:c 8:h")
		b.aside("siem", 9, store.Span{First: 8, Last: 8})
		b.holds("siem", "8:h")
	}},
	{"aside/counts as waiting", func(b *bench) {
		b.put("siem", "aa", "b")
		b.put("siem", "c")
		b.aside("siem", 3, store.Span{First: 1, Last: 1})
		if lane := b.lane("siem"); lane.Events != 1 || lane.Bytes != 3 || !lane.Oldest.Equal(noon) {
			b.Errorf("with one event of 3 bytes aside the lane has %d events, %d bytes, oldest %s", lane.Events, lane.Bytes, lane.Oldest)
		}
		b.aside("siem", 3)
		if lane := b.lane("siem"); lane.Events != 0 || lane.Bytes != 0 || !lane.Oldest.IsZero() {
			b.Errorf("with nothing left the lane has %d events, %d bytes, oldest %s", lane.Events, lane.Bytes, lane.Oldest)
		}
	}},
	{"aside/in one lane is not aside in another", func(b *bench) {
		b.put("siem soc", "a", "b", "c")
		b.aside("siem", 3, store.Span{First: 2, Last: 2})
		b.aside("soc", 2)
		b.holds("siem", "2:b")
		b.holds("soc", "3:c")
	}},
}

var dropChecks = []check{
	{"drop/splits a block", func(b *bench) {
		b.put("siem", "a", "b", "c", "d", "e", "f", "g")
		b.advance("siem", 0, store.Span{First: 3, Last: 4})
		b.holds("siem", "1:a 2:b 5:e 6:f 7:g")
		b.advance("siem", 0, store.Span{First: 6, Last: 6})
		b.holds("siem", "1:a 2:b 5:e 7:g")
		b.advance("siem", 1, store.Span{First: 7, Last: 7})
		b.holds("siem", "2:b 5:e")
		b.advance("siem", 5)
		b.holds("siem", "")
		b.put("siem", "h")
		b.holds("siem", "8:h")
	}},
	{"drop/the head, the tail, several blocks at once", func(b *bench) {
		b.put("siem", "a", "b", "c")
		b.put("siem", "d")
		b.put("siem", "e", "f", "g")
		b.advance("siem", 0, store.Span{First: 1, Last: 1}, store.Span{First: 3, Last: 5}, store.Span{First: 7, Last: 7})
		b.holds("siem", "2:b 6:f")
	}},
	{"drop/is for one lane", func(b *bench) {
		b.put("siem soc", "a", "b", "c")
		b.advance("siem", 0, store.Span{First: 1, Last: 3})
		b.holds("siem", "")
		b.holds("soc", "1:a 2:b 3:c")
	}},
	{"drop/of what is not there is nothing", func(b *bench) {
		b.put("siem", "a", "b", "c")
		b.advance("siem", 1, store.Span{First: 1, Last: 2})
		b.holds("siem", "3:c")
		b.advance("siem", 1, store.Span{First: 1, Last: 2}, store.Span{First: 50, Last: 60})
		b.holds("siem", "3:c")
		if lane := b.lane("siem"); lane.Events != 1 || lane.Bytes != 2 || lane.Next != 4 {
			b.Errorf("after drops of what was gone the lane has %d events, %d bytes, next %d; want 1, 2, 4", lane.Events, lane.Bytes, lane.Next)
		}
	}},
	{"drop/of an event aside", func(b *bench) {
		b.put("siem", "a", "b", "c")
		b.aside("siem", 2, store.Span{First: 1, Last: 1})
		b.advance("siem", 2, store.Span{First: 1, Last: 1})
		b.holds("siem", "3:c")
	}},
}
