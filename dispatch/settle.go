package dispatch

import (
	"bytes"
	"context"
	"errors"
	"time"

	"github.com/wnotify/wnotify/dispatch/collector"
	"github.com/wnotify/wnotify/store"
)

// outcome is an attempt that was made and is not yet on disk.
type outcome struct {
	key   string
	reply collector.Reply
	at    time.Time
	batch batch
}

// settled is a settle under way.
type settled struct {
	done     chan error // ends the commit
	receipt  store.Receipt
	record   store.Record
	blocks   []store.Block // system events for others
	n        int           // how many of the pending outcomes it holds
	verdicts []Verdict
}

// errFenced: another leader has written the record since.
var errFenced = errors.New("another process has taken the integration over")

// settle writes what became of the attempts made so far and names the batch
// after next. It returns while the commit is under way when the next batch is
// already named on disk: that one may be sent meanwhile, so at most two batches
// repeat after a crash.
func (l *lane) settle(i Integration) error {
	for {
		err := l.join()
		if err == nil {
			if err = l.begin(i); err != nil {
				return err
			}
			if l.nextIsNamed() {
				return nil
			}
			err = l.join()
		}
		if !conflicts(err) {
			return err
		}
		if err := l.reload(); err != nil {
			return err
		}
	}
}

// begin starts the commit of all pending outcomes.
func (l *lane) begin(i Integration) error {
	s, change, err := l.prepare(i)
	if err != nil {
		return err
	}
	go func() {
		var err error
		s.receipt, err = l.Store.Commit(l.hard, change)
		s.done <- err
	}()
	l.settling, l.view = s, s.record
	return nil
}

// nextIsNamed reports whether the batch to send next is on disk by name while
// the settle before it is still under way.
func (l *lane) nextIsNamed() bool {
	if len(l.view.Pieces) == 0 || !l.healthy {
		return false
	}
	at, aside := find(l.base, l.view.Pieces[0].Key)
	return at >= 0 && !aside
}

// join waits for the settle under way, if any. After a conflict the outcomes
// it held are pending again.
func (l *lane) join() error {
	s := l.settling
	if s == nil {
		return nil
	}
	err := <-s.done
	l.settling = nil
	if err != nil {
		l.view = l.base
		return err
	}
	s.record.Revision = l.base.Revision + 1
	l.base, l.view = s.record, s.record
	for _, v := range s.verdicts {
		l.report(v)
	}
	l.generated(s.blocks, s.receipt)
	for _, o := range l.pending[:s.n] {
		l.passed.Add(o.batch.piece.Bytes)
		o.batch.done()
	}
	l.pending = l.pending[s.n:]
	l.hot.passed(l.name, l.base.Through)
	if l.base.Promise || l.end != 0 {
		return nil
	}
	// Whatever was put before the promise was withdrawn is ours.
	lane, err := l.Store.Lane(l.hard, l.name)
	l.end = lane.Next
	l.raise(lane.Next)
	return err
}

// withdraw takes the promise back before the lane is left. It reports that
// there is more to do when somebody put events into a lane left empty.
func (l *lane) withdraw() (again bool, err error) {
	for l.base.Promise {
		rec := clone(l.base)
		rec.Promise, rec.Epoch = false, max(rec.Epoch, l.epoch)
		set := store.Settle{Lane: l.name, Revision: l.base.Revision, Record: rec}
		if rec.Through+1 >= l.next.Load() && len(rec.Aside) == 0 {
			set.Next = l.next.Load()
		}
		_, err := l.Store.Commit(l.hard, store.Change{Settles: []store.Settle{set}})
		if !conflicts(err) {
			return false, err
		}
		next := l.next.Load()
		if err := l.reload(); err != nil {
			return false, err
		}
		if set.Next != 0 && l.next.Load() > next {
			return true, nil
		}
	}
	return false, nil
}

