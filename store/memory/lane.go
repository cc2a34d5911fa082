package memory

import (
	"bytes"
	"cmp"
	"iter"
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

// read makes a run of each row of events that came with one block. A limit
// cuts a run, but a sealed one comes whole or not at all, as one event does.
func (l *lane) read(from uint64, limit store.Limit) []store.Run {
	var runs []store.Run
	left := limit
	for run := range l.rows(from) {
		count, size := run.Count, int64(len(run.Data))
		if run.Seal == nil {
			count, size = fit(run.Data, left, limit, len(runs) == 0)
		} else if len(runs) > 0 && (limit.Events > 0 && count > left.Events || limit.Bytes > 0 && size > left.Bytes) {
			count = 0
		}
		if count == 0 {
			break
		}
		whole := count == run.Count
		run.Count, run.Data = count, run.Data[:size]
		runs = append(runs, run)
		left.Events -= count
		left.Bytes -= size
		if !whole {
			break
		}
	}
	return runs
}

// fit counts the events, and their bytes, that a limit has room for; the first
// of all has always.
func fit(data []byte, left, limit store.Limit, first bool) (count int, size int64) {
	for line := range bytes.Lines(data) {
		over := limit.Events > 0 && count+1 > left.Events || limit.Bytes > 0 && size+int64(len(line)) > left.Bytes
		if over && (count > 0 || !first) {
			break
		}
		count++
		size += int64(len(line))
	}
	return count, size
}

// rows yields the events from a number on, a run for each row of one block.
func (l *lane) rows(from uint64) iter.Seq[store.Run] {
	return func(yield func(store.Run) bool) {
		i, _ := slices.BinarySearchFunc(l.events, from, func(e event, n uint64) int { return cmp.Compare(e.number, n) })
		for i < len(l.events) {
			first := l.events[i]
			run := store.Run{First: first.number, Put: first.block.put, Seal: cloneSeal(first.block.seal)}
			for ; i < len(l.events) && l.events[i].block == first.block && l.events[i].number == run.First+uint64(run.Count); i++ {
				run.Count++
				run.Data = append(run.Data, l.events[i].line...)
			}
			if !yield(run) {
				return
			}
		}
	}
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
