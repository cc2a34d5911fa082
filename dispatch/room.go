package dispatch

import (
	"errors"
	"slices"
	"time"

	"github.com/wnotify/wnotify/store"
)

// relieve lets deliveries make room where accepting found none: a run that took
// nothing delivers too, for the same command would find no room for ever.
func (r *run) relieve(err error) error {
	full := errors.Is(err, store.ErrDiskFull)
	if !r.feeds || !full && !r.sum.anyRefused() {
		return err
	}
	if full {
		r.note(err)
		err = nil
	}
	return errors.Join(err, r.flush(r.ctx))
}

// note keeps an error for the end; the run goes on.
func (r *run) note(err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.err = errors.Join(r.err, err)
}

func (t *tally) anyRefused() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return len(t.refused) > 0
}

// full makes room in lanes that are to drop their oldest events; it reports
// whether the put is worth another try as it is.
func (q *committer) full(e *store.FullError) (again bool, err error) {
	if !q.Settings().Queue.DropOldest {
		return false, nil
	}
	size := max(1, min(chunkSize, q.Settings().Queue.MaxBytes/8)) // a small queue is not emptied for one event
	for lane, room := range e.Room {
		made, err := q.dropOldest(lane, size-min(room, 0))
		if err != nil {
			return false, err
		}
		again = again || made
	}
	return again, nil
}

// dropOldest makes the oldest events that are in no batch dead letters, until
// so many bytes are free. It reports false when there are none.
func (r *run) dropOldest(name string, size int64) (bool, error) {
	l, err := r.Store.Lane(r.hard, name)
	if err != nil {
		return false, err
	}
	from := l.Record.Through + 1
	if n := len(l.Record.Pieces); n > 0 {
		from = l.Record.Pieces[n-1].Last + 1
	}
	runs, err := r.Store.Read(r.hard, name, from, store.Limit{Bytes: size})
	if err != nil || len(runs) == 0 {
		return false, err
	}
	rec := clone(l.Record)
	if rec.ID == "" {
		rec.ID = newID()
	}
	install, err := r.Store.Install(r.hard)
	if err != nil {
		return false, err
	}
	now := time.Now()
	format, _ := r.Settings().Integration(name)
	var letters []store.Letter
	var drop []store.Span
	for _, row := range runs {
		span := store.Span{First: row.First, Last: row.First + uint64(row.Count) - 1}
		key := batchKey(install, rec.ID, span.First, span.Last, string(format.Format), []uint32{newBlock(row.Data, nil, nil).sum})
		letters = append(letters, store.Letter{
			ID: letterID(key), Lane: name, Key: key, Format: string(format.Format), Events: row.Count,
			Created: row.Put, Died: now, Reason: "the queue was full (overflow = \"drop-oldest\")", Data: slices.Clone(row.Data),
		})
		drop = append(drop, span)
		rec.Dead += int64(row.Count)
		rec.GoneBytes += int64(len(row.Data))
	}
	_, err = r.Store.Commit(r.hard, store.Change{
		Letters: letters,
		Settles: []store.Settle{{Lane: name, Revision: l.Record.Revision, Record: rec, Drop: drop}},
	})
	if conflicts(err) {
		return true, nil // the lane moved: there may be room now
	}
	if err != nil {
		return false, err
	}
	r.sum.dropped(name, rec.Dead-l.Record.Dead)
	return true, nil
}
