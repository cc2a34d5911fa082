package dispatch

import (
	"context"
	"errors"
	"time"

	"github.com/wnotify/wnotify/dispatch/collector"
	"github.com/wnotify/wnotify/dispatch/event"
	"github.com/wnotify/wnotify/dispatch/scan"
	"github.com/wnotify/wnotify/store"
)

// An integration that is disabled or deleted is told first, if it selects that:
// one attempt that overtakes its queue, is not counted, and whose failure is a
// warning. Then the others are.

// Disabled tells that a person disabled an integration. When it returns nothing
// more is sent to it. The configuration must say so already.
func (d *Dispatcher) Disabled(ctx context.Context, was Integration) error {
	line := d.Settings().Account.IntegrationDisabled(inEvents(was), "")
	d.farewell(ctx, was, line)
	if err := d.quiet(ctx, was.Name); err != nil {
		return err
	}
	return d.tell(ctx, line, was.Name, store.Change{})
}

// Deleted tells that a person deleted an integration and removes its queue,
// dead letters and statistics for good. It returns what they held.
func (d *Dispatcher) Deleted(ctx context.Context, was Integration) (store.Lane, error) {
	line := d.Settings().Account.IntegrationDeleted(inEvents(was), "")
	if was.Enabled {
		d.farewell(ctx, was, line)
	}
	if err := d.quiet(ctx, was.Name); err != nil {
		return store.Lane{}, err
	}
	l, err := d.Store.Lane(ctx, was.Name)
	if err != nil {
		return l, err
	}
	return l, d.tell(ctx, line, was.Name, store.Change{Remove: []string{was.Name}})
}

// tell queues an event of ours for those that select it, and tries it once.
func (d *Dispatcher) tell(ctx context.Context, line []byte, about string, with store.Change) error {
	told, err := d.Announce(ctx, line, about, with)
	if err != nil || len(told) == 0 {
		return err
	}
	_, err = d.Flush(ctx, told, Wait{})
	return err
}

// farewell sends an event to the integration that it is about.
func (d *Dispatcher) farewell(ctx context.Context, was Integration, line []byte) {
	var f scan.Fields
	if _, err := scan.Value(line, &f); err != nil {
		return // unreachable: we wrote it
	}
	e, err := d.Settings().Account.Identify(line, &f, "")
	if err != nil || !was.Events.Match(e.Kind, e.Risk) {
		return
	}
	reply := d.Sender.Send(ctx, was.Endpoint, single(line, was.Format, keyPrefix))
	if !reply.OK() {
		d.Log.Warn().Str("integration", was.Name).Str("reason", failure(reply)).
			Str("advice", collector.Explain(was.Endpoint, reply)).Msg("it could not be told that it leaves")
	}
}

// quiet waits until no process delivers a lane. Who does sees the changed
// configuration before its next batch.
func (d *Dispatcher) quiet(ctx context.Context, name string) error {
	for {
		lease, err := d.Store.Lead(ctx, name)
		if !errors.Is(err, store.ErrBusy) {
			if err != nil {
				return err
			}
			return lease.Release()
		}
		t := time.NewTimer(poll / 5)
		select {
		case <-t.C:
		case <-ctx.Done():
			t.Stop()
			return ErrStopped
		}
	}
}

// inEvents is an integration as system events name it.
func inEvents(i Integration) event.Integration {
	title := i.Title
	if title == "" {
		title = i.Name
	}
	return event.Integration{ID: i.Name, Name: title, Type: i.Type}
}
