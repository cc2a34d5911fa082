package dispatch

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/wnotify/wnotify/store"
)

// What people do to a queue. Each is one change of the lane's record, computed
// again when the leader was faster; whoever delivers sees it within a second.

// amend replaces the record of a lane by what edit makes of it; edit returns
// false when there is nothing to do. Of the settle that edit may leave in the
// change only Drop counts.
func (d *Dispatcher) amend(ctx context.Context, name string, edit func(store.Lane, *store.Record, *store.Change) (bool, error)) (bool, error) {
	for {
		l, err := d.Store.Lane(ctx, name)
		if err != nil {
			return false, err
		}
		rec := clone(l.Record)
		if rec.ID == "" {
			rec.ID = newID()
		}
		var change store.Change
		ok, err := edit(l, &rec, &change)
		if !ok || err != nil {
			return false, err
		}
		settle := store.Settle{Lane: name, Revision: l.Record.Revision, Record: rec}
		if len(change.Settles) > 0 {
			settle.Drop = change.Settles[0].Drop
		}
		change.Settles = []store.Settle{settle}
		_, err = d.Store.Commit(ctx, change)
		if !conflicts(err) {
			return err == nil, err
		}
	}
}

// Reopen clears an automatic disable and the failure statistics. It reports
// whether there was anything to clear.
func (d *Dispatcher) Reopen(ctx context.Context, name string) (bool, error) {
	return d.amend(ctx, name, func(_ store.Lane, rec *store.Record, _ *store.Change) (bool, error) {
		had := rec.Tripped != nil || len(rec.Window) > 0
		rec.Tripped, rec.Window = nil, nil
		return had, nil
	})
}

// Now makes everything that waits for its next attempt due; no place in the
// schedule is used.
func (d *Dispatcher) Now(ctx context.Context, name string) (bool, error) {
	return d.amend(ctx, name, func(_ store.Lane, rec *store.Record, _ *store.Change) (bool, error) {
		waits := false
		for _, list := range [][]store.Piece{rec.Pieces, rec.Aside} {
			for i := range list {
				waits = waits || !list[i].NotBefore.IsZero()
				list[i].NotBefore, list[i].Wait = time.Time{}, 0
			}
		}
		return waits, nil
	})
}

// Replay puts a dead letter back at the tail of its queue under its original
// key; its schedule begins anew. A person asked for it, so a full queue takes
// it as well.
func (d *Dispatcher) Replay(ctx context.Context, l store.Letter) error {
	_, err := d.Store.Commit(ctx, store.Change{
		ID: fmt.Sprintf("replay/%s/%d", l.ID, l.Died.UnixNano()),
		Blocks: []store.Block{{
			Lanes: []store.Target{{Lane: l.Lane}}, Count: l.Events, Data: l.Data,
			Put: time.Now(), Seal: &store.Seal{Key: l.Key, Format: l.Format},
		}},
		Bury: []string{l.ID},
	})
	return err
}

// atOnce is how many dead letters or rejects one change throws away.
const atOnce = 1000

// Bury throws dead letters away for good.
func (d *Dispatcher) Bury(ctx context.Context, ids []string) error {
	for some := range slices.Chunk(ids, atOnce) {
		if _, err := d.Store.Commit(ctx, store.Change{Bury: some}); err != nil {
			return err
		}
	}
	return nil
}

// Forget throws rejects away for good.
func (d *Dispatcher) Forget(ctx context.Context, ids []string) error {
	for some := range slices.Chunk(ids, atOnce) {
		if _, err := d.Store.Commit(ctx, store.Change{Forget: some}); err != nil {
			return err
		}
	}
	return nil
}
