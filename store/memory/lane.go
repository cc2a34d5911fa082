package memory

import (
	"bytes"
	"slices"
	"time"

	"github.com/wnotify/wnotify/store"
)

// lane is the queue of one integration; its events are those waiting, by
// number.
type lane struct {
	next     uint64
	events   []event
	bytes    int64 // of events
	record   store.Record
	attempts []store.Attempt // oldest first
	slots    []store.Slot    // oldest first
}

type event struct {
	number uint64
	line   []byte // with its newline
	block  *block
}

// block is what the events that came together have in common.
type block struct {
	put  time.Time
	seal *store.Seal
}

func newLane() *lane { return &lane{next: 1} }

// lane returns a lane to be written.
func (d *data) lane(name string) *lane {
	if d.lanes[name] == nil {
		d.lanes[name] = newLane()
	}
	return d.lanes[name]
}

// look returns a lane to be read; asking for it does not make it exist.
func (d *data) look(name string) *lane {
	if l := d.lanes[name]; l != nil {
		return l
	}
	return newLane()
}

func (l *lane) take(b store.Block) store.Taken {
	taken := store.Taken{First: l.next, Promised: l.record.Promise}
	from := &block{put: b.Put, seal: cloneSeal(b.Seal)}
	for line := range bytes.Lines(b.Data) {
		l.events = append(l.events, event{number: l.next, line: line, block: from})
		l.next++
	}
	l.bytes += int64(len(b.Data))
	return taken
}

func (l *lane) settle(s store.Settle) {
	l.record = cloneRecord(s.Record)
	l.record.Revision = s.Revision + 1
	l.remove(func(n uint64) bool {
		return !l.record.Needs(store.Span{First: n, Last: n}) ||
			slices.ContainsFunc(s.Drop, func(d store.Span) bool { return d.First <= n && n <= d.Last })
	})
	l.remember(s.Attempts, s.Retention)
}

func (l *lane) remove(gone func(number uint64) bool) {
	l.events = slices.DeleteFunc(l.events, func(e event) bool {
		if !gone(e.number) {
			return false
		}
		l.bytes -= int64(len(e.line))
		return true
	})
}

func (l *lane) describe(name string, letters map[string]store.Letter) store.Lane {
	d := store.Lane{
		Name:   name,
		Record: cloneRecord(l.record),
		Next:   l.next,
		Events: int64(len(l.events)),
		Bytes:  l.bytes,
	}
	if len(l.events) > 0 {
		d.Oldest = l.events[0].block.put
	}
	for _, letter := range letters {
		if letter.Lane == name {
			d.Dead++
			d.DeadBytes += int64(len(letter.Data))
		}
	}
	return d
}

// read makes a run of each row of events that came with one block.
func (l *lane) read(from uint64, limit store.Limit) []store.Run {
	var runs []store.Run
	var last *block
	var events int
	var size int64
	for _, e := range l.events {
		if e.number < from {
			continue
		}
		events++
		size += int64(len(e.line))
		if events > 1 && (limit.Events > 0 && events > limit.Events || limit.Bytes > 0 && size > limit.Bytes) {
			break
		}
		if e.block != last || runs[len(runs)-1].First+uint64(runs[len(runs)-1].Count) != e.number {
			last = e.block
			runs = append(runs, store.Run{First: e.number, Put: last.put, Seal: cloneSeal(last.seal)})
		}
		run := &runs[len(runs)-1]
		run.Count++
		run.Data = append(run.Data, e.line...)
	}
	return runs
}

func cloneSeal(s *store.Seal) *store.Seal {
	if s == nil {
		return nil
	}
	c := *s
	return &c
}

func cloneRecord(r store.Record) store.Record {
	r.Pieces = slices.Clone(r.Pieces)
	r.Aside = slices.Clone(r.Aside)
	r.Window = slices.Clone(r.Window)
	if r.Tripped != nil {
		t := *r.Tripped
		r.Tripped = &t
	}
	return r
}
