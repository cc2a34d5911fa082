// Package bolt is the queue in one file on one machine: store.Store on bbolt,
// for any number of processes.
//
// Every transaction of every process runs under one lock file of ours and is
// short; nothing is locked while somebody sends or sleeps. Everything stored
// is in an envelope with a checksum, for bbolt has none, and says what it is,
// so that a broken file can be searched for what is left ([Store.Salvage]).
//
// It refuses to wait longer than it was told, to touch a folder that belongs
// to somebody else or that others may write, to replace a damaged file by an
// empty one, and to guess how a commit ended.
package bolt

import (
	"context"
	"errors"
	"path/filepath"
	"sync/atomic"
	"time"

	"github.com/wnotify/wnotify/store"
)

// Options of a store.
type Options struct {
	// LockWait is how long a transaction waits for those of other processes
	// before it fails with store.ErrBusy; 0 means 10 s.
	LockWait time.Duration

	// Warn is told what a person should know although work goes on. Nil: nobody.
	// It is called with locks held and must not call the store.
	Warn func(error)

	// Waiting is told, from another goroutine, that a transaction has been
	// waiting for a second: for whom, and for how long at most. Nil: nobody.
	Waiting func(lock string, most time.Duration)
}

// Store is the engine. It is safe for concurrent use.
type Store struct {
	dir     string
	journal string
	opt     Options

	gate    chan struct{} // one session at a time in this process; guards the next block
	lock    *lockFile     // LOCK.journal, open but unlocked between sessions
	handle  *handle       // bbolt, mapped but unlocked between sessions; nil: closed
	walked  inode         // the file whose pages were seen to hang together
	busy    uint64        // sessions so far
	poison  error         // a commit ended in the unknown: none may follow
	closed  atomic.Bool
	tight   bool      // the folder was closed to others, if it is ours alone
	install string    // once known, it must not change
	put     uint64    // sequence of the newest block seen; it must not fall
	checked time.Time // when free space was last looked at
	large   bool      // this process has committed to a file that may be worth compacting

	arena arena // buffers of the transaction

	turn  chan struct{} // who has it commits for everybody
	queue queue
	wake  broadcast

	idleAt uint64 // sessions at the last look of who waits in Changed; under the gate
}

var _ store.Store = (*Store)(nil)

var errClosed = errors.New("the store is closed")

// Open names the state folder of a queue. It touches nothing: the folder and
// the journal in it are made by the first write, and are checked by the first
// transaction.
func Open(dir string, opt Options) (*Store, error) {
	if dir == "" {
		return nil, errors.New("no state folder given")
	}
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	if opt.LockWait <= 0 {
		opt.LockWait = 10 * time.Second
	}
	return &Store{
		dir:     dir,
		journal: filepath.Join(dir, "journal.db"),
		opt:     opt,
		gate:    make(chan struct{}, 1),
		turn:    make(chan struct{}, 1),
	}, nil
}

// Close gives back the files, and the space that this process has freed. A
// commit that is under way ends first; leases stay with who holds them.
func (s *Store) Close() error {
	s.gate <- struct{}{}
	defer func() { <-s.gate }()
	if s.closed.Swap(true) {
		return nil
	}
	s.shrink()
	s.wake.all()
	return errors.Join(s.drop(), s.lock.close())
}

// Install identifies the queue for its whole life, and makes it if it does
// not exist.
func (s *Store) Install(ctx context.Context) (string, error) {
	s.gate <- struct{}{}
	known := s.install
	<-s.gate
	if known != "" {
		return known, nil
	}
	if err := s.enter(ctx, true); err != nil {
		return "", err
	}
	defer s.leave()
	return s.install, nil
}

// waiting tells the person that others are at it.
func (s *Store) waiting(lock string) {
	if s.opt.Waiting != nil {
		s.opt.Waiting(lock, s.opt.LockWait)
	}
}

// warn tells the person.
func (s *Store) warn(err error) {
	if s.opt.Warn != nil {
		s.opt.Warn(err)
	}
}
