package storetest

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/wnotify/wnotify/store"
	"github.com/wnotify/wnotify/store/memory"
)

// lease is a right that was given to somebody who does not have it.
type lease struct{ release func() error }

func (l lease) Lost() <-chan struct{} { return make(chan struct{}) }
func (l lease) Release() error        { return l.release() }

// lostLease is one that says it is lost.
type lostLease struct{ store.Lease }

func (lostLease) Lost() <-chan struct{} {
	lost := make(chan struct{})
	close(lost)
	return lost
}

// otherMutants get leases, waiting and contexts wrong.
var otherMutants = []mutant{
	{"lets two lead", "lead/one at a time", func(s *memory.Store) store.Store {
		return &broken{Store: s, lead: func(ctx context.Context, _ string) (store.Lease, error) {
			return lease{func() error { return nil }}, ctx.Err()
		}}
	}},
	{"takes the lease of the next leader away", "lead/a second release takes nothing from the next leader", func(s *memory.Store) store.Store {
		return &broken{Store: s, lead: func(ctx context.Context, name string) (store.Lease, error) {
			if _, err := s.Lead(ctx, name); err != nil {
				return nil, err
			}
			return lease{func() error { s.Seize(name); return nil }}, nil
		}}
	}},
	{"never gives a lane back", "lead/one at a time", func(s *memory.Store) store.Store {
		return &broken{Store: s, lead: func(ctx context.Context, name string) (store.Lease, error) {
			if _, err := s.Lead(ctx, name); err != nil {
				return nil, err
			}
			return lease{func() error { return nil }}, nil
		}}
	}},
	{"looks whether somebody leads, and leads later", "race/one leader", func(s *memory.Store) store.Store {
		var leaders atomic.Int64
		return &broken{Store: s, lead: func(context.Context, string) (store.Lease, error) {
			if leaders.Load() > 0 {
				return nil, store.ErrBusy
			}
			time.Sleep(time.Millisecond)
			leaders.Add(1)
			return lease{func() error { leaders.Add(-1); return nil }}, nil
		}}
	}},
	{"loses a lease that nobody takes", "lead/is not lost while nobody can take it", func(s *memory.Store) store.Store {
		return &broken{Store: s, lead: func(ctx context.Context, name string) (store.Lease, error) {
			l, err := s.Lead(ctx, name)
			if err != nil {
				return nil, err
			}
			return lostLease{l}, nil
		}}
	}},
	{"knows one lease for all lanes", "lead/names are apart, and may have slashes", func(s *memory.Store) store.Store {
		return &broken{Store: s, lead: func(ctx context.Context, _ string) (store.Lease, error) { return s.Lead(ctx, "all") }}
	}},
	{"makes a lane of what is led", "lead/names are apart, and may have slashes", func(s *memory.Store) store.Store {
		return &broken{Store: s, lead: func(ctx context.Context, name string) (store.Lease, error) {
			l, err := s.Lead(ctx, name)
			if err == nil {
				_, _ = s.Commit(ctx, store.Change{Letters: []store.Letter{letter("made", name, 1)}})
			}
			return l, err
		}}
	}},
	{"never wakes", "changed/wakes who waits", func(s *memory.Store) store.Store {
		return &broken{Store: s, changed: func(ctx context.Context, since store.Mark) (store.Mark, error) {
			if since == 0 {
				return s.Changed(ctx, 0)
			}
			<-ctx.Done()
			return since, ctx.Err()
		}}
	}},
	{"sees only what comes after it was asked", "changed/sees what was committed before it was asked", func(s *memory.Store) store.Store {
		return &broken{Store: s, changed: func(ctx context.Context, since store.Mark) (store.Mark, error) {
			now, err := s.Changed(ctx, 0)
			if since == 0 || err != nil {
				return now, err
			}
			return s.Changed(ctx, now)
		}}
	}},
	{"waits on the zero mark", "changed/the zero mark returns at once", func(s *memory.Store) store.Store {
		return &broken{Store: s, changed: func(ctx context.Context, since store.Mark) (store.Mark, error) {
			return s.Changed(ctx, max(since, 1))
		}}
	}},
	{"never waits", "changed/waits while nothing happens", func(s *memory.Store) store.Store {
		var n atomic.Uint64
		return &broken{Store: s, changed: func(context.Context, store.Mark) (store.Mark, error) { return store.Mark(n.Add(1)), nil }}
	}},
	{"goes on without its context", "context/an ended one ends every call", func(s *memory.Store) store.Store {
		return &broken{Store: s, read: func(ctx context.Context, lane string, from uint64, limit store.Limit) ([]store.Run, error) {
			return s.Read(context.WithoutCancel(ctx), lane, from, limit)
		}}
	}},
	{"leaves half of a change that was given up", "context/a change that was given up is there wholly or not at all", func(s *memory.Store) store.Store {
		return &broken{Store: s, commit: func(ctx context.Context, c store.Change) (store.Receipt, error) {
			if ctx.Err() != nil {
				_, _ = s.Commit(context.WithoutCancel(ctx), blocks(c.Blocks...))
			}
			return s.Commit(ctx, c)
		}}
	}},
	{"has another identity each time", "put/the queue has an identity", func(s *memory.Store) store.Store { return &nameless{Store: s} }},
}

type nameless struct {
	store.Store

	n atomic.Int64
}

func (s *nameless) Install(context.Context) (string, error) {
	return string(rune('a' + s.n.Add(1))), nil
}

// sharedMutants get wrong what only several handles can show.
var sharedMutants = []struct {
	breaks   string
	caughtBy string
	open     func() func() store.Store
}{
	{"each handle has a state of its own", "shared/each sees what the others commit", func() func() store.Store {
		return func() store.Store { return memory.New() }
	}},
	{"a handle sees the state of when it was opened", "shared/a change wakes the others", func() func() store.Store {
		return func() store.Store { return memory.New() }
	}},
	{"leases are each handle's own", "shared/one leader among all", func() func() store.Store {
		state := memory.New()
		return func() store.Store {
			own := memory.New()
			return &broken{Store: state.Process(), lead: own.Lead}
		}
	}},
	{"a state ends with its last handle", "shared/outlives every handle", func() func() store.Store {
		return func() store.Store { return memory.New() }
	}},
	{"repeats are known to one handle only", "shared/a repeat is known to the others", func() func() store.Store {
		state := memory.New()
		n := 0
		return func() store.Store {
			n++
			own := state.Process()
			mark := string(rune('a' + n))
			return &broken{Store: own, commit: func(ctx context.Context, c store.Change) (store.Receipt, error) {
				if c.ID != "" {
					c.ID += mark
				}
				return own.Commit(ctx, c)
			}}
		}
	}},
	{"closing does not close", "shared/a closed handle refuses", func() func() store.Store {
		state := memory.New()
		return func() store.Store { return open{state} }
	}},
}

type open struct{ store.Store }

func (open) Close() error { return nil }
