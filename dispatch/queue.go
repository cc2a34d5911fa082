package dispatch

import (
	"context"
	"fmt"
	"iter"
	"strconv"
	"strings"
	"time"

	"github.com/wnotify/wnotify/store"
)

// Queued is a row of events in a queue: a batch with a name, or events that
// have not been on the wire.
type Queued struct {
	Lane    string
	Piece   store.Piece // without Key: not on the wire yet
	Aside   bool
	Created time.Time
	Data    []byte // the events, each followed by '\n'; nil unless asked for
}

// ID names the row: the integration and the number of its first event.
func (q Queued) ID() string { return q.Lane + ":" + strconv.FormatUint(q.Piece.First, 10) }

// ParseID splits an ID of [Queued.ID].
func ParseID(id string) (lane string, first uint64, err error) {
	lane, number, ok := strings.Cut(id, ":")
	if ok {
		first, err = strconv.ParseUint(number, 10, 64)
	}
	if !ok || err != nil || lane == "" {
		return "", 0, fmt.Errorf("%q is no id of the queue: it looks like siem:1001 (see queue list)", id)
	}
	return lane, first, nil
}

// page is how much is read at once while listing.
var page = store.Limit{Events: 1000, Bytes: 1 << 20}

// Queue yields what a lane holds, in order: what is aside, what has a name,
// what waits. Events put while it runs may be missing.
func (d *Dispatcher) Queue(ctx context.Context, name string) iter.Seq2[Queued, error] {
	return func(yield func(Queued, error) bool) {
		l, err := d.Store.Lane(ctx, name)
		if err != nil {
			yield(Queued{}, err)
			return
		}
		next := l.Record.Through + 1
		for _, p := range l.Record.Aside {
			if !d.yieldPiece(ctx, Queued{Lane: name, Piece: p, Aside: true, Created: p.Created}, yield) {
				return
			}
		}
		for _, p := range l.Record.Pieces {
			if !d.yieldPiece(ctx, Queued{Lane: name, Piece: p, Created: p.Created}, yield) {
				return
			}
			next = p.Last + 1
		}
		for next < l.Next {
			runs, err := d.Store.Read(ctx, name, next, page)
			if err != nil || len(runs) == 0 {
				if err != nil {
					yield(Queued{}, err)
				}
				return
			}
			for _, r := range runs {
				q := Queued{Lane: name, Created: r.Put, Data: r.Data, Piece: store.Piece{
					First: r.First, Last: r.First + uint64(r.Count) - 1, Events: r.Count, Bytes: int64(len(r.Data)),
				}}
				if r.Seal != nil {
					q.Piece.Key, q.Piece.Format = r.Seal.Key, r.Seal.Format
				}
				if !yield(q, nil) {
					return
				}
				next = q.Piece.Last + 1
			}
		}
	}
}

func (d *Dispatcher) yieldPiece(ctx context.Context, q Queued, yield func(Queued, error) bool) bool {
	for n := q.Piece.First; n <= q.Piece.Last; {
		runs, err := d.Store.Read(ctx, q.Lane, n, store.Limit{Events: int(q.Piece.Last - n + 1)})
		if err != nil {
			return yield(q, err)
		}
		if len(runs) == 0 {
			break // delivered since
		}
		for _, r := range runs {
			if r.First > q.Piece.Last {
				return yield(q, nil)
			}
			q.Data = append(q.Data, r.Data...)
			n = r.First + uint64(r.Count)
		}
	}
	return yield(q, nil)
}

// Drop takes rows out of a queue for good. It returns how many events that
// were; rows that have left the queue meanwhile are no error.
func (d *Dispatcher) Drop(ctx context.Context, name string, firsts map[uint64]bool) (events int64, err error) {
	var rows []Queued
	for q, err := range d.Queue(ctx, name) {
		if err != nil {
			return 0, err
		}
		if firsts == nil || firsts[q.Piece.First] {
			q.Data = nil
			rows = append(rows, q)
		}
	}
	_, err = d.amend(ctx, name, func(l store.Lane, rec *store.Record, change *store.Change) (bool, error) {
		events = 0
		var drop []store.Span
		for _, q := range rows {
			if at, aside := find(*rec, q.Piece.Key); q.Piece.Key != "" && at >= 0 {
				if !aside && at > 0 {
					// Not the head: numbers before it still wait. Its events go,
					// its name with them.
					rec.GoneBytes += q.Piece.Bytes
					rec.Pieces = append(rec.Pieces[:at], rec.Pieces[at+1:]...)
					drop = append(drop, store.Span{First: q.Piece.First, Last: q.Piece.Last})
				} else {
					leave(rec, at, aside)
				}
			} else if q.Piece.First > named(*rec) {
				drop = append(drop, store.Span{First: q.Piece.First, Last: q.Piece.Last})
				rec.GoneBytes += q.Piece.Bytes
			} else {
				continue // on the wire or gone since
			}
			events += int64(q.Piece.Events)
		}
		rec.Dropped += events
		change.Settles = []store.Settle{{Drop: drop}}
		return events > 0, nil
	})
	return events, err
}

// named is the number of the last event that has been given to a batch.
func named(rec store.Record) uint64 {
	if n := len(rec.Pieces); n > 0 {
		return rec.Pieces[n-1].Last
	}
	return rec.Through
}

// Move appends everything a queue holds to another one and leaves it empty; it
// is how the queue of an integration that was renamed is adopted. Batches that
// were on the wire keep their keys.
func (d *Dispatcher) Move(ctx context.Context, from, to string) (events int64, err error) {
	lease, err := d.Store.Lead(ctx, from)
	if err != nil {
		return 0, err
	}
	defer func() { _ = lease.Release() }()
	for {
		var first *Queued
		for q, err := range d.Queue(ctx, from) {
			if err != nil {
				return events, err
			}
			first = &q
			break
		}
		if first == nil || len(first.Data) == 0 {
			return events, nil
		}
		b := store.Block{Lanes: []store.Target{{Lane: to}}, Count: first.Piece.Events, Data: first.Data, Put: first.Created}
		if first.Piece.Key != "" {
			b.Seal = &store.Seal{Key: first.Piece.Key, Format: first.Piece.Format}
		}
		moved, err := d.amend(ctx, from, func(_ store.Lane, rec *store.Record, change *store.Change) (bool, error) {
			if at, aside := find(*rec, first.Piece.Key); first.Piece.Key != "" && at >= 0 {
				leave(rec, at, aside)
			} else {
				rec.Through = first.Piece.Last
				rec.GoneBytes += first.Piece.Bytes
			}
			rec.Dropped += int64(first.Piece.Events)
			change.Blocks = []store.Block{b}
			return true, nil
		})
		if err != nil || !moved {
			return events, err
		}
		events += int64(first.Piece.Events)
	}
}

func itoa(n int64) string { return strconv.FormatInt(n, 10) }
