package nats

import (
	"context"
	"sync"
	"time"

	client "github.com/nats-io/nats.go"

	"github.com/wnotify/wnotify/store"
)

// lookAnyway is after which time Changed returns although nothing was heard:
// the server tells of a change at most once.
const lookAnyway = 2 * time.Second

// wakes counts what was heard of changes.
type wakes struct {
	mu   sync.Mutex
	mark store.Mark
	next chan struct{} // closed and replaced by each
}

func (w *wakes) init() { w.mark, w.next = 1, make(chan struct{}) }

func (w *wakes) wake() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.mark++
	close(w.next)
	w.next = make(chan struct{})
}

func (w *wakes) now() (store.Mark, <-chan struct{}) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.mark, w.next
}

// watch listens to what the server says about committed changes. It tells while
// a batch is being applied, and reads wait until it is.
func (s *Store) watch(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	_, err := s.nc.Subscribe(s.names.changed()+".>", func(*client.Msg) { s.wakes.wake() })
	if err == nil {
		err = s.nc.FlushWithContext(ctx)
	}
	if err != nil {
		return s.opts.setup(err)
	}
	return nil
}

// Changed waits for a change after the mark.
func (s *Store) Changed(ctx context.Context, since store.Mark) (store.Mark, error) {
	if err := s.enter(ctx); err != nil {
		return since, err
	}
	mark, next := s.wakes.now()
	if mark != since {
		return mark, nil
	}
	t := time.NewTimer(lookAnyway)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return since, ctx.Err()
	case <-s.life.Done():
		return since, errClosed
	case <-t.C:
		return since, nil
	case <-next:
		mark, _ = s.wakes.now()
		return mark, nil
	}
}
