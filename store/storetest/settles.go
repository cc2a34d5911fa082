package storetest

import (
	"fmt"
	"slices"
	"time"

	"github.com/wnotify/wnotify/store"
)

// advance settles a lane as a leader would: Through goes up to a number (0: it
// stays), spans are dropped, and the counters of the record follow.
func (b *bench) advance(lane string, through uint64, drop ...store.Span) {
	b.Helper()
	b.settle(lane, func(s *store.Settle) {
		s.Record.Through = max(through, s.Record.Through)
		s.Drop = drop
	})
}

// settle commits a new record of a lane, computed from the current one by edit;
// Delivered, Dropped and GoneBytes are kept right here.
func (b *bench) settle(lane string, edit func(*store.Settle)) {
	b.Helper()
	b.commit(store.Change{Settles: []store.Settle{b.computed(lane, edit)}})
}

func (b *bench) computed(lane string, edit func(*store.Settle)) store.Settle {
	b.Helper()
	record := b.lane(lane).Record
	s := store.Settle{Lane: lane, Revision: record.Revision, Record: record}
	edit(&s)
	leave(&s, b.runs(lane))
	return s
}

// leave counts in a record the events that its settle takes out of the lane.
func leave(s *store.Settle, runs []store.Run) {
	for _, run := range runs {
		lines := slices.Collect(linesOf(run))
		for i := range lines {
			n := run.First + uint64(i)
			dropped := slices.ContainsFunc(s.Drop, func(d store.Span) bool { return d.First <= n && n <= d.Last })
			switch needed := s.Record.Needs(store.Span{First: n, Last: n}); {
			case !needed:
				s.Record.Delivered++
			case dropped:
				s.Record.Dropped++
			default:
				continue
			}
			s.Record.GoneBytes += int64(len(lines[i]))
		}
	}
}

// full is a record with something in every field.
func full() store.Record {
	piece := func(first, last uint64) store.Piece {
		return store.Piece{
			First: first, Last: last, Events: int(last-first) + 1, Bytes: 77, Key: fmt.Sprint("key-", first), Format: "json-array",
			Created: after(1), Attempt: 3, NotBefore: after(4), Wait: 5 * time.Second, Resets: 1, Halved: true, Status: 503, Error: "503 from collector",
		}
	}
	return store.Record{
		ID: "lane-id", Epoch: 7, Promise: true, Through: 3,
		Pieces:  []store.Piece{piece(4, 5), piece(6, 6)},
		Aside:   []store.Piece{piece(2, 2)},
		Tripped: &store.Tripped{At: after(5), Requests: 40, Failures: 30},
		Window:  []store.Counts{{Slot: 1_700_000_100, Requests: 5, Failures: 4}, {Slot: 1_700_000_400, Requests: 1}},
		Dead:    1, LastSuccess: after(6), LastFailure: after(7), LastStatus: 503, LastError: "still 503",
	}
}

func (b *bench) record(lane string, want store.Record) {
	b.Helper()
	got := b.lane(lane).Record
	gotText, wantText := asJSON(got), asJSON(want)
	if got.Revision != want.Revision || gotText != wantText {
		b.Errorf("the record of %s has revision %d and is\n%s\nwant revision %d and\n%s", lane, got.Revision, gotText, want.Revision, wantText)
	}
}

var settleChecks = []check{
	{"settle/replaces the whole record and counts the writes", func(b *bench) {
		b.put("siem", "a", "b", "c", "d", "e", "f", "g")
		s := store.Settle{Lane: "siem", Record: full()}
		s.Record.Revision = 99 // the engine's business
		leave(&s, b.runs("siem"))
		s.Record.Delivered -= s.Record.Dead
		b.commit(store.Change{Settles: []store.Settle{s}})
		s.Record.Revision = 1
		b.record("siem", s.Record)

		next := store.Record{ID: "lane-id", Epoch: 8, Through: 6, Delivered: 5, Dead: 1, GoneBytes: 12}
		b.commit(store.Change{Settles: []store.Settle{{Lane: "siem", Revision: 1, Record: next}}})
		next.Revision = 2
		b.record("siem", next)
	}},
	{"settle/the record of caller and store are not the same memory", func(b *bench) {
		b.put("siem", "a", "b", "c", "d", "e", "f", "g")
		s := store.Settle{Lane: "siem", Record: full()}
		s.Record.Delivered, s.Record.GoneBytes = 1, 4
		b.commit(store.Change{Settles: []store.Settle{s}})
		s.Record.Pieces[0].Key, s.Record.Window[0].Requests, s.Record.Tripped.Requests = "other", 99, 99
		got := b.lane("siem").Record
		got.Aside[0].Key, got.Tripped.Failures = "other", 99
		want := full()
		want.Revision, want.Delivered, want.GoneBytes = 1, 1, 4
		b.record("siem", want)
	}},
	{"settle/uses up what is not needed, also inside a block", func(b *bench) {
		b.put("siem", "a", "b", "c", "d", "e")
		b.put("siem", "f")
		b.advance("siem", 2)
		b.holds("siem", "3:c 4:d 5:e 6:f")
		b.advance("siem", 5)
		b.holds("siem", "6:f")
		b.advance("siem", 6)
		b.holds("siem", "")
		b.put("siem", "g")
		b.holds("siem", "7:g")
	}},
	{"settle/a lane does not use up what another one needs", func(b *bench) {
		b.put("siem soc", "a", "b", "c")
		b.put("soc siem", "d")
		b.advance("siem", 4)
		b.holds("siem", "")
		b.holds("soc", "1:a 2:b 3:c 4:d")
		b.advance("soc", 1)
		b.holds("soc", "2:b 3:c 4:d")
	}},
	{"settle/from another revision conflicts", func(b *bench) {
		b.put("siem", "a", "b")
		for _, c := range []struct{ settled, revision uint64 }{{0, 1}, {0, 7}, {1, 0}, {1, 2}, {2, 1}, {2, 0}} {
			if b.lane("siem").Record.Revision < c.settled {
				b.settle("siem", func(s *store.Settle) { s.Record.ID, s.Record.Epoch = "lane-id", s.Record.Epoch+1 })
			}
			before := b.state()
			stale := store.Settle{Lane: "siem", Revision: c.revision, Record: store.Record{ID: "stale", Through: 2}}
			b.conflict(store.Change{Settles: []store.Settle{stale}}, "lane siem")
			b.unchanged("a stale settle", before)
		}
	}},
	{"settle/conflict leaves nothing", func(b *bench) {
		b.put("siem", "a")
		before := b.state()
		c := everything()
		c.Settles[0].Revision = 5
		b.conflict(c, "lane web")
		b.unchanged("a change with a stale settle", before)
	}},
	{"settle/all or none", func(b *bench) {
		b.put("siem soc", "a")
		before := b.state()
		b.conflict(store.Change{Settles: []store.Settle{
			{Lane: "siem", Record: store.Record{ID: "one", Through: 1, Delivered: 1, GoneBytes: 2}},
			{Lane: "soc", Revision: 3, Record: store.Record{ID: "two", Through: 1, Delivered: 1, GoneBytes: 2}},
		}}, "lane soc")
		b.unchanged("a change with one stale settle of two", before)
	}},
	{"settle/many lanes in one change", func(b *bench) {
		var c store.Change
		for i := range 20 {
			name := fmt.Sprintf("lane-%02d", i)
			b.put(name, "a", "b")
			c.Settles = append(c.Settles, b.computed(name, func(s *store.Settle) { s.Record.Through = 1 }))
		}
		b.commit(c)
		for _, s := range c.Settles {
			b.holds(s.Lane, "2:b")
		}
	}},
}
