package cmd

import (
	"context"

	"github.com/wnotify/wnotify/dispatch"
)

// keeper is what the commands about integrations ask of the queue. They edit
// the configuration first and then tell the keeper, with the settings as they
// were before: a crash in between leaves a queue that status shows, never a
// lost one, and the same command again finishes the work.
type keeper interface {
	// Health describes the integrations of the configuration, then the queues
	// that have none.
	Health(ctx context.Context) ([]dispatch.Health, error)

	// Disabled is told after an integration was switched off. When it returns
	// nothing more is sent to it, and those who select it know.
	Disabled(ctx context.Context, was dispatch.Integration) error

	// Enabled resets the failure statistics and clears an automatic disable;
	// it reports whether there was one.
	Enabled(ctx context.Context, name string) (cleared bool, err error)

	// Deleted removes the queue with all that is in it and tells those who
	// select it. It returns what was thrown away, in events.
	Deleted(ctx context.Context, was dispatch.Integration) (queued, dead int64, err error)

	// Try sends the test events of an integration, which need not be saved.
	Try(ctx context.Context, i dispatch.Integration) error

	Close() error
}

// noKeeper stands for a queue that nobody has used yet.
type noKeeper struct{}

func (noKeeper) Health(context.Context) ([]dispatch.Health, error)    { return nil, nil }
func (noKeeper) Disabled(context.Context, dispatch.Integration) error { return nil }
func (noKeeper) Enabled(context.Context, string) (bool, error)        { return false, nil }
func (noKeeper) Try(context.Context, dispatch.Integration) error      { return nil }
func (noKeeper) Close() error                                         { return nil }
func (noKeeper) Deleted(context.Context, dispatch.Integration) (int64, int64, error) {
	return 0, 0, nil
}
