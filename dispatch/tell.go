package dispatch

import (
	"context"

	"github.com/wnotify/wnotify/dispatch/trigger"
	"github.com/wnotify/wnotify/store"
)

// TriggerChanged tells those who select it what a person did to a trigger, with
// an event of ours on one line, and tries that once.
func (d *Dispatcher) TriggerChanged(ctx context.Context, line []byte) error {
	return d.tell(ctx, line, "", store.Change{})
}

// TriggerDeleted is TriggerChanged that also forgets what the trigger counted: one
// that is added again under its name begins from nothing.
func (d *Dispatcher) TriggerDeleted(ctx context.Context, name string, line []byte) error {
	for {
		count, err := d.countOf(ctx, name)
		if err != nil {
			return err
		}
		// A process that has not seen the change yet may count on: look again.
		if err = d.tell(ctx, line, "", store.Change{Riders: count}); !conflicts(err) {
			return err
		}
	}
}

// countOf lists the riders of a trigger, as they are removed.
func (d *Dispatcher) countOf(ctx context.Context, name string) ([]store.Rider, error) {
	var list []store.Rider
	head, err := d.Store.Rider(ctx, trigger.HeadKey(name))
	if err != nil {
		return nil, err
	}
	if head.Revision > 0 {
		list = append(list, head)
	}
	for r, err := range d.Store.Riders(ctx, trigger.PartsPrefix(name)) {
		if err != nil {
			return nil, err
		}
		list = append(list, r)
	}
	for i := range list {
		list[i].Value = nil
	}
	return list, nil
}
