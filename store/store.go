// Package store is the contract of the queue: what an engine keeps, and what
// it promises about it. It is the page to read first.
//
// Events live in blocks, each stored once. A lane is the queue of one
// integration: numbered references into blocks, and one record that is the
// whole truth about its delivery. Everything that changes, changes through
// [Queue.Commit]: one [Change], wholly or not at all, durable when it returns.
//
// The package imports nothing of ours and knows neither HTTP nor JSON events:
// it moves bytes. Engines are store/bolt (one machine) and store/nats (many);
// store/memory is the model for tests, store/storetest what all of them pass.
package store

import (
	"context"
	"io"
	"iter"
	"time"
)

// Store is an engine.
type Store interface {
	Queue
	Ledger
	io.Closer

	// Install identifies this queue for its whole life: part of every
	// idempotency key, so two queues never make the same one. It makes the
	// queue if there is none.
	Install(ctx context.Context) (string, error)
}

// Shared is what an engine that many hosts use has beside.
type Shared interface {
	// Host is the name of this one among them.
	Host() string

	// Leaders says which host leads which lane at this moment; a lane that
	// nobody leads is not among them.
	Leaders(ctx context.Context) (map[string]string, error)

	// Renewed is a number that changes, every few seconds, as long as who leads
	// the lane lives: a host that dies is not noticed at once. 0: nobody leads.
	Renewed(ctx context.Context, lane string) (uint64, error)

	// Meet tells what a run leads and waits for, and returns what all of them
	// say, this one included, who spoke last at the end. Who has no lanes takes
	// leave; who says nothing more for some 15 s is forgotten.
	Meet(ctx context.Context, own Peer) ([]Peer, error)
}

// Peer is a run that stays, as others see it: the lanes that it leads, and those
// that it waits for.
type Peer struct {
	Run   string   `json:"run"` // random
	Leads []string `json:"leads,omitempty"`
	Asks  []string `json:"asks,omitempty"`
}

// Queue is the hand-off between accepting an event and delivering it.
type Queue interface {
	// Commit applies a change wholly or not at all. When it returns nil the
	// change survives kill -9 and power loss. A change whose ID was committed
	// before is not applied again: the receipt says Repeated.
	//
	// Errors that mean "not applied": *ConflictError (a rider or a record has
	// moved on: read again, compute again), *FullError (a lane has no room),
	// ErrBusy, ErrDiskFull, ErrReadOnly. After any other error the outcome is
	// unknown: nothing may be acknowledged, and the same change may be
	// committed again. After a conflict the next try for the same events keeps
	// its ID: an engine without transactions may have stored the blocks.
	Commit(ctx context.Context, c Change) (Receipt, error)

	// Lane describes one lane; a lane that was never used is Lane{Name: name,
	// Next: 1}, not an error.
	Lane(ctx context.Context, name string) (Lane, error)

	// Lanes describes every lane that exists, by name.
	Lanes(ctx context.Context) ([]Lane, error)

	// Read returns the events of a lane numbered from and above, in order, as
	// runs without holes inside; between runs numbers may be missing. It
	// returns at least one event if there is one, then as many as the limit
	// allows; a sealed batch comes whole. A damaged block is a *CorruptError,
	// never wrong bytes.
	Read(ctx context.Context, lane string, from uint64, limit Limit) ([]Run, error)

	// Lead makes the caller the only one to deliver a lane until the lease is
	// released or lost, or the process ends. ErrBusy: somebody else leads. It
	// never waits. Names with a slash are not lanes: who reads a file leads
	// "file/<identity>", so that two runs do not read it at once.
	Lead(ctx context.Context, name string) (Lease, error)

	// Changed returns when something may have been committed since the mark
	// was taken, by any process; it costs no lock. The zero mark returns at
	// once. It returns the new mark, or the error of the context.
	Changed(ctx context.Context, since Mark) (Mark, error)
}

// Ledger is what is kept beside the queue.
type Ledger interface {
	// Rider returns the rider of a key; Revision 0 when there is none.
	Rider(ctx context.Context, key string) (Rider, error)

	// Riders yields the riders whose keys begin with prefix, by key.
	Riders(ctx context.Context, prefix string) iter.Seq2[Rider, error]

	// Letters yields dead letters, oldest first; lane "" means all lanes.
	Letters(ctx context.Context, lane string) iter.Seq2[Letter, error]

	// Rejects yields rejects, oldest first.
	Rejects(ctx context.Context) iter.Seq2[Reject, error]

	// History yields the attempts of a lane since a time, oldest first.
	History(ctx context.Context, lane string, since time.Time) iter.Seq2[Attempt, error]

	// Slots yields the statistics of a lane since a time, oldest first.
	Slots(ctx context.Context, lane string, since time.Time) iter.Seq2[Slot, error]
}

// Lease is the right to deliver one lane.
type Lease interface {
	// Lost is closed when somebody else may have taken the lane. An engine
	// whose leases end only with the process never closes it.
	Lost() <-chan struct{}

	// Release gives the lane back. It may be called twice.
	Release() error
}

// Mark is a point in the history of a store, for [Queue.Changed].
type Mark uint64

// Limit bounds a read; zero means unbounded. The first event comes whatever
// its size.
type Limit struct {
	Events int
	Bytes  int64
}

// Lane describes the queue of one integration.
type Lane struct {
	Name   string
	Record Record // Revision 0 when nothing was written yet

	Next   uint64    // the number the next event will get; the first is 1
	Events int64     // waiting, those on the wire and aside included
	Bytes  int64     // of the events waiting
	Oldest time.Time // when the oldest waiting event was put; zero when empty

	Dead      int64 // dead letters
	DeadBytes int64
}

// Run is a row of events with consecutive numbers.
type Run struct {
	First uint64
	Count int
	Data  []byte // each event followed by '\n'; the caller's own, to keep and to change
	Put   time.Time
	Seal  *Seal // not nil: these events are one batch and join no other
}

// Seal fixes the batch that its events once were: a replayed dead letter.
type Seal struct {
	Key    string `json:"key"`
	Format string `json:"format"`
}
