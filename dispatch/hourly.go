package dispatch

import (
	"context"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/wnotify/wnotify/store"
)

// The requests of each hour lie in riders of their own:
//
//	requests/<hour, RFC 3339 UTC>   how many there were
//	requests/total                  the growing counter as it was seen last
//	requests/last                   the last hour that was told
//
// An hour is told in the change that removes its rider and writes the last one,
// so of processes that meet at the turn of the hour one does it.
const (
	requestRiders = "requests/"
	totalRider    = requestRiders + "total"
	lastRider     = requestRiders + "last"
)

// AddRequests adds requests to the hour of now (UTC); 0 is no data, and changes
// nothing. A number below 0 is a *NegativeError.
func (d *Dispatcher) AddRequests(ctx context.Context, n int64, now time.Time) error {
	if n < 0 {
		return &NegativeError{N: n}
	}
	for {
		var change store.Change
		err := d.addTo(ctx, &change, n, now)
		if err != nil || len(change.Riders) == 0 {
			return err
		}
		if _, err = d.Store.Commit(ctx, change); !conflicts(err) {
			return err
		}
	}
}

// AddTotal adds what a counter that only grows has grown by since it was given
// last, and returns that. The first total is the baseline and adds nothing; a
// smaller one is a counter that began again at 0.
func (d *Dispatcher) AddTotal(ctx context.Context, total int64, now time.Time) (added int64, err error) {
	if total < 0 {
		return 0, &NegativeError{N: total}
	}
	for {
		before, rider, err := d.number(ctx, totalRider)
		if err != nil || rider.Revision > 0 && before == total {
			return 0, err
		}
		switch added = total - before; {
		case rider.Revision == 0:
			added = 0
		case added < 0:
			added = total
		}
		rider.Value = strconv.AppendInt(nil, total, 10)
		change := store.Change{Riders: []store.Rider{rider}}
		if err := d.addTo(ctx, &change, added, now); err != nil {
			return 0, err
		}
		if _, err = d.Store.Commit(ctx, change); !conflicts(err) {
			return added, err
		}
	}
}

// addTo makes a change add requests to the hour of now, or to the first that was
// not told yet: another process, or a clock that was set back, may be ahead.
func (d *Dispatcher) addTo(ctx context.Context, change *store.Change, n int64, now time.Time) error {
	if n == 0 {
		return nil
	}
	last, told, err := d.lastHour(ctx)
	for err == nil {
		hour := hourOf(now)
		if next := last.Add(time.Hour); next.After(hour) && next.Sub(hour) <= farAhead {
			hour = next
		}
		count, rider, nerr := d.number(ctx, requestRiders+hour.Format(time.RFC3339))
		if nerr != nil {
			return nerr
		}
		was := told.Revision
		if rider.Revision == 0 { // so does an hour look that was told in between
			last, told, err = d.lastHour(ctx)
		}
		if err == nil && told.Revision == was {
			rider.Value = strconv.AppendInt(nil, count+min(n, math.MaxInt64-count), 10)
			change.Riders = append(change.Riders, rider)
			return nil
		}
	}
	return err
}

// farAhead is how much later than now an hour can have been told; beyond it the
// clock that told it was wrong, and must not hold back the hours from now on.
const farAhead = 24 * time.Hour

// QueueHours queues an event for each hour that is over and has data, in order,
// for those that select it, and returns how many hours that were. Hours that
// another process tells at the same time are not among them.
func (d *Dispatcher) QueueHours(ctx context.Context, now time.Time) (hours int, err error) {
	err = d.tellHours(ctx, now, func([]store.Block, store.Receipt) { hours++ })
	return hours, err
}

// queueHours is [Dispatcher.QueueHours] for a run, which delivers the events too.
func (r *run) queueHours(now time.Time) error {
	return r.tellHours(r.hard, now, r.generated)
}

func (d *Dispatcher) tellHours(ctx context.Context, now time.Time, told func([]store.Block, store.Receipt)) error {
	for {
		due, err := d.dueHours(ctx, now)
		if err != nil || len(due) == 0 {
			return err
		}
		for _, h := range due {
			change, err := d.tellHour(ctx, h, now)
			if err != nil {
				return err
			}
			receipt, err := d.Store.Commit(ctx, change)
			if err == nil && receipt.Repeated {
				// The event is there already; its hour may not be gone yet.
				_, err = d.Store.Commit(ctx, store.Change{Riders: change.Riders})
			}
			if conflicts(err) {
				break // somebody counts or tells: look again
			}
			if err != nil {
				return err
			}
			told(change.Blocks, receipt)
		}
	}
}

// hour is an hour with data.
type hour struct {
	start    time.Time
	requests int64
	rider    store.Rider
}

// dueHours lists the hours that are over, the first one first.
func (d *Dispatcher) dueHours(ctx context.Context, now time.Time) ([]hour, error) {
	var due []hour
	for r, err := range d.Store.Riders(ctx, requestRiders) {
		if err != nil {
			return nil, err
		}
		start, err := time.Parse(time.RFC3339, strings.TrimPrefix(r.Key, requestRiders))
		if err != nil || start.Add(time.Hour).After(now) {
			continue // not an hour, or not over
		}
		n, err := wholeNumber(r)
		if err != nil {
			return nil, err
		}
		due = append(due, hour{start, n, r})
	}
	return due, nil
}

// tellHour is the change that tells an hour. Its ID is the hour, so on an engine
// without transactions the event of an hour is there once, too.
func (d *Dispatcher) tellHour(ctx context.Context, h hour, now time.Time) (store.Change, error) {
	last, lastRider, err := d.lastHour(ctx)
	if err != nil {
		return store.Change{}, err
	}
	if last.Before(h.start) {
		last = h.start
	}
	lastRider.Value = last.AppendFormat(nil, time.RFC3339)
	h.rider.Value = nil
	s := d.Settings()
	return store.Change{
		ID:     h.rider.Key,
		Blocks: systemBlocks(s, s.Account.RequestsPerHour(h.requests, h.start), "", now),
		Riders: []store.Rider{lastRider, h.rider},
	}, nil
}

// lastHour is the last hour that was told; the zero time if there is none.
func (d *Dispatcher) lastHour(ctx context.Context) (time.Time, store.Rider, error) {
	r, err := d.Store.Rider(ctx, lastRider)
	if err != nil || r.Revision == 0 {
		return time.Time{}, store.Rider{Key: lastRider}, err
	}
	last, err := time.Parse(time.RFC3339, string(r.Value))
	if err != nil {
		return last, r, &store.CorruptError{What: "rider " + lastRider}
	}
	return last, r, nil
}

// number is the rider of a key as a number; 0 if there is none.
func (d *Dispatcher) number(ctx context.Context, key string) (int64, store.Rider, error) {
	r, err := d.Store.Rider(ctx, key)
	if err != nil || r.Revision == 0 {
		return 0, store.Rider{Key: key}, err
	}
	n, err := wholeNumber(r)
	return n, r, err
}

func wholeNumber(r store.Rider) (int64, error) {
	n, err := strconv.ParseInt(string(r.Value), 10, 64)
	if err != nil || n < 0 {
		return 0, &store.CorruptError{What: "rider " + r.Key}
	}
	return n, nil
}

func hourOf(t time.Time) time.Time { return t.UTC().Truncate(time.Hour) }
