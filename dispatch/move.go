package dispatch

import (
	"bytes"
	"context"
	"fmt"

	"github.com/wnotify/wnotify/store"
)

// Move appends everything that one queue holds to another, dead letters
// included: it is how the queue of an integration that was renamed is adopted.
// Batches that were on the wire keep their keys; their schedules begin anew. It
// is store.ErrBusy while somebody delivers the first queue. What was moved when
// it fails stays moved, and the same call goes on.
func (d *Dispatcher) Move(ctx context.Context, from, to string) (events int64, letters int, err error) {
	lease, err := d.Store.Lead(ctx, from)
	if err != nil {
		return 0, 0, err
	}
	defer func() { _ = lease.Release() }() // nothing is left to do
	for {
		n, err := d.movePage(ctx, from, to)
		events += n
		if err != nil {
			return events, 0, err
		}
		if n == 0 {
			break
		}
	}
	for l, err := range d.Store.Letters(ctx, from) {
		if err != nil {
			return events, letters, err
		}
		l.Lane = to
		if _, err := d.Store.Commit(ctx, store.Change{Letters: []store.Letter{l}}); err != nil {
			return events, letters, err
		}
		letters++
	}
	return events, letters, nil
}

// movePage moves the first rows of a queue, in one change.
func (d *Dispatcher) movePage(ctx context.Context, from, to string) (events int64, err error) {
	var rows []Queued
	var size int64
	for q, err := range d.Queue(ctx, from) {
		if err == nil {
			q.data, err = d.Data(ctx, q)
		}
		if err != nil {
			return 0, err
		}
		rows = append(rows, q)
		if size += q.Piece.Bytes; size >= page.Bytes {
			break
		}
	}
	_, err = d.amend(ctx, from, func(l store.Lane, rec *store.Record, change *store.Change) (bool, error) {
		events = 0
		var set store.Settle
		for _, q := range rows {
			there, err := d.unchanged(ctx, l, q)
			if err != nil {
				return false, err
			}
			if !there || bytes.Count(q.data, newline) != q.Piece.Events || !takeOut(rec, q, &set) {
				continue // a person dropped it meanwhile
			}
			events += int64(q.Piece.Events)
			change.Blocks = append(change.Blocks, blockOf(q, to))
		}
		if len(change.Blocks) == 0 {
			return false, nil
		}
		change.ID = fmt.Sprintf("move/%s/%d/%s", rec.ID, rows[0].Piece.First, to)
		change.Settles = []store.Settle{set}
		return true, nil
	})
	if err != nil {
		return 0, err
	}
	return events, nil
}

var newline = []byte{'\n'}

// blockOf is a row as it is put into another queue: a batch stays what it was.
// A person asked for it, so a full queue takes it as well.
func blockOf(q Queued, to string) store.Block {
	b := store.Block{Lanes: []store.Target{{Lane: to}}, Count: q.Piece.Events, Data: q.data, Put: q.Created}
	if q.Piece.Key != "" {
		b.Seal = &store.Seal{Key: q.Piece.Key, Format: q.Piece.Format}
	}
	return b
}
