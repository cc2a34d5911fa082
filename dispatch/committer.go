package dispatch

import (
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/wnotify/wnotify/dispatch/event"
	"github.com/wnotify/wnotify/dispatch/trigger"
	"github.com/wnotify/wnotify/store"
)

// backlog bounds the chunks that wait for the store, in bytes; reading pauses
// beyond it.
const backlog = 2 << 20

// committer puts chunks into the store: whatever waits when the last commit is
// done goes into the next one, so a lone event waits for nobody and a flood
// shares its commits.
type committer struct {
	*run

	mu      sync.Mutex
	changed *sync.Cond
	waiting []*chunk
	bytes   int
	closed  bool
	err     error
	broken  atomic.Bool // err is set; asked for each event
	counter *trigger.Counter
	revs    map[string]uint64 // of the riders this run has written
	careful bool              // one event a change: a queue is full, and a file must stop at the right event
	patient bool              // a file that is followed waits for room: what it holds is not refused
	origins map[string]string // paths, by the riders that are their cursors

	noting sync.Mutex // sources are followed side by side, and the counter takes one event at a time
}

// errNoRoom: an event of a file would have been taken by nobody.
var errNoRoom = errors.New("no queue has room")

func newCommitter(r *run, careful bool) *committer {
	q := &committer{run: r, revs: map[string]uint64{}, origins: map[string]string{}, careful: careful}
	q.counter = trigger.NewCounter(r.Settings().Triggers, func(key string) (store.Rider, error) {
		return r.Store.Rider(r.hard, key)
	})
	q.changed = sync.NewCond(&q.mu)
	return q
}

// comes notes which path a cursor belongs to.
func (q *committer) comes(key, path string) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.origins[key] = path
}

// came reports whether a cursor of a path was seen: it was read.
func (q *committer) came(path string) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	for _, p := range q.origins {
		if p == path {
			return true
		}
	}
	return false
}

// note takes what triggers need of an event.
func (q *committer) note(dst []trigger.Note, e *event.Event, now time.Time) []trigger.Note {
	q.noting.Lock()
	defer q.noting.Unlock()
	return q.counter.Note(dst, e, now)
}

// put hands a chunk over; it waits while too much waits.
func (q *committer) put(c *chunk) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for q.bytes >= backlog && q.err == nil {
		q.changed.Wait()
	}
	if q.err != nil {
		return // the run ends; what was not committed was not accepted
	}
	q.waiting = append(q.waiting, c)
	q.bytes += len(c.data)
	q.changed.Broadcast()
	for q.careful && len(q.waiting) > 0 && q.err == nil {
		q.changed.Wait()
	}
}

// settle waits until everything that was put is committed, or lost.
func (q *committer) settle() {
	q.mu.Lock()
	defer q.mu.Unlock()
	for len(q.waiting) > 0 && q.err == nil {
		q.changed.Wait()
	}
}

func (q *committer) close() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.closed = true
	q.changed.Broadcast()
}

func (q *committer) fail(err error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.failLocked(err)
	q.changed.Broadcast()
}

func (q *committer) failLocked(err error) {
	if q.err == nil && err != nil {
		q.err = err
		q.broken.Store(true)
	}
}

func (q *committer) failed() bool { return q.broken.Load() }

// loop commits until the input has ended or something failed.
func (q *committer) loop() error {
	for {
		q.mu.Lock()
		for len(q.waiting) == 0 && !q.closed && q.err == nil {
			q.changed.Wait()
		}
		if q.err != nil || len(q.waiting) == 0 {
			defer q.mu.Unlock()
			return q.err
		}
		chunks := q.waiting
		q.mu.Unlock()
		err := q.commit(join(chunks))
		q.mu.Lock()
		q.failLocked(err)
		q.waiting = q.waiting[len(chunks):]
		for _, c := range chunks {
			q.bytes -= len(c.data)
		}
		q.changed.Broadcast()
		q.mu.Unlock()
	}
}

// join merges small chunks, as a slow source makes them.
func join(chunks []*chunk) []*chunk {
	var out []*chunk
	merged := false // the last of out is a copy
	for _, c := range chunks {
		n := len(out) - 1
		if n < 0 || out[n].router != c.router || len(out[n].data)+len(c.data) > chunkSize {
			out, merged = append(out, c), false
			continue
		}
		if !merged {
			out[n], merged = out[n].copy(), true // who put it still counts its bytes
		}
		out[n].merge(c)
	}
	return out
}

// commit puts chunks as one change.
func (q *committer) commit(chunks []*chunk) error {
	var room map[string]int64 // of the lanes that are full
	unclaimed := false
	for {
		p := q.plan(chunks, room)
		if err := q.count(&p); err != nil {
			return err
		}
		if room != nil && p.untaken > 0 && p.file {
			if q.careful && !q.patient {
				q.sum.refuse(p)
			}
			return errNoRoom
		}
		var claims []claim
		if !unclaimed {
			claims = q.claims(&p)
		}
		receipt, err := q.Store.Commit(q.hard, p.change)
		if err == nil && q.feeds {
			p.turn()
		}
		for _, c := range claims {
			c.claimed(err)
		}
		if claimFailed(claims, err) {
			unclaimed = true
			continue
		}
		var full *store.FullError
		var conflict *store.ConflictError
		switch {
		case err == nil:
			return q.accepted(p, receipt)
		case errors.As(err, &full):
			again, err := q.full(full)
			if err != nil {
				return err
			}
			if !again {
				room = full.Room
			}
		case errors.As(err, &conflict):
			if !strings.HasPrefix(conflict.Rider, triggerRiders) {
				return &RacedError{What: conflict.Rider}
			}
			q.counter.Forget() // another process has counted on
		default:
			return err
		}
	}
}

// accepted notes what a commit took and hands the blocks to the lanes.
func (q *committer) accepted(p plan, receipt store.Receipt) error {
	q.sum.accept(p, receipt)
	for _, r := range p.change.Riders[:p.cursors] {
		q.revs[r.Key] = r.Revision + 1
	}
	q.counted(p)
	at := 0
	for ci, groups := range p.groups {
		for _, g := range groups {
			firsts := map[string]uint64{}
			for i, lane := range g.lanes {
				name := p.chunks[ci].router.lanes[lane].Name
				if receipt.Blocks == nil {
					q.arrived(name, 0, 0, false)
					continue
				}
				t := receipt.Blocks[at][i]
				firsts[name] = t.First
			}
			q.hot.offer(g.block, firsts, q.delivering)
			g.done()
			for i, lane := range g.lanes {
				if receipt.Blocks != nil {
					t := receipt.Blocks[at][i]
					q.arrived(p.chunks[ci].router.lanes[lane].Name, t.First, g.count(), t.Promised)
				}
			}
			at++
		}
	}
	if receipt.Blocks == nil {
		q.generated(p.change.Blocks[at:], receipt)
	} else {
		q.generated(p.change.Blocks[at:], store.Receipt{Blocks: receipt.Blocks[at:]})
	}
	size := 0
	for _, b := range p.change.Blocks {
		size += len(b.Data)
	}
	q.pace(size)
	return nil
}
