package memory

import (
	"context"

	"github.com/wnotify/wnotify/store"
)

type lease struct {
	owner *Store
	name  string
	lost  chan struct{}
}

// Lead gives a name to one caller at a time, whichever handle it uses.
func (s *Store) Lead(ctx context.Context, name string) (store.Lease, error) {
	d, err := s.enter(ctx, "lead")
	if err != nil {
		return nil, err
	}
	defer d.mu.Unlock()
	if d.leaders[name] != nil {
		return nil, store.ErrBusy
	}
	l := &lease{owner: s, name: name, lost: make(chan struct{})}
	d.leaders[name] = l
	return l, nil
}

// Seize takes a name away from whoever leads it, as an engine for many machines
// does with a holder that was cut off: Lost is closed and the name is free. It
// reports whether anybody held it.
func (s *Store) Seize(name string) bool {
	s.data.mu.Lock()
	defer s.data.mu.Unlock()
	l := s.data.leaders[name]
	if l == nil {
		return false
	}
	delete(s.data.leaders, name)
	close(l.lost)
	return true
}

func (l *lease) Lost() <-chan struct{} { return l.lost }

func (l *lease) Release() error {
	d := l.owner.data
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.leaders[l.name] == l {
		delete(d.leaders, l.name)
	}
	return nil
}

// Changed waits for a change after the mark.
func (s *Store) Changed(ctx context.Context, since store.Mark) (store.Mark, error) {
	for {
		d, err := s.enter(ctx, "changed")
		if err != nil {
			return since, err
		}
		mark, changed := d.mark, d.changed
		d.mu.Unlock()
		if mark != since {
			return mark, nil
		}
		select {
		case <-changed:
		case <-s.gone:
			return since, ErrClosed
		case <-ctx.Done():
			return since, ctx.Err()
		}
	}
}
