package cmd

import (
	"context"

	"github.com/wnotify/wnotify/store"
)

// leaders tell which host delivers what, where several share the queue.
type leaders struct {
	host string            // this one; empty where the queue is this host's own
	of   map[string]string // integration → host that delivers it at this moment
}

// leaders asks the engine.
func (e *engine) leaders(ctx context.Context) (l leaders, err error) {
	s, ok := e.Store.(store.Shared)
	if !ok {
		return l, nil
	}
	l.host = s.Host()
	l.of, err = s.Leaders(ctx)
	return l, err
}
