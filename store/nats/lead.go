package nats

import (
	"context"
	"encoding/json"
	"errors"
	"sync"
	"time"

	"github.com/wnotify/wnotify/store"
)

// A lease is a key that the server drops when it is not renewed. Its holder
// stops a margin before that, by its own monotonic clock, counted from before
// the renewal was sent. So at most one leads, and who died is replaced within
// leaseFor and a look.
const (
	leaseFor    = 15 * time.Second
	leaseMargin = 3 * time.Second
	renewEvery  = 4 * time.Second
)

// holder is the value of a lease.
type holder struct {
	ID   string `json:"id"`
	Host string `json:"host"`
}

type lease struct {
	s    *Store
	key  string
	text []byte // who we are
	seq  uint64
	till time.Time
	lost chan struct{}
	stop context.CancelFunc
	over chan struct{} // the renewing has ended
	once sync.Once
}

// leases are those of this handle.
type leases struct {
	mu   sync.Mutex
	held map[*lease]bool
}

func (l *leases) init() { l.held = map[*lease]bool{} }

func (l *leases) releaseAll() {
	l.mu.Lock()
	var all []*lease
	for held := range l.held {
		all = append(all, held)
	}
	l.mu.Unlock()
	_ = each(len(all), func(i int) error { return all[i].Release() })
}

// Lead makes the caller the only one to deliver a lane; see [store.Queue].
func (s *Store) Lead(ctx context.Context, name string) (store.Lease, error) {
	if err := s.enter(ctx); err != nil {
		return nil, err
	}
	text, err := json.Marshal(holder{ID: uid(), Host: s.opts.Host})
	if err != nil {
		return nil, err
	}
	l := &lease{s: s, key: s.names.lead(s.opts.Host, name), text: text, lost: make(chan struct{}), over: make(chan struct{})}
	v, err := s.get(ctx, l.key)
	if err != nil {
		return nil, err
	}
	if v.data != nil {
		return nil, store.ErrBusy
	}
	l.seq = v.seq
	if err := l.renew(ctx); err != nil {
		if ctx.Err() != nil {
			l.forget() // it may be ours, and nobody would renew it
		}
		if errors.Is(err, errMoved) || errors.Is(err, errLater) {
			return nil, store.ErrBusy
		}
		return nil, err
	}
	life, stop := context.WithCancel(s.life)
	l.stop = stop
	s.leases.mu.Lock()
	s.leases.held[l] = true
	s.leases.mu.Unlock()
	s.alive.Go(func() { l.keep(life) })
	return l, nil
}

// renew writes the lease once more. errMoved: somebody else has it.
func (l *lease) renew(ctx context.Context) error {
	sent := time.Now()
	seq, err := l.s.publish(ctx, []write{{key: l.key, data: l.text, cas: true, seen: l.seq, ttl: leaseFor}})
	if err != nil {
		// An answer that was lost: perhaps it is ours all the same.
		v, gerr := l.s.get(ctx, l.key)
		if gerr != nil || string(v.data) != string(l.text) || v.seq == l.seq {
			return err
		}
		seq = v.seq
	}
	l.seq, l.till = seq, sent.Add(leaseFor-leaseMargin)
	return nil
}

// keep renews the lease until it is released or lost.
func (l *lease) keep(ctx context.Context) {
	defer close(l.over)
	wait := renewEvery
	for {
		t := time.NewTimer(min(wait, time.Until(l.till)))
		select {
		case <-ctx.Done():
			t.Stop()
			return
		case <-t.C:
		}
		if time.Until(l.till) <= 0 {
			close(l.lost)
			return
		}
		until, cancel := context.WithDeadline(ctx, l.till)
		err := l.renew(until)
		gone := errors.Is(err, errMoved) && !l.ours(until)
		cancel()
		if gone {
			close(l.lost)
			return
		}
		wait = renewEvery
		if err != nil {
			wait = renewEvery / 8
		}
	}
}

// ours reports whether the lease may still be ours: only a clear answer that it
// is not counts.
func (l *lease) ours(ctx context.Context) bool {
	v, err := l.s.get(ctx, l.key)
	return err != nil || string(v.data) == string(l.text)
}

// Lost is closed when somebody else may have taken the lane.
func (l *lease) Lost() <-chan struct{} { return l.lost }

// Release gives the lane back. Where the server cannot be told, it will drop
// the lease by itself.
func (l *lease) Release() error {
	l.once.Do(func() {
		l.stop()
		<-l.over
		l.s.leases.mu.Lock()
		delete(l.s.leases.held, l)
		l.s.leases.mu.Unlock()
		l.forget()
	})
	return nil
}

// forget tells the server that the lease has ended, if it is ours.
func (l *lease) forget() {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(l.s.life), callTimeout)
	defer cancel()
	for range 3 {
		_, err := l.s.publish(ctx, []write{{key: l.key, cas: true, seen: l.seq}})
		if err == nil {
			return
		}
		v, gerr := l.s.get(ctx, l.key)
		if gerr != nil || string(v.data) != string(l.text) {
			return
		}
		l.seq = v.seq
	}
}

// Renewed is the sequence of the lease; see [store.Shared].
func (s *Store) Renewed(ctx context.Context, lane string) (uint64, error) {
	if err := s.enter(ctx); err != nil {
		return 0, err
	}
	v, err := s.get(ctx, s.names.lead(s.opts.Host, lane))
	if v.data == nil {
		return 0, err
	}
	return v.seq, err
}

// Leaders says which host leads which lane at this moment; see [store.Shared].
func (s *Store) Leaders(ctx context.Context) (map[string]string, error) {
	if err := s.enter(ctx); err != nil {
		return nil, err
	}
	keys, err := s.list(ctx, s.names.key("lead", "all", "*"))
	if err != nil {
		return nil, err
	}
	values, err := s.getAll(ctx, keys)
	leaders := map[string]string{}
	for i, v := range values {
		var h holder
		name, terr := text(last(keys[i]))
		if v.data != nil && terr == nil && json.Unmarshal(v.data, &h) == nil {
			leaders[name] = h.Host
		}
	}
	return leaders, err
}
