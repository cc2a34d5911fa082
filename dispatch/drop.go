package dispatch

import (
	"context"

	"github.com/wnotify/wnotify/store"
)

// Drop takes rows of a queue out for good and returns how many events that
// were: none of which it is certain when it fails. A row that has left the queue
// meanwhile, or went on the wire with others, is passed over.
func (d *Dispatcher) Drop(ctx context.Context, name string, rows []Queued) (events int64, err error) {
	_, err = d.amend(ctx, name, func(l store.Lane, rec *store.Record, change *store.Change) (bool, error) {
		before := rec.Dropped
		var set store.Settle
		for _, q := range rows {
			there, err := d.unchanged(ctx, l, q)
			if err != nil {
				return false, err
			}
			if there {
				takeOut(rec, q, &set)
			}
		}
		events = rec.Dropped - before
		change.Settles = []store.Settle{set}
		return events > 0, nil
	})
	if err != nil {
		return 0, err
	}
	return events, nil
}

// Clear takes everything that is in a queue now out for good, without reading
// it, and returns how many events that were, as Drop does.
func (d *Dispatcher) Clear(ctx context.Context, name string) (events int64, err error) {
	_, err = d.amend(ctx, name, func(l store.Lane, rec *store.Record, _ *store.Change) (bool, error) {
		events = l.Events
		rec.Pieces, rec.Aside = nil, nil
		rec.Through = max(rec.Through, l.Next-1)
		rec.Dropped += l.Events
		rec.GoneBytes += l.Bytes
		return events > 0, nil
	})
	if err != nil {
		return 0, err
	}
	return events, nil
}

// unchanged reports whether a row that is in no batch is still in its queue as
// it was listed: another person may have dropped it. What is in a batch the
// record tells.
func (d *Dispatcher) unchanged(ctx context.Context, l store.Lane, q Queued) (bool, error) {
	if q.Named || q.revision == l.Record.Revision {
		return true, nil
	}
	runs, err := d.Store.Read(ctx, l.Name, q.Piece.First, store.Limit{Events: q.Piece.Events})
	if err != nil || len(runs) == 0 {
		return false, err
	}
	return runs[0].First == q.Piece.First && runs[0].Count == q.Piece.Events, nil
}

// takeOut removes a row from a record and counts its events as dropped; false
// when it is not there any more as it was.
func takeOut(rec *store.Record, q Queued, set *store.Settle) bool {
	at, aside := -1, false
	if q.Piece.Key != "" {
		at, aside = find(*rec, q.Piece.Key)
	}
	switch {
	case at >= 0 && !aside && at > 0:
		// Numbers before it still wait: its events go, its name with them.
		set.Drop = append(set.Drop, store.Span{First: q.Piece.First, Last: q.Piece.Last})
		rec.GoneBytes += rec.Pieces[at].Bytes
		rec.Pieces = append(rec.Pieces[:at:at], rec.Pieces[at+1:]...)
	case at >= 0:
		leave(rec, at, aside)
	case q.Named || q.Piece.First <= named(*rec):
		return false
	case len(rec.Pieces) == 0 && q.Piece.First == rec.Through+1:
		rec.Through = q.Piece.Last
		rec.GoneBytes += q.Piece.Bytes
	default:
		set.Drop = append(set.Drop, store.Span{First: q.Piece.First, Last: q.Piece.Last})
		rec.GoneBytes += q.Piece.Bytes
	}
	rec.Dropped += int64(q.Piece.Events)
	return true
}
