package nats

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/wnotify/wnotify/store"
)

// company is how long a change that waited for a commit may go on waiting, up to
// a quarter of what that one took, for whom it has answered: a leader has its
// next settle in no time, and a batch for both costs the server as much as one
// for each.
const company = 5 * time.Millisecond

// write commits what waits, until the handle is closed.
func (s *Store) write() {
	for {
		select {
		case <-s.life.Done():
			return
		case <-s.queue.ready:
		case <-s.sweeps.due():
		}
		for group := s.queue.take(); len(group) > 0; group = s.queue.take() {
			began := time.Now()
			s.commit(group, tries{})
			if s.life.Err() != nil {
				return
			}
			s.queue.await(min(time.Since(began)/4, company))
		}
		s.sweep()
	}
}

// tries are the receipts of the batches that were tried, by what their markers
// say: one of them may have been committed without an answer.
type tries map[string]map[*waiter]store.Receipt

// outcome is the answer to one change if its batch is committed.
type outcome struct {
	w       *waiter
	receipt store.Receipt
	err     error
}

// commit commits changes together and ends them.
func (s *Store) commit(group []*waiter, past tries) {
	ctx, cancel := context.WithTimeout(s.life, giveUp)
	defer cancel()
	var unknown error
	fresh := false
	fail := func(err error) {
		if unknown != nil {
			err = fmt.Errorf("%w, and whether the change is stored is unknown: %w", ErrUnanswered, unknown)
		}
		for _, w := range group {
			w.end(store.Receipt{}, err)
		}
	}
	for try := 0; ; try++ {
		t := s.begin(ctx, fresh)
		outcomes, writes, err := t.prepare(group, past)
		refused := refusals(outcomes)
		if err == nil && refused && !fresh {
			fresh = true
			continue
		}
		var first uint64
		if err == nil && len(writes) > maxMessages-1 {
			err = &TooLargeError{Messages: len(writes)}
		}
		sent := false
		if err == nil && len(writes) > 0 {
			writes, err = s.upload(ctx, t, writes)
		}
		if err == nil && len(writes) > 0 {
			sent = true
			if first, err = t.publish(ctx, writes); err != nil && t.noted != "" {
				s.sweeps.later(func(ctx context.Context) { s.abandon(ctx, t.noted) })
			}
		}
		var large *TooLargeError
		switch {
		case err == nil:
			s.committed(t, writes, first, outcomes)
			return
		case errors.Is(err, errMoved), errors.Is(err, errLater):
			if ctx.Err() != nil {
				fail(fmt.Errorf("%w: %w", store.ErrBusy, err))
				return
			}
		case errors.Is(err, store.ErrDiskFull) && t.grows() && s.clear(ctx): // it may have room now
		case errors.Is(err, store.ErrDiskFull) && !t.grows() && !t.spare:
			s.runShort()
		case len(group) > 1 && (errors.As(err, &large) || errors.Is(err, store.ErrDiskFull) || errors.Is(err, store.ErrDamaged)):
			for i := range group { // one must not hurt the others
				s.commit(group[i:i+1], past)
			}
			return
		case errors.As(err, &large), errors.Is(err, store.ErrDiskFull), errors.Is(err, store.ErrDamaged), outcomes == nil && !passing(err):
			fail(err)
			return
		case sent:
			unknown = err
		}
		fresh = true
		if perr := pause(ctx, try); perr != nil {
			fail(fmt.Errorf("%w: nothing was taken for %s: %w", ErrUnanswered, giveUp, err))
			return
		}
	}
}

func refusals(outcomes []outcome) bool {
	for _, o := range outcomes {
		if o.err != nil {
			return true
		}
	}
	return false
}

// prepare computes what a batch with these changes would do.
func (t *txn) prepare(group []*waiter, past tries) ([]outcome, []write, error) {
	batch := uid()
	receipts := map[*waiter]store.Receipt{}
	var outcomes []outcome
	for _, w := range group {
		o := outcome{w: w}
		seen, err := t.marker(w.marker)
		if err != nil {
			return nil, nil, err
		}
		switch {
		case seen != "":
			own, ok := past[seen][w]
			if o.receipt = own; !ok {
				o.receipt = store.Receipt{Repeated: true}
			}
		default:
			o.receipt, err = t.apply(w.change)
			if refused, ok := errors.AsType[refusal](err); ok {
				o.err = refused.error
				break
			}
			if err != nil {
				return nil, nil, err
			}
			t.set(w.marker, []byte(batch))
			m := t.puts[w.marker]
			m.ttl = w.ttl
			t.puts[w.marker] = m
			receipts[w] = o.receipt
		}
		outcomes = append(outcomes, o)
	}
	past[batch] = receipts
	if t.grows() {
		if err := t.guard(); err != nil {
			return outcomes, nil, err
		}
	}
	writes, err := t.finish()
	return outcomes, writes, err
}

// grows reports whether the batch puts blocks.
func (t *txn) grows() bool { return len(t.solo) > 0 || t.many != nil }

// publish commits the batch. Only a put may be refused for want of room.
func (t *txn) publish(ctx context.Context, writes []write) (uint64, error) {
	if t.grows() {
		return t.s.publishOnce(ctx, writes)
	}
	return t.s.publish(ctx, writes)
}

// marker says which batch has committed a change, if any has. Without fresh
// reads it is taken for new; the server knows better.
func (t *txn) marker(key string) (string, error) {
	if _, ok := t.puts[key]; !ok && !t.fresh {
		t.seen[key] = known{}
		return "", nil
	}
	b, err := t.read(key)
	return string(b), err
}

// committed ends the changes of a batch, and does what may be done after.
func (s *Store) committed(t *txn, writes []write, first uint64, outcomes []outcome) {
	if len(writes) > 0 {
		t.remember(writes, first)
		s.answered(writes, first)
		s.wakes.wake()
	}
	for _, o := range outcomes {
		if o.err != nil {
			o.receipt = store.Receipt{}
		}
		o.w.end(o.receipt, o.err)
	}
	for name, l := range t.lanes {
		if l != nil && len(l.Garbage) > 0 {
			s.sweeps.add(name)
		}
	}
	for _, f := range t.after {
		s.sweeps.later(f)
	}
}
