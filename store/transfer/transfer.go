// Package transfer moves a queue from one engine to another, through nothing
// but the contract of package store, so any two engines will do.
//
// Every step is done in the new queue first and then taken out of the old one,
// and the place reached is kept in the new one in the same change as the events:
// who is interrupted begins again and goes on, and no event is there twice. A
// batch that was on the wire keeps its key and its bytes, since it arrives as a
// sealed one; its schedule begins anew. Counters of what was delivered long ago
// stay behind; attempts that history still has come along, and so what is
// counted from them.
//
// It refuses to move what somebody is delivering: a lane is led on both sides
// while it moves.
package transfer

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/wnotify/wnotify/store"
)

// Report counts what was moved.
type Report struct {
	Lanes   int   `json:"lanes"`
	Events  int64 `json:"events"`
	Letters int   `json:"dead_letters"`
	Rejects int   `json:"rejects"`
	Riders  int   `json:"riders"` // file cursors, trigger counts, hourly counters
}

// together is how much is put in one change.
const (
	togetherBytes = 256 << 10
	togetherItems = 100
)

// ours begins the keys of our riders: in the old queue one that names this move
// of a lane and goes with it, in the new one how far that move is.
const ours = "transfer/"

// Move moves everything. ErrBusy: a lane is being delivered. Whatever the error,
// calling it again goes on.
func Move(ctx context.Context, from, to store.Store) (Report, error) {
	m := mover{from: from, to: to}
	var err error
	if m.old, err = from.Install(ctx); err != nil {
		return m.Report, err
	}
	if id, err := to.Install(ctx); err != nil {
		return m.Report, err
	} else if id == m.old {
		return m.Report, errors.New("both are the same queue")
	}
	lanes, err := from.Lanes(ctx)
	if err != nil {
		return m.Report, err
	}
	for _, l := range lanes {
		if err := m.guarded(ctx, l.Name); err != nil {
			return m.Report, fmt.Errorf("moving the queue of %s: %w", l.Name, err)
		}
		m.Lanes++
	}
	for _, step := range []func(context.Context) error{m.rejects, m.riders, m.tidy} {
		if err := step(ctx); err != nil {
			return m.Report, err
		}
	}
	return m.Report, nil
}

type mover struct {
	Report

	from, to store.Store
	old      string // what identifies from
}

// guarded moves a lane while nobody delivers it, here or there.
func (m *mover) guarded(ctx context.Context, name string) (err error) {
	for _, s := range []store.Store{m.from, m.to} {
		lease, err := s.Lead(ctx, name)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, lease.Release()) }()
	}
	if err := m.letters(ctx, name); err != nil {
		return err
	}
	for {
		err := m.lane(ctx, name)
		if conflict, ok := errors.AsType[*store.ConflictError](err); !ok || conflict.Lane != name {
			return err
		} // somebody has put events meanwhile
	}
}

// begin names the move of a lane. A lane that was removed and made again is
// moved anew: its numbers mean other events.
func (m *mover) begin(ctx context.Context, name string) (store.Rider, error) {
	r, err := m.from.Rider(ctx, ours+name)
	if err != nil || r.Revision > 0 {
		return r, err
	}
	r.Key, r.Value = ours+name, []byte(rand.Text())
	_, err = m.from.Commit(ctx, store.Change{Riders: []store.Rider{r}})
	r.Revision++
	return r, err
}

// mark is the key, in the new queue, of how far a move is.
func (m *mover) mark(move store.Rider) string {
	return ours + m.old + "/" + string(move.Value)
}

// progress is how far a lane is.
type progress struct {
	Through uint64 `json:"through"` // number in the old queue
	Told    bool   `json:"told"`    // record and history are there
}

