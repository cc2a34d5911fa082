// Package nats is the queue for many machines: the contract of package store
// on one NATS JetStream stream, so that any number of hosts send into it and
// deliver from it.
//
// JetStream is used as a key-value store with transactions. A key is a subject
// that keeps its last message; a change is ONE atomic batch (ADR-50), in which
// every key that was looked at carries the sequence it was seen with. So a
// change is there wholly or not at all, and two hosts never overwrite each
// other: who loses reads again, computes again and publishes again, and only a
// verdict from fresh reads (a conflict, no room) reaches the caller.
//
//	meta                     schema, install ID
//	lane.<lane>              counters, record, the references of the queue's ends
//	page.<lane>.<inc>.<id>   256 references between the ends
//	seg.<name>.<part>        blocks that were put together, stored once, packed
//	dead.… deadid.<id>       a dead letter, and where it is
//	reject.… rejectid.<id>   a reject, and where it is; kept: their bytes
//	rider.…                  riders; cursors belong to a host
//	hist.<lane>.<inc>.<n>    attempts; day.<lane>.<inc>.<day>: statistics
//	change.<id>              a change that was committed; the server drops it after an hour
//	change.<handle>.<id>     one that only its handle might try again; after 5 minutes
//	lead.<name>              a lease; the server drops it when it is not renewed
//	bulk.<id>                segments that are stored ahead of their batch
//	gone.<inc>               a removed lane whose rest is still to be purged
//	reserve.<n> guard        room for settling in a stream with max_bytes
//
// Every value has a checksum. Leases end by the server's clock and, a margin
// earlier, by the monotonic clock of their holder, so clocks of hosts may
// differ. What is stored is as durable as the server's settings: JetStream
// acknowledges before fsync unless its sync_interval is "always".
//
// The package refuses a stream that somebody else made otherwise, a server that
// cannot do atomic batches, and a change that does not fit into one batch. It
// never looks at what an event says.
package nats

import (
	"context"
	"errors"
	"sync"
	"time"

	client "github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/wnotify/wnotify/store"
)

// Options say where the queue is. The zero value of a field is its default.
type Options struct {
	URL         string // one or more servers, with commas between
	Credentials string // content of a .creds file; empty: none
	Stream      string // default "wnotify"
	Replicas    int    // 1 to 5, default 1; only used to make the stream and to check it
	Host        string // who we are: file cursors and leases of files belong to it. Required
	MaxEvent    int    // bytes; the largest message a server must take, default 1 MiB

	// Reconnected and other news of the connection that no call returns.
	Warn func(error)

	// Waiting is told, from another goroutine, that [Open] has been waiting for a
	// second: for which servers, and for how long at most. Nil: nobody.
	Waiting func(servers string, most time.Duration)
}

const (
	schema         = 1
	defaultStream  = "wnotify"
	defaultMaximum = 1 << 20

	dialTimeout = 5 * time.Second
	callTimeout = 5 * time.Second  // of one request
	giveUp      = 20 * time.Second // of one commit, or one question, with all its tries
	tellAfter   = time.Second      // of waiting in silence
)

// errClosed is the answer of a handle after Close.
var errClosed = errors.New("this handle of the queue is closed")

// Store is a handle on the queue. It implements [store.Store].
type Store struct {
	opts    Options
	nc      *client.Conn
	stream  jetstream.Stream
	info    *jetstream.StreamInfo
	made    bool // the stream, by this handle
	install string
	names   names
	part    int // bytes of a value in one message
	handle  string

	queue  queue
	cache  cache
	blobs  blobs
	wakes  wakes
	leases leases
	sweeps sweeps
	limit  limit
	short  short

	life  context.Context //nolint:containedctx // of the goroutines of this handle
	end   context.CancelFunc
	alive sync.WaitGroup
	once  sync.Once
}

var (
	_ store.Store  = (*Store)(nil)
	_ store.Shared = (*Store)(nil)
)

// Open connects, makes the stream if there is none, and checks that it is ours.
// Its errors are a *[SetupError] where somebody has to change something.
func Open(ctx context.Context, o Options) (*Store, error) {
	o, err := o.filled()
	if err != nil {
		return nil, err
	}
	s := &Store{opts: o, names: names(o.Stream), handle: uid()}
	s.life, s.end = context.WithCancel(context.WithoutCancel(ctx))
	s.wakes.init()
	s.queue.init()
	s.leases.init()
	if err := s.connect(); err != nil {
		s.end()
		return nil, err
	}
	soon := time.AfterFunc(tellAfter, func() { o.Waiting(o.servers(), giveUp) })
	defer soon.Stop()
	for _, step := range []func(context.Context) error{s.ensure, s.watch, s.identify, s.sweepRemoved, s.sweepBulk} {
		if err := step(ctx); err != nil {
			s.end()
			s.nc.Close()
			return nil, err
		}
	}
	s.alive.Go(s.write)
	return s, nil
}

func (o Options) filled() (Options, error) {
	if o.Stream == "" {
		o.Stream = defaultStream
	}
	if o.Replicas == 0 {
		o.Replicas = 1
	}
	if o.MaxEvent == 0 {
		o.MaxEvent = defaultMaximum
	}
	if o.Warn == nil {
		o.Warn = func(error) {}
	}
	if o.Waiting == nil {
		o.Waiting = func(string, time.Duration) {}
	}
	if !validStream(o.Stream) {
		return o, &SetupError{Kind: Unfit, Where: "store.stream", Err: errors.New("the name of a stream is letters, digits, _ and -"), Fix: `stream = "wnotify"`}
	}
	if o.Host == "" {
		return o, errors.New("a queue on NATS needs the name of this host")
	}
	return o, nil
}

// Install identifies this queue.
func (s *Store) Install(context.Context) (string, error) { return s.install, nil }

// Host is who we are among the hosts.
func (s *Store) Host() string { return s.opts.Host }

// Close gives the leases back and ends the connection. What waits to be
// committed is refused.
func (s *Store) Close() error {
	s.once.Do(func() {
		s.leases.releaseAll()
		s.end()
		s.alive.Wait()
		s.queue.shut()
		s.nc.Close()
	})
	return nil
}

// enter begins an operation: it fails if the context or the handle has ended.
func (s *Store) enter(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if s.life.Err() != nil {
		return errClosed
	}
	return nil
}
