package bolt

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"

	"go.etcd.io/bbolt"

	"github.com/wnotify/wnotify/store"
)

// maxGroup is how much goes into one transaction, in bytes of events.
const maxGroup = 4 << 20

// waiter is a change that waits to be committed.
type waiter struct {
	change  *store.Change
	size    int64
	receipt store.Receipt
	err     error
	done    chan struct{}
}

// queue holds the changes that wait, in order of arrival.
type queue struct {
	mu   sync.Mutex
	list []*waiter
}

func (q *queue) add(w *waiter) {
	q.mu.Lock()
	q.list = append(q.list, w)
	q.mu.Unlock()
}

// withdraw takes a change back. False: somebody is committing it already.
func (q *queue) withdraw(w *waiter) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	i := slices.Index(q.list, w)
	if i < 0 {
		return false
	}
	q.list = slices.Delete(q.list, i, i+1)
	return true
}

// take removes what fits into one transaction, at least one change.
func (q *queue) take(limit int64) []*waiter {
	q.mu.Lock()
	defer q.mu.Unlock()
	n, size := 0, int64(0)
	for n < len(q.list) && (n == 0 || size+q.list[n].size <= limit) {
		size += q.list[n].size
		n++
	}
	taken := slices.Clone(q.list[:n])
	q.list = slices.Delete(q.list, 0, n)
	return taken
}

// Commit applies a change; see [store.Queue]. Whoever finds nobody committing
// commits everything that waits, in one transaction.
func (s *Store) Commit(ctx context.Context, c store.Change) (store.Receipt, error) {
	w := &waiter{change: &c, done: make(chan struct{})}
	for i := range c.Blocks {
		w.size += int64(len(c.Blocks[i].Data))
	}
	if err := ctx.Err(); err != nil {
		return store.Receipt{}, err
	}
	s.queue.add(w)
	select {
	case <-w.done:
		return w.receipt, w.err
	case s.turn <- struct{}{}:
	case <-ctx.Done():
		if s.queue.withdraw(w) {
			return store.Receipt{}, ctx.Err()
		}
		<-w.done
		return w.receipt, w.err
	}
	defer func() { <-s.turn }()
	for !w.isDone() {
		s.commitSome(ctx, w)
	}
	return w.receipt, w.err
}

func (w *waiter) isDone() bool {
	select {
	case <-w.done:
		return true
	default:
		return false
	}
}

// commitSome runs one transaction. The changes are taken only when the locks
// are held, so that what arrives while we wait goes along.
func (s *Store) commitSome(ctx context.Context, own *waiter) {
	err := s.enter(ctx, true)
	if err != nil {
		failed := []*waiter{own}
		if ctx.Err() != nil {
			s.queue.withdraw(own) // the others have time of their own
		} else {
			failed = s.queue.take(1 << 62)
		}
		for _, w := range failed {
			w.end(err)
		}
		return
	}
	defer s.leave()
	group := s.queue.take(maxGroup)
	defer func() {
		for _, w := range group {
			w.end(nil)
		}
		s.wake.all()
	}()
	s.commitGroup(ctx, group)
	if s.poison == nil {
		s.tidy(ctx)
	}
	s.large = s.handle != nil && s.handle.size() > compactAt
}

func (w *waiter) end(err error) {
	if err != nil {
		w.err = err
	}
	if w.err != nil {
		w.receipt = store.Receipt{}
	}
	close(w.done)
}