// lane moves events, then the state, and then removes the old lane, unless
// there is more in it by then.
func (m *mover) lane(ctx context.Context, name string) error {
	move, err := m.begin(ctx, name)
	if err != nil {
		return err
	}
	key := m.mark(move)
	mark, err := m.to.Rider(ctx, key)
	if err != nil {
		return err
	}
	var p progress
	if mark.Revision > 0 {
		if err := json.Unmarshal(mark.Value, &p); err != nil {
			return err
		}
	}
	advance := func(c store.Change) error {
		value, err := json.Marshal(p)
		if err != nil {
			return err
		}
		c.Riders = append(c.Riders, store.Rider{Key: key, Revision: mark.Revision, Value: value})
		if _, err := m.to.Commit(ctx, c); err != nil {
			return err
		}
		mark.Revision++
		return nil
	}
	l, err := m.from.Lane(ctx, name)
	if err != nil {
		return err
	}
	for {
		b, last, err := next(ctx, m.from, &l, p.Through+1)
		if err != nil {
			return err
		}
		if b == nil {
			break
		}
		p.Through = last
		if err := advance(store.Change{Blocks: []store.Block{*b}}); err != nil {
			return err
		}
		m.Events += int64(b.Count)
	}
	if !p.Told {
		s, err := m.state(ctx, &l)
		if err != nil {
			return err
		}
		p.Told = true
		if err := advance(store.Change{Settles: s}); err != nil {
			return err
		}
	}
	old := store.Settle{Lane: name, Revision: l.Record.Revision, Record: l.Record, Next: l.Next}
	move.Value = nil
	if _, err := m.from.Commit(ctx, store.Change{Riders: []store.Rider{move}, Settles: []store.Settle{old}, Remove: []string{name}}); err != nil {
		return err
	}
	_, err = m.to.Commit(ctx, store.Change{Riders: []store.Rider{{Key: key, Revision: mark.Revision}}})
	return err
}

// state is what the new lane is told of the old one: whether it is disabled and
// why, and its history. A lane that has a record already keeps it.
func (m *mover) state(ctx context.Context, l *store.Lane) ([]store.Settle, error) {
	now, err := m.to.Lane(ctx, l.Name)
	if err != nil || now.Record.Revision > 0 || l.Record.Revision == 0 {
		return nil, err
	}
	r := store.Record{
		ID: l.Record.ID, Epoch: l.Record.Epoch, Tripped: l.Record.Tripped, Window: l.Record.Window,
		LastSuccess: l.Record.LastSuccess, LastFailure: l.Record.LastFailure, LastStatus: l.Record.LastStatus, LastError: l.Record.LastError,
	}
	s := store.Settle{Lane: l.Name, Record: r}
	for a, err := range m.from.History(ctx, l.Name, time.Time{}) {
		if err != nil {
			return nil, err
		}
		s.Attempts = append(s.Attempts, a)
	}
	return []store.Settle{s}, nil
}

// next reads the block that begins at a number or after it; nil when there is
// none, or somebody is dropping it, which the last commit will find out. A batch
// with a name comes whole and sealed.
func next(ctx context.Context, from store.Store, l *store.Lane, at uint64) (*store.Block, uint64, error) {
	runs, err := from.Read(ctx, l.Name, at, store.Limit{Bytes: togetherBytes})
	if err != nil || len(runs) == 0 {
		return nil, 0, err
	}
	first := runs[0]
	b := &store.Block{Lanes: []store.Target{{Lane: l.Name}}, Count: first.Count, Data: first.Data, Put: first.Put, Seal: first.Seal}
	last := first.First + uint64(first.Count) - 1
	if b.Seal != nil {
		return b, last, nil
	}
	named := slices.Concat(l.Record.Aside, l.Record.Pieces)
	for _, p := range named {
		if p.First <= first.First && first.First <= p.Last {
			return batch(ctx, from, l.Name, p)
		}
	}
	for _, p := range named { // up to where one begins
		if first.First < p.First && p.First <= last {
			runs, err := from.Read(ctx, l.Name, first.First, store.Limit{Events: int(p.First - first.First)})
			if err != nil || len(runs) == 0 {
				return nil, 0, err
			}
			b.Count, b.Data, last = runs[0].Count, runs[0].Data, runs[0].First+uint64(runs[0].Count)-1
		}
	}
	return b, last, nil
}

// batch reads all events of a batch.
func batch(ctx context.Context, from store.Store, lane string, p store.Piece) (*store.Block, uint64, error) {
	runs, err := from.Read(ctx, lane, p.First, store.Limit{Events: int(p.Last - p.First + 1)})
	if err != nil {
		return nil, 0, err
	}
	b := &store.Block{Lanes: []store.Target{{Lane: lane}}, Seal: &store.Seal{Key: p.Key, Format: p.Format}}
	for _, run := range runs {
		if run.First > p.Last {
			break
		}
		if b.Count == 0 {
			b.Put = run.Put
		}
		b.Count += run.Count
		b.Data = append(b.Data, run.Data...)
	}
	if b.Count == 0 {
		return nil, 0, nil
	}
	return b, p.Last, nil
}
