package dispatch

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/wnotify/wnotify/store"
)

// Trace is everything that is known about one batch: where it is, and every
// attempt within the retention of the history.
type Trace struct {
	Lane     string // where it is, or was last seen
	Key      string // empty: never on the wire
	First    uint64 // 0 for a dead letter that no history mentions any more
	Last     uint64
	Events   int
	Bytes    int64         // of the events
	Queued   *Queued       // it waits here
	Letter   *store.Letter // it is a dead letter; without its events
	Attempts []Tried       // oldest first
}

// Tried is an attempt of a batch, of the larger one it was part of before that
// was halved, or of its own halves.
type Tried struct {
	store.Attempt

	Lane string
}

// LastAttempt is the last attempt of the batch itself, or nil.
func (t *Trace) LastAttempt() *Tried {
	for i := range slices.Backward(t.Attempts) {
		if a := &t.Attempts[i]; a.Key == t.Key {
			return a
		}
	}
	return nil
}

// Trace finds a batch by its key, by the ID of a row of a queue, or by that of
// a dead letter; key and letter may be shortened. It returns nil when nothing
// is known of it.
func (d *Dispatcher) Trace(ctx context.Context, id string) (*Trace, error) {
	lanes, err := d.Store.Lanes(ctx)
	if err != nil {
		return nil, err
	}
	t := &Trace{}
	if lane, first, err := ParseID(id); err != nil {
		// The ID of a dead letter is the start of its key.
		t.Key = keyPrefix + strings.TrimPrefix(id, keyPrefix)
	} else if err := d.traceRow(ctx, t, id, lane, first); err != nil {
		return nil, err
	}
	if t.Key != "" && t.Queued == nil {
		if err := d.traceKey(ctx, t, lanes); err != nil {
			return nil, err
		}
	}
	if err := d.traceHistory(ctx, t, lanes); err != nil {
		return nil, err
	}
	if t.Queued == nil && t.Letter == nil && len(t.Attempts) == 0 {
		return nil, nil //nolint:nilnil // nothing is known, and that is no error
	}
	return t, nil
}

// traceRow looks for a row in its queue, else for the last batch that held the
// event of that number.
func (d *Dispatcher) traceRow(ctx context.Context, t *Trace, id, lane string, first uint64) error {
	q, ok, err := d.Find(ctx, id)
	if err != nil {
		return err
	}
	if ok {
		t.queued(q)
		return nil
	}
	for a, err := range d.Store.History(ctx, lane, time.Time{}) {
		if err != nil {
			return err
		}
		if a.First <= first && first <= a.Last {
			t.Key = a.Key
		}
	}
	return nil
}

func (t *Trace) queued(q Queued) {
	q.data = nil
	t.Queued, t.Lane, t.Key = &q, q.Lane, q.Piece.Key
	t.First, t.Last, t.Events, t.Bytes = q.Piece.First, q.Piece.Last, q.Piece.Events, q.Piece.Bytes
}

// traceKey looks for a batch among those that have a name and the dead letters.
func (d *Dispatcher) traceKey(ctx context.Context, t *Trace, lanes []store.Lane) error {
	for _, l := range lanes {
		for _, p := range l.Record.Aside {
			if t.is(p.Key) {
				t.queued(batchRow(l, p, true))
				return nil
			}
		}
		for _, p := range l.Record.Pieces {
			if t.is(p.Key) {
				t.queued(batchRow(l, p, false))
				return nil
			}
		}
	}
	for l, err := range d.Store.Letters(ctx, "") {
		if err != nil {
			return err
		}
		if t.is(l.Key) {
			t.Lane, t.Key, t.Events, t.Bytes = l.Lane, l.Key, l.Events, int64(len(l.Data))
			l.Data = nil
			t.Letter = &l
			return nil
		}
	}
	return nil
}

// is reports whether a key is the one looked for, which may be shortened.
func (t *Trace) is(key string) bool {
	return len(t.Key) > len(keyPrefix) && strings.HasPrefix(key, t.Key)
}

// traceHistory collects the attempts of the batch, of the larger ones that held
// its events before, and of its halves: batches of a queue are one inside the
// other or have nothing in common.
func (d *Dispatcher) traceHistory(ctx context.Context, t *Trace, lanes []store.Lane) error {
	spans := map[string]store.Span{} // of the batch, by lane
	if t.Queued != nil {
		spans[t.Lane] = store.Span{First: t.First, Last: t.Last}
	}
	err := d.history(ctx, lanes, func(a Tried) {
		if !t.is(a.Key) {
			return
		}
		spans[a.Lane] = store.Span{First: a.First, Last: a.Last}
		if t.Queued == nil {
			t.Lane, t.Key, t.Events, t.Bytes = a.Lane, a.Key, a.Events, a.Bytes
			t.First, t.Last = a.First, a.Last
		}
	})
	if err != nil {
		return err
	}
	err = d.history(ctx, lanes, func(a Tried) {
		s, ok := spans[a.Lane]
		if t.is(a.Key) || ok && a.First <= s.Last && s.First <= a.Last {
			t.Attempts = append(t.Attempts, a)
		}
	})
	slices.SortStableFunc(t.Attempts, func(a, b Tried) int { return a.At.Compare(b.At) })
	return err
}

// history tells every attempt that is kept.
func (d *Dispatcher) history(ctx context.Context, lanes []store.Lane, tell func(Tried)) error {
	for _, l := range lanes {
		for a, err := range d.Store.History(ctx, l.Name, time.Time{}) {
			if err != nil {
				return err
			}
			tell(Tried{a, l.Name})
		}
	}
	return nil
}
