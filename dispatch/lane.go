package dispatch

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"github.com/wnotify/wnotify/store"
)

// lane delivers the queue of one integration, as its only leader. One
// goroutine runs it; what others may touch is atomic.
type lane struct {
	*run

	name string
	kick chan struct{} // something changed: look again

	serving, again bool // guarded by run.mu

	idle   sync.Mutex  // held by whoever uses what follows of an idle lane
	parked bool        // idle: a put may name its first batch, see claim.go
	asked  bool        // prelead was tried
	lease  store.Lease // taken by prelead, for the goroutine to use
	heard  uint64      // what was first heard of another leader; see leaderLives

	put        atomic.Uint64 // the highest number this run put, 0: none
	next       atomic.Uint64 // numbers below it are known to be there
	unpromised atomic.Bool   // events were put that no other leader promised to take
	flows      atomic.Bool   // the last request succeeded
	passed     atomic.Int64  // bytes that left the queue in this run
	stale      atomic.Bool   // another process may have written the record
	leads      atomic.Bool   // this run has the lease
	held       atomic.Bool   // by a file that cannot be used: to be tried again
	unfit      atomic.Bool   // it was when it was last tried: others go first

	// Of the leader, valid while it leads.
	epoch    uint64
	base     store.Record // as it is on disk
	view     store.Record // as it will be when the settle under way is done
	settling *settled     // nil when none is under way
	pending  []outcome    // not yet on disk
	batches  map[string]batch
	tried    bool      // an attempt was made in this run
	healthy  bool      // the last attempt for the head of the queue succeeded
	end      uint64    // the promise is withdrawn: deliver no number from here on; 0: no end
	dead     int64     // bytes of dead letters kept
	deaths   burst     // dead letters
	rest     time.Time // no attempt before it: this machine had no descriptor left
	heldBy   string    // why it is held by a file of the integration, as it was told
	warned   bool      // that a changed secret or key cannot be used
}

// serve leads the lane as long as this run has something to do there.
func (l *lane) serve(ctx context.Context) error {
	for {
		lease, loaded := l.preled()
		if lease == nil {
			var err error
			if lease, err = l.acquire(ctx); lease == nil {
				return err
			}
		}
		l.leads.Store(true)
		l.end = 0 // of an earlier lead; what has come since is ours
		err := l.lead(ctx, lease, loaded)
		l.hot.leave(l.name)
		if rerr := lease.Release(); err == nil {
			err = rerr
		}
		l.leads.Store(false)
		switch {
		case err == nil && l.anothers():
			l.unpromised.Store(true) // what was put under our own promise
			continue
		case !errors.Is(err, errFenced):
			return err
		}
		l.Log.Info().Str("integration", l.name).Msg("another process delivers it now")
	}
}

// preled takes over what prelead prepared.
func (l *lane) preled() (store.Lease, bool) {
	l.idle.Lock()
	defer l.idle.Unlock()
	lease := l.lease
	l.lease, l.parked, l.asked = nil, false, true
	return lease, lease != nil
}

// acquire waits for the lane until this run may leave it to somebody else.
func (l *lane) acquire(ctx context.Context) (store.Lease, error) {
	for ctx.Err() == nil {
		lease, err := l.take(ctx)
		if !errors.Is(err, store.ErrBusy) {
			return lease, err
		}
		leave, err := l.othersDeliver(ctx)
		if leave || err != nil && ctx.Err() == nil {
			return nil, err
		}
		l.sleep(ctx, time.Now().Add(poll/2))
	}
	return nil, nil
}

// othersDeliver reports whether what this run wants delivered is in the hands
// of the process that leads the lane, or the time for waiting is over.
func (l *lane) othersDeliver(ctx context.Context) (bool, error) {
	if l.staying() {
		return false, nil
	}
	put := l.put.Load()
	promised := put > 0 && !l.unpromised.Load()
	shared, many := l.Store.(store.Shared)
	if promised && !many {
		return true, nil
	}
	if end, ok := l.deadline(); ok && time.Now().After(end) {
		return true, nil
	}
	s, err := l.Store.Lane(ctx, l.name)
	if err != nil {
		return false, err
	}
	switch {
	case s.Events == 0, put > 0 && (!promised || s.Record.Through >= put):
		return s.Record.Through >= put, nil
	case !promised && !s.Record.Promise:
		// Without a promise the leader is about to leave: what is there now may be
		// stranded unless somebody waits for the lane.
		return false, nil
	case many:
		return l.leaderLives(ctx, shared)
	default:
		return true, nil
	}
}

