// Package memory is the model of the queue: the contract of package store with
// one mutex, maps and slices, so that it can be read in one sitting and
// believed. It is for tests: what it holds is gone when the process ends.
//
// It does not try to be fast, keeps every [store.Change.ID] for ever, needs no
// clock and no goroutine, and so works inside a testing/synctest bubble if it
// was made there. Where the contract leaves room, it takes the strict reading:
// an event that the record does not need can no longer be read, bytes include
// the newline of each event, no limit cuts a sealed batch, and a change that
// makes no sense is refused.
package memory

import (
	"context"
	"crypto/rand"
	"errors"
	"sync"

	"github.com/wnotify/wnotify/store"
)

// ErrClosed is the answer of a handle after Close or Crash.
var ErrClosed = errors.New("this handle of the memory store is closed")

// Store is one handle, as one process has it, on a state in memory. It
// implements [store.Store].
type Store struct {
	data *data
	gone chan struct{} // closed by Close and Crash
	once *sync.Once
}

var _ store.Store = (*Store)(nil)

// data is the state that the handles share.
type data struct {
	mu      sync.Mutex
	install string
	changes map[string]bool // by Change.ID
	lanes   map[string]*lane
	riders  map[string]store.Rider
	letters map[string]store.Letter
	rejects map[string]store.Reject
	leaders map[string]*lease
	mark    store.Mark
	changed chan struct{} // closed and replaced by each change
	fail    func(op string) error
}

// New returns a handle on a new, empty state.
func New() *Store {
	return handle(&data{
		install: rand.Text(),
		changes: map[string]bool{},
		lanes:   map[string]*lane{},
		riders:  map[string]store.Rider{},
		letters: map[string]store.Letter{},
		rejects: map[string]store.Reject{},
		leaders: map[string]*lease{},
		mark:    1,
		changed: make(chan struct{}),
	})
}

func handle(d *data) *Store {
	return &Store{data: d, gone: make(chan struct{}), once: new(sync.Once)}
}

// Process returns another handle on the same state, as a second process would
// have it: it has leases of its own, and lives on when this one is closed.
func (s *Store) Process() *Store { return handle(s.data) }

// Install identifies this state.
func (s *Store) Install(context.Context) (string, error) { return s.data.install, nil }

// Close gives the leases of this handle back; its further calls fail with
// [ErrClosed]. Other handles are not touched.
func (s *Store) Close() error {
	s.Crash()
	return nil
}

// Crash is what kill -9 does to a process: the handle is dead, the operating
// system has freed its leases, and what was committed stays.
func (s *Store) Crash() {
	s.once.Do(func() {
		close(s.gone)
		s.data.mu.Lock()
		defer s.data.mu.Unlock()
		for name, l := range s.data.leaders {
			if l.owner == s {
				delete(s.data.leaders, name)
			}
		}
	})
}

// Fail makes operations of all handles fail: f is called with the name of the
// operation (commit, lane, lanes, read, lead, changed, rider, riders, letters,
// rejects, history, slots) before it begins, and with "committed" when a change
// was applied but has not been answered; what it returns, if not nil, is the
// answer. A nil f ends it. f may be called by several goroutines at once.
func (s *Store) Fail(f func(op string) error) {
	s.data.mu.Lock()
	defer s.data.mu.Unlock()
	s.data.fail = f
}

// fault asks the hook of [Store.Fail].
func (s *Store) fault(op string) error {
	s.data.mu.Lock()
	f := s.data.fail
	s.data.mu.Unlock()
	if f == nil {
		return nil
	}
	return f(op)
}

// enter begins an operation and takes the lock, unless it returns an error.
func (s *Store) enter(ctx context.Context, op string) (*data, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	select {
	case <-s.gone:
		return nil, ErrClosed
	default:
	}
	if err := s.fault(op); err != nil {
		return nil, err
	}
	s.data.mu.Lock()
	return s.data, nil
}
