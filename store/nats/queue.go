package nats

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"sync"
	"time"

	"github.com/wnotify/wnotify/store"
)

// maxGroup is how much goes into one batch, in bytes of events.
const maxGroup = 4 << 20

// How long the server remembers that a change was committed: one that the
// caller has named, and one that only we might try again.
const (
	rememberNamed = time.Hour
	rememberOwn   = 5 * time.Minute
)

// waiter is a change that waits to be committed.
type waiter struct {
	change  *store.Change
	marker  string // key
	ttl     time.Duration
	size    int64
	receipt store.Receipt
	err     error
	done    chan struct{}
}

func (s *Store) waiter(c *store.Change) *waiter {
	w := &waiter{change: c, done: make(chan struct{})}
	if c.ID == "" {
		w.marker, w.ttl = s.names.own(s.handle, uid()), rememberOwn
	} else {
		id := c.ID
		if slices.ContainsFunc(c.Riders, func(r store.Rider) bool { return ofHost(r.Key) }) {
			id = s.opts.Host + "\n" + id // it comes from a file, and files of two hosts may be alike
		}
		hash := sha256.Sum256([]byte(id))
		w.marker, w.ttl = s.names.change(hex.EncodeToString(hash[:16])), rememberNamed
	}
	for i := range c.Blocks {
		w.size += int64(len(c.Blocks[i].Data))
	}
	return w
}

func (w *waiter) end(receipt store.Receipt, err error) {
	w.receipt, w.err = receipt, err
	close(w.done)
}

// queue holds the changes that wait, in order of arrival.
type queue struct {
	mu    sync.Mutex
	list  []*waiter
	ended bool
	ready chan struct{}
}

func (q *queue) init() { q.ready = make(chan struct{}, 1) }

func (q *queue) add(w *waiter) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.ended {
		return false
	}
	q.list = append(q.list, w)
	select {
	case q.ready <- struct{}{}:
	default:
	}
	return true
}

// withdraw takes a change back. False: it is being committed already.
func (q *queue) withdraw(w *waiter) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	i := slices.Index(q.list, w)
	if i >= 0 {
		q.list = slices.Delete(q.list, i, i+1)
	}
	return i >= 0
}

// take removes what fits into one batch, at least one change.
func (q *queue) take() []*waiter {
	q.mu.Lock()
	defer q.mu.Unlock()
	n, size := 0, int64(0)
	for n < len(q.list) && (n == 0 || size+q.list[n].size <= maxGroup) {
		size += q.list[n].size
		n++
	}
	taken := slices.Clone(q.list[:n])
	q.list = slices.Delete(q.list, 0, n)
	return taken
}

// await lets what waits, if anything does, wait for one more, so long at most.
func (q *queue) await(longest time.Duration) {
	waiting := q.length()
	if waiting == 0 {
		return
	}
	t := time.NewTimer(longest)
	defer t.Stop()
	for q.length() == waiting {
		select {
		case <-q.ready:
		case <-t.C:
			return
		}
	}
}

func (q *queue) length() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	return len(q.list)
}

// shut refuses what waits and what comes.
func (q *queue) shut() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.ended = true
	for _, w := range q.list {
		w.end(store.Receipt{}, errClosed)
	}
	q.list = nil
}

// Commit applies a change; see [store.Queue]. What waits while a batch is under
// way goes into the next one together.
func (s *Store) Commit(ctx context.Context, c store.Change) (store.Receipt, error) {
	if err := s.enter(ctx); err != nil {
		return store.Receipt{}, err
	}
	w := s.waiter(&c)
	if !s.queue.add(w) {
		return store.Receipt{}, errClosed
	}
	select {
	case <-w.done:
		return w.receipt, w.err
	case <-ctx.Done():
	}
	if s.queue.withdraw(w) {
		return store.Receipt{}, ctx.Err()
	}
	<-w.done // it takes no longer than giveUp
	return w.receipt, w.err
}