// lead delivers until there is nothing to do, or not yet, or not any more.
func (l *lane) lead(ctx context.Context, lease store.Lease, loaded bool) error {
	if !loaded {
		if err := l.load(l.hard); err != nil {
			return err
		}
		l.epoch = l.base.Epoch + 1
	}
	err := l.loop(ctx, lease)
	if !errors.Is(err, errLeave) {
		_ = l.join() // why the loop ended says more
		return err
	}
	if err := l.finish(); err != nil {
		return err
	}
	again, err := l.withdraw()
	if again && err == nil {
		return l.lead(ctx, lease, false) // events came while we were leaving
	}
	return err
}

// finish settles what was delivered before the lane is left, also when somebody
// else has written the record meanwhile.
func (l *lane) finish() error {
	err := l.join()
	for conflicts(err) {
		if err := l.reload(); err != nil {
			return err
		}
		i, ok := l.integration()
		if !ok || len(l.pending) == 0 {
			return nil
		}
		if err = l.begin(i); err == nil {
			err = l.join()
		}
	}
	return err
}

// errLeave ends the loop of a leader that has nothing more to do.
var errLeave = errors.New("leave")

func (l *lane) loop(ctx context.Context, lease store.Lease) error {
	for {
		select {
		case <-lease.Lost():
			return errFenced
		default:
		}
		i, ok := l.integration()
		if !ok || ctx.Err() != nil || l.anothers() {
			return errLeave
		}
		if l.stale.Swap(false) {
			if err := l.reload(); err != nil {
				return err
			}
		}
		if l.view.Tripped != nil {
			return errLeave
		}
		now := time.Now()
		piece, due := l.pick(now)
		if due.Before(l.rest) {
			due = l.rest
		}
		var err error
		switch {
		case piece == nil:
			err = l.more(ctx, i)
		case due.After(now):
			err = l.await(ctx, due)
		case !l.allowed(now):
			err = errLeave
		default:
			err = l.attempt(i, *piece)
		}
		if err != nil {
			return err
		}
	}
}

// integration is today's configuration of the lane, if it is to be delivered.
func (l *lane) integration() (Integration, bool) {
	i, ok := l.Settings().Integration(l.name)
	return i, ok && i.Enabled
}

// pick returns the piece to try next and when it is due: an event aside whose
// time has come, else the head of the queue; nil when a batch can be named.
func (l *lane) pick(now time.Time) (*store.Piece, time.Time) {
	var first *store.Piece
	var at time.Time
	for i := range l.view.Aside {
		p := &l.view.Aside[i]
		due := Due(*p, now)
		if !due.After(now) {
			return p, due
		}
		if first == nil || due.Before(at) {
			first, at = p, due
		}
	}
	if len(l.view.Pieces) > 0 {
		head := &l.view.Pieces[0]
		due := Due(*head, now)
		if first == nil || !due.After(now) || due.Before(at) {
			return head, due
		}
		return first, at
	}
	if l.waiting() {
		return nil, time.Time{}
	}
	return first, at
}

// waiting reports whether there are events in no piece yet that this leader
// may take.
func (l *lane) waiting() bool {
	n := l.nextFree()
	return n < l.next.Load() && (l.end == 0 || n < l.end)
}

// more names the next batch, or waits for events.
func (l *lane) more(ctx context.Context, i Integration) error {
	if l.waiting() {
		return l.settle(i)
	}
	if !l.staying() {
		return errLeave
	}
	if !l.view.Promise && l.plan.Load() != nil {
		return l.settle(i) // others left it idle: who puts need not wait
	}
	l.park(func() { l.sleep(ctx, time.Now().Add(time.Hour)) })
	return nil
}

// nextFree is the number of the first event that is in no piece.
func (l *lane) nextFree() uint64 {
	if n := len(l.view.Pieces); n > 0 {
		return l.view.Pieces[n-1].Last + 1
	}
	return l.view.Through + 1
}