// prepare computes the record after all pending outcomes, and the change that
// writes it.
func (l *lane) prepare(i Integration) (*settled, store.Change, error) {
	s := &settled{done: make(chan error, 1), n: len(l.pending)}
	set := store.Settle{Lane: l.name, Revision: l.base.Revision, Retention: l.Settings().Retention}
	var change store.Change
	rec := clone(l.base)
	policy := l.policy(i)
	for _, o := range l.pending {
		v := policy.Judge(rec, o.key, o.reply, o.at)
		rec = v.Record
		if v.Outcome == Interrupted {
			continue
		}
		if v.Outcome == Halved {
			n := v.Piece.Events / 2
			rec = Split(rec, o.key, v.Piece.First+uint64(n)-1, n, o.batch.firstBytes(n))
		}
		if v.Letter != nil {
			v.Letter.Lane = l.name
			v.Letter.Data = bytes.Join(o.batch.events('\n'), nil)
			change.Letters = append(change.Letters, *v.Letter)
		}
		if v.Tripped {
			change.Blocks = append(change.Blocks, l.brokenEvent(i, *rec.Tripped, failure(o.reply))...)
		}
		set.Attempts = append(set.Attempts, history(v, o))
		s.verdicts = append(s.verdicts, v)
	}
	rec.Epoch = l.epoch
	if rec.ID == "" {
		rec.ID = newID()
	}
	if err := l.extend(&rec, i); err != nil {
		return nil, change, err
	}
	rec.Promise = l.promise(rec, &set)
	s.record, set.Record, s.blocks = rec, rec, change.Blocks
	change.Settles = []store.Settle{set}
	return s, change, nil
}

// promise decides whether this leader still takes whatever is put. It is
// withdrawn together with the last outcome when nothing is left and nothing of
// ours will come; should somebody have put an event since, that settle
// conflicts and the lane goes on.
func (l *lane) promise(rec store.Record, set *store.Settle) bool {
	if l.end != 0 || rec.Tripped != nil {
		return false
	}
	if l.staying() {
		return true
	}
	if len(rec.Pieces) == 0 && len(rec.Aside) == 0 && rec.Through+1 >= l.next.Load() {
		set.Next = l.next.Load()
		return false
	}
	end, ok := l.deadline()
	if ok && time.Now().After(end) && rec.Through >= l.put.Load() {
		return false
	}
	return true
}

// history is the line that is kept of an attempt.
func history(v Verdict, o outcome) store.Attempt {
	return store.Attempt{
		At: o.at, Key: o.key, First: v.Piece.First, Last: v.Piece.Last,
		Events: v.Piece.Events, Bytes: v.Piece.Bytes, Number: v.Piece.Attempt + 1,
		Status: o.reply.Status, Latency: o.reply.Took, Error: errorText(o.reply),
		Answer: o.reply.Answer, Outcome: string(v.Outcome),
	}
}

func errorText(r collector.Reply) string {
	if r.Err == nil {
		return ""
	}
	return r.Err.Error()
}

// load reads the record of the lane.
func (l *lane) load(ctx context.Context) error {
	s, err := l.Store.Lane(ctx, l.name)
	if err != nil {
		return err
	}
	if l.base.ID != "" && l.base.ID != s.Record.ID {
		l.next.Store(0) // deleted and added again: its numbers begin anew
		l.put.Store(0)
	}
	l.base, l.view, l.dead = s.Record, s.Record, s.DeadBytes
	l.raise(s.Next)
	return nil
}

// reload reads the record again after somebody else may have written it.
func (l *lane) reload() error {
	if err := l.join(); err != nil {
		if !conflicts(err) {
			return err
		}
	}
	s, err := l.Store.Lane(l.hard, l.name)
	if err != nil {
		return err
	}
	if s.Record.Epoch > l.epoch || s.Record.Epoch == l.epoch && l.base.Epoch != l.epoch {
		return errFenced
	}
	l.base, l.view, l.dead = s.Record, s.Record, s.DeadBytes
	l.raise(s.Next)
	return nil
}

// raise notes that all numbers below next have been given out.
func (l *lane) raise(next uint64) {
	for {
		old := l.next.Load()
		if old >= next || l.next.CompareAndSwap(old, next) {
			return
		}
	}
}
