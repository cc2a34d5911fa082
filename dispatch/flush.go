package dispatch

import (
	"context"
	"time"

	"github.com/wnotify/wnotify/store"
)

// Flush delivers what is due in the named lanes, or in all. With Follow it stays
// until it is stopped, which is no error, and delivers whatever anybody queues.
func (d *Dispatcher) Flush(ctx context.Context, names []string, w Wait) (Summary, error) {
	r, done := d.newRun(ctx, w)
	defer done()
	defer r.watched()()
	r.feeds, r.follows = true, w.Follow
	r.ended = time.Now()
	r.names = names
	r.fail(r.tellHours(r.hard, time.Now(), func(blocks []store.Block, _ store.Receipt) { r.sum.generate(int64(len(blocks))) }))
	watch := r.watch()
	r.fail(r.flush(r.ctx))
	if w.Follow {
		<-r.ctx.Done()
		watch() // from here on nobody starts another lane
	}
	r.work.Wait()
	watch()
	return r.result(ctx)
}

// flush starts to deliver the lanes that hold events.
func (r *run) flush(ctx context.Context) error {
	lanes, err := r.Store.Lanes(ctx)
	if ctx.Err() != nil {
		return nil //nolint:nilerr // the run is being stopped
	}
	if err != nil {
		return err
	}
	for _, s := range lanes {
		if len(r.names) > 0 && !contains(r.names, s.Name) || !r.follows && r.serves(s.Name) {
			continue
		}
		if !r.open() {
			r.sum.lane(s.Name)
		}
		if s.Events > 0 && r.deliverable(s.Name) && s.Record.Tripped == nil {
			r.sum.lane(s.Name)
			r.lane(s.Name).raise(s.Next)
			r.start(r.lane(s.Name))
		}
	}
	return nil
}

// Delivered waits until the named queues, or all, are empty or the time is up,
// whoever delivers them, and returns how many events are left. For those of
// integrations that are disabled, or gone, it does not wait: nobody delivers them.
func (d *Dispatcher) Delivered(ctx context.Context, names []string, end time.Time, drain bool) (left int64, err error) {
	mark := store.Mark(0)
	for {
		lanes, err := d.Store.Lanes(ctx)
		if err != nil {
			return 0, err
		}
		left = 0
		hope := false
		for _, l := range lanes {
			if l.Events == 0 || len(names) > 0 && !contains(names, l.Name) {
				continue
			}
			left += l.Events
			i, ok := d.Settings().Integration(l.Name)
			hope = hope || ok && i.Enabled && l.Record.Tripped == nil
		}
		if !hope || !drain && !time.Now().Before(end) {
			return left, nil
		}
		wait := ctx
		cancel := func() {}
		if !drain {
			wait, cancel = context.WithDeadline(ctx, end)
		}
		mark, err = d.Store.Changed(wait, mark)
		cancel()
		if err != nil && ctx.Err() != nil {
			return left, ErrStopped
		}
	}
}
