package dispatch

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"
)

// run is one command at work: what it reads goes into the store, and a
// goroutine for each lane it feeds delivers from there. The two meet in hot,
// which is only a shortcut, and in the store, which is the truth.
type run struct {
	*Dispatcher

	wait Wait
	hot  *hot
	sum  *tally

	pacer pacer

	// hard outlives a polite stop: commits finish, and requests on the wire
	// get [grace]. wire is what requests run under.
	hard context.Context //nolint:containedctx // the run is the scope of both
	wire context.Context //nolint:containedctx // likewise
	ctx  context.Context //nolint:containedctx // ends when the run is told to stop

	mu      sync.Mutex
	lanes   map[string]*lane
	err     error     // the first that ends the run
	ended   time.Time // of the input; zero while it is open
	names   []string  // of the lanes to deliver; none: all
	feeds   bool      // events put are delivered by this run
	crowded bool      // it was said that no queue has room
	follows bool      // it stays, and delivers whatever anybody queues
	work    sync.WaitGroup
	cancel  context.CancelCauseFunc

	id   string // among the runs that share the queue
	met  bool   // others count on it; used by watch only
	plan atomic.Pointer[map[string]string]
}

func (d *Dispatcher) newRun(ctx context.Context, w Wait) (*run, func()) {
	r := &run{
		Dispatcher: d, wait: w, hot: newHot(), lanes: map[string]*lane{}, id: newID(),
		hard: context.WithoutCancel(ctx), sum: newTally(d),
	}
	wire, cut := context.WithCancel(r.hard)
	r.wire = wire
	r.ctx, r.cancel = context.WithCancelCause(ctx)
	stop := context.AfterFunc(r.ctx, func() {
		t := time.NewTimer(grace)
		defer t.Stop()
		select {
		case <-t.C:
		case <-wire.Done():
		}
		cut()
	})
	return r, func() {
		stop()
		cut()
		r.cancel(nil)
	}
}

// Send stores what it reads, then delivers, while the input is open and after.
// With Follow of the input it ends when it is stopped, which is no error, or
// when no source can be read any more.
func (d *Dispatcher) Send(ctx context.Context, in Input, w Wait) (Summary, error) {
	return d.take(ctx, in, w, true)
}

// Enqueue stores what it reads and never touches the network.
func (d *Dispatcher) Enqueue(ctx context.Context, in Input) (Summary, error) {
	return d.take(ctx, in, Wait{}, false)
}

func (d *Dispatcher) take(ctx context.Context, in Input, w Wait, deliver bool) (Summary, error) {
	r, done := d.newRun(ctx, w)
	defer done()
	defer r.watched()()
	r.feeds, r.follows, r.names = deliver, in.Follow, in.Integrations
	r.fail(r.queueHours(time.Now()))
	watch := r.watch()
	r.fail(r.relieve(r.accept(r.ctx, in)))
	if deliver {
		r.fail(r.flush(r.ctx)) // what runs before have left, also one that was killed
	}
	r.end(time.Now())
	r.work.Wait()
	watch()
	return r.result(ctx)
}

// lane returns the lane of a name, made when it is first asked for.
func (r *run) lane(name string) *lane {
	r.mu.Lock()
	defer r.mu.Unlock()
	l := r.lanes[name]
	if l == nil {
		l = &lane{run: r, name: name, kick: make(chan struct{}, 1), batches: map[string]batch{}}
		r.lanes[name] = l
	}
	return l
}

// serves reports whether a goroutine delivers a lane already.
func (r *run) serves(name string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	l := r.lanes[name]
	return l != nil && l.serving
}

// start lets a goroutine serve the lane, unless one does.
func (r *run) start(l *lane) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if l.again = l.serving; l.serving || r.ctx.Err() != nil {
		return
	}
	l.serving = true
	r.work.Go(func() {
		for more := true; more; {
			r.fail(l.serve(r.ctx))
			r.mu.Lock()
			more = l.again && r.ctx.Err() == nil
			l.again, l.serving = false, more
			r.mu.Unlock()
		}
	})
}

// arrived notes that events of this run are in a lane.
func (r *run) arrived(name string, first uint64, count int, promised bool) {
	r.sum.lane(name)
	if !r.feeds {
		return
	}
	l := r.lane(name)
	if first > 0 {
		last := first + uint64(count) - 1
		l.put.Store(last)
		l.raise(last + 1)
	} else {
		l.stale.Store(true)
	}
	if !promised {
		l.unpromised.Store(true)
	}
	if r.deliverable(name) {
		r.start(l)
	}
	l.wake()
}

// deliverable reports whether an integration is there and not switched off.
func (r *run) deliverable(name string) bool {
	i, ok := r.Settings().Integration(name)
	return ok && i.Enabled
}

// delivering reports whether this run leads the lane or is about to.
func (r *run) delivering(name string) bool {
	return r.feeds && r.deliverable(name)
}

func (l *lane) wake() {
	select {
	case l.kick <- struct{}{}:
	default:
	}
}

func (r *run) each(f func(*lane)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, l := range r.lanes {
		f(l)
	}
}

// end says that the input has ended; the clock of --wait begins.
func (r *run) end(now time.Time) {
	r.mu.Lock()
	r.ended = now
	r.mu.Unlock()
	r.each((*lane).wake)
}

// open reports whether more input may come.
func (r *run) open() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.ended.IsZero()
}

// staying reports whether the run waits for what may come.
func (r *run) staying() bool { return r.wait.Follow || r.open() }

// deadline is when the last attempt may start; false: there is no such time
// yet, or never.
func (r *run) deadline() (time.Time, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.ended.IsZero() || r.wait.Drain || r.wait.Follow {
		return time.Time{}, false
	}
	return r.ended.Add(r.wait.For), true
}

// fail ends the run with an error; nil does nothing.
func (r *run) fail(err error) {
	if err == nil {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.err = errors.Join(r.err, err)
	r.cancel(err)
}

// result is the summary, and what ended the run before its time.
func (r *run) result(ctx context.Context) (Summary, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	s, err := r.sum.summary(r.hard)
	if r.err == nil && err == nil && ctx.Err() != nil && !r.follows {
		return s, ErrStopped
	}
	return s, errors.Join(r.err, err)
}