// commitGroup commits changes together. If the disk is full, those that only
// settle go again alone, into the reserve if need be: they give pages back. If
// one of them trips over something broken, each goes alone, so that the others
// do not suffer.
func (s *Store) commitGroup(ctx context.Context, group []*waiter) {
	var err error
	if !hasOnly(group, settles) {
		err = s.keepReserve()
	}
	if err == nil {
		err = s.transact(group)
	}
	switch {
	case err == nil:
		return
	case errors.Is(err, store.ErrDiskFull) && !hasOnly(group, settles):
		var small []*waiter
		for _, w := range group {
			if settles(w) {
				small = append(small, w)
			} else if w.err == nil {
				w.err = err
			}
		}
		if len(small) > 0 {
			s.again(ctx, small)
		}
	case errors.Is(err, store.ErrDiskFull) && s.spendReserve():
		s.again(ctx, group)
	case errors.Is(err, errBroken) && len(group) > 1:
		for i := range group {
			s.again(ctx, group[i:i+1])
		}
	default:
		for _, w := range group {
			if w.err == nil {
				w.err = err
			}
		}
	}
}

// again tries changes once more, with a new handle.
func (s *Store) again(ctx context.Context, group []*waiter) {
	for _, w := range group {
		w.receipt, w.err = store.Receipt{}, nil
	}
	if s.handle == nil {
		if err := s.attach(false); err != nil {
			for _, w := range group {
				w.err = named(err)
			}
			return
		}
	}
	s.commitGroup(ctx, group)
}

func settles(w *waiter) bool {
	c := w.change
	return len(c.Blocks) == 0 && len(c.Letters) == 0 && len(c.Rejects) == 0
}

func hasOnly(group []*waiter, is func(*waiter) bool) bool {
	return !slices.ContainsFunc(group, func(w *waiter) bool { return !is(w) })
}

// errBroken: a transaction was given up because of something stored in it.
var errBroken = errors.New("stored data cannot be used")

// transact runs changes in one transaction. Each waiter gets its own refusal;
// the error returned is for all that were not refused.
func (s *Store) transact(group []*waiter) error {
	if s.poison != nil {
		return fmt.Errorf("no more changes in this process: %w", s.poison)
	}
	h := s.handle
	h.faults.last = nil
	before := h.left
	var tx *bbolt.Tx
	committing := false
	err := guard(s.journal, func() (err error) {
		if tx, err = h.db.Begin(true); err != nil {
			return err
		}
		h.sees(tx)
		if tx.Bucket(bLarge) == nil { // schema 1: who knows only that must not miss a block
			if err := putState(tx, s.install); err != nil {
				return err
			}
		}
		w := newWriter(tx, h, &s.arena)
		for _, p := range group {
			p.receipt, p.err = w.apply(p.change)
			if w.broken != nil {
				return fmt.Errorf("%w: %w", errBroken, w.broken)
			}
		}
		if !w.dirty {
			return tx.Rollback()
		}
		if err := w.finish(); err != nil {
			return fmt.Errorf("%w: %w", errBroken, err)
		}
		put := w.blocks.small.Sequence()
		committing = true
		if err = tx.Commit(); err == nil {
			s.put = put
		}
		return err
	})
	if err == nil {
		return nil
	}
	if errors.Is(err, errPanic) {
		s.abandon()
		if !committing {
			return fmt.Errorf("%w: %w", errBroken, err)
		}
	} else {
		if !committing {
			_ = tx.Rollback()
		}
		_ = s.drop() // what bbolt keeps in memory may not be what is on the disk
	}
	if !committing {
		return err
	}
	return s.outcome(before, h.faults.cause(err))
}

// outcome finds out what a commit that failed did. Its last step writes one
// meta page: if both are as before, and the disk only had no room, nothing
// happened. Anything else is unknown, and then this process must not go on,
// for the kernel may have dropped pages that it says it wrote.
func (s *Store) outcome(before header, err error) error {
	if f, oerr := openFile(s.journal, 0); oerr == nil {
		now, rerr := readHeader(f, before.pageSize)
		_ = f.Close()
		if rerr == nil && now == before && (isFull(err) || isReadOnly(err)) {
			return named(err)
		}
	}
	s.poison = fmt.Errorf("a commit to %s failed, and whether it is on the disk is unknown: %w", s.journal, err)
	return s.poison
}
