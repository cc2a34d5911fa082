package cmd

import (
	"context"
	"os"

	"github.com/wnotify/wnotify/cmd/config"
	"github.com/wnotify/wnotify/dispatch"
)

// attached is the queue as the commands about integrations see it.
type attached struct {
	*engine

	a *app
}

// attachQueue opens the queue. The configuration is read again: it was edited
// a moment ago, and what is told to others depends on it. One that is no file,
// as of <(…), can be read once, and cannot have been edited.
func (a *app) attachQueue(ctx context.Context, before *config.File) (keeper, error) {
	f := before
	if info, err := os.Stat(a.places().Config); err == nil && info.Mode().IsRegular() {
		if f, err = config.Load(a.places().Config); err != nil {
			return nil, err
		}
	}
	e, err := a.engine(ctx, f)
	return attached{e, a}, err
}

func (q attached) Health(ctx context.Context) ([]dispatch.Health, error) {
	return q.Dispatcher.Health(ctx, q.a.env.Now())
}

func (q attached) Disabled(ctx context.Context, was dispatch.Integration) error {
	return q.Dispatcher.Disabled(ctx, was)
}

func (q attached) Enabled(ctx context.Context, name string) (cleared bool, err error) {
	l, err := q.Store.Lane(ctx, name)
	if err != nil || l.Record.Revision == 0 {
		return false, err
	}
	tripped := l.Record.Tripped != nil
	_, err = q.Reopen(ctx, name)
	return tripped, err
}

func (q attached) Deleted(ctx context.Context, was dispatch.Integration) (queued, dead int64, err error) {
	l, err := q.Dispatcher.Deleted(ctx, was)
	return l.Events, l.Dead, err
}

func (q attached) Try(ctx context.Context, i dispatch.Integration) error {
	return q.a.tryOut(ctx, q.engine, []dispatch.Integration{i}, trying{aside: true})
}

func (q attached) Close() error { return q.close() }
