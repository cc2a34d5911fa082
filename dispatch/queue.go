package dispatch

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"strconv"
	"strings"
	"time"

	"github.com/wnotify/wnotify/store"
)

// Queued is a row of events in a queue: a batch, or events that came together
// and have not been given to a batch.
type Queued struct {
	Lane    string
	Piece   store.Piece // Key is empty while the events are in no batch
	Named   bool        // the batch is on the wire, or waits for its next attempt
	Aside   bool        // a refused event that finishes its schedule alone
	Created time.Time   // of the batch, else when the events were put

	revision uint64 // of the record it was listed with
	data     []byte // came with the listing; nil: not read
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
var page = store.Limit{Bytes: 1 << 20}

// Queue yields what a lane holds, in order: what is aside, what has a name,
// what waits. Only the last is read from the disk, a page at a time. Events put
// while it runs may be missing. After an error about a damaged row the next
// ones follow.
func (d *Dispatcher) Queue(ctx context.Context, name string) iter.Seq2[Queued, error] {
	return func(yield func(Queued, error) bool) {
		l, err := d.Store.Lane(ctx, name)
		if err != nil {
			yield(Queued{}, err)
			return
		}
		for _, p := range l.Record.Aside {
			if !yield(batchRow(l, p, true), nil) {
				return
			}
		}
		for _, p := range l.Record.Pieces {
			if !yield(batchRow(l, p, false), nil) {
				return
			}
		}
		d.unnamed(ctx, l, yield)
	}
}

// unnamed yields the rows that are in no batch yet.
func (d *Dispatcher) unnamed(ctx context.Context, l store.Lane, yield func(Queued, error) bool) {
	for next := named(l.Record) + 1; next < l.Next; {
		runs, err := d.Store.Read(ctx, l.Name, next, page)
		if err != nil {
			damaged, ok := errors.AsType[*store.CorruptError](err)
			if !yield(Queued{Lane: l.Name}, err) || !ok || damaged.Span.Last < next {
				return
			}
			next = damaged.Span.Last + 1
			continue
		}
		if len(runs) == 0 {
			return
		}
		// The page may have cut its last run: what comes together stays one row.
		if last := runs[len(runs)-1]; len(runs) > 1 && last.First+uint64(last.Count) < l.Next {
			runs = runs[:len(runs)-1]
		}
		for _, r := range runs {
			q := freshRow(l, r)
			if !yield(q, nil) {
				return
			}
			next = q.Piece.Last + 1
		}
	}
}

// batchRow is the row of a batch that has a name.
func batchRow(l store.Lane, p store.Piece, aside bool) Queued {
	return Queued{Lane: l.Name, Piece: p, Named: true, Aside: aside, Created: p.Created, revision: l.Record.Revision}
}

// freshRow is the row of events that are in no batch yet.
func freshRow(l store.Lane, r store.Run) Queued {
	q := Queued{Lane: l.Name, Created: r.Put, revision: l.Record.Revision, data: r.Data, Piece: store.Piece{
		First: r.First, Last: r.First + uint64(r.Count) - 1, Events: r.Count, Bytes: int64(len(r.Data)),
	}}
	if r.Seal != nil {
		q.Piece.Key, q.Piece.Format = r.Seal.Key, r.Seal.Format
	}
	return q
}

// Find returns a row by its ID; false when there is none, any more.
func (d *Dispatcher) Find(ctx context.Context, id string) (Queued, bool, error) {
	lane, first, err := ParseID(id)
	if err != nil {
		return Queued{}, false, err
	}
	l, err := d.Store.Lane(ctx, lane)
	if err != nil {
		return Queued{}, false, err
	}
	for _, p := range l.Record.Aside {
		if p.First == first {
			return batchRow(l, p, true), true, nil
		}
	}
	for _, p := range l.Record.Pieces {
		if p.First == first {
			return batchRow(l, p, false), true, nil
		}
	}
	if first <= named(l.Record) || first >= l.Next {
		return Queued{}, false, nil
	}
	from := max(first-1, named(l.Record)+1) // what came with the event before is no row of its own
	runs, err := d.Store.Read(ctx, lane, from, page)
	if err == nil && len(runs) > 0 && runs[0].First < first && runs[0].Count == 1 {
		runs, err = d.Store.Read(ctx, lane, first, page)
	}
	if err != nil || len(runs) == 0 || runs[0].First != first {
		return Queued{}, false, err
	}
	return freshRow(l, runs[0]), true, nil
}

// Data returns the events of a row, each followed by '\n'; nothing when they
// have left the queue.
func (d *Dispatcher) Data(ctx context.Context, q Queued) ([]byte, error) {
	if q.data != nil {
		return q.data, nil
	}
	var data []byte
	for n := q.Piece.First; n <= q.Piece.Last; {
		runs, err := d.Store.Read(ctx, q.Lane, n, store.Limit{Events: int(q.Piece.Last - n + 1)})
		if err != nil {
			return nil, err
		}
		if len(runs) == 0 {
			break
		}
		for _, r := range runs {
			if r.First > q.Piece.Last {
				return data, nil
			}
			data = append(data, r.Data...)
			n = r.First + uint64(r.Count)
		}
	}
	return data, nil
}

// named is the number of the last event that has been given to a batch.
func named(rec store.Record) uint64 {
	if n := len(rec.Pieces); n > 0 {
		return rec.Pieces[n-1].Last
	}
	return rec.Through
}

// WithoutData is the row without the events that came with the listing, for
// who keeps many.
func (q Queued) WithoutData() Queued {
	q.data = nil
	return q
}
