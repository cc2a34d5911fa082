package nats

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/wnotify/wnotify/store"
)

// Settles that free little use up the reserve: each leaves a marker, the
// messages that removed its segments, and a line of history. So where it is
// spent, what this handle left and nobody will ask for goes, and history is not
// written for a while: a settle of what was delivered then takes no more room
// than it frees. A dead letter takes more; for it the oldest history goes.

// shortFor is how long a stream that was full to its last byte is spared.
const shortFor = time.Minute

// removedMost is how many keys that it removed a handle remembers.
const removedMost = 4096

// short is what this handle knows of a stream that is full to its last byte.
type short struct {
	mu       sync.Mutex
	since    time.Time
	warned   bool
	answered uint64   // every batch before this sequence has its answer
	cleared  uint64   // every own marker before it is gone
	removed  []string // keys that are never written again
}

func (s *Store) isShort() bool {
	s.short.mu.Lock()
	defer s.short.mu.Unlock()
	return !s.short.since.IsZero() && time.Since(s.short.since) < shortFor
}

// runShort begins to spare room.
func (s *Store) runShort() {
	s.short.mu.Lock()
	first := !s.short.warned
	s.short.since, s.short.warned = time.Now(), true
	s.short.mu.Unlock()
	if first {
		s.opts.Warn(errNoHistory)
	}
}

var errNoHistory = errors.New("the stream of the queue is full to its last byte: until it has room, what is settled leaves no line in the history of attempts, and old lines go")

// answered notes what a batch has left behind.
func (s *Store) answered(writes []write, first uint64) {
	s.short.mu.Lock()
	defer s.short.mu.Unlock()
	s.short.answered = first + uint64(len(writes))
	for _, w := range writes {
		if w.data == nil && !w.cas {
			s.short.removed = append(s.short.removed, w.key)
		}
	}
	s.short.removed = s.short.removed[max(0, len(s.short.removed)-removedMost):]
}

// clear removes what batches left behind that were answered, which needs no
// room: only a try without an answer needs its marker, and what comes late all
// the same is refused, since its lane has moved on. False: there was nothing.
func (s *Store) clear(ctx context.Context) bool {
	s.short.mu.Lock()
	answered, removed := s.short.answered, s.short.removed
	nothing := answered == s.short.cleared
	s.short.cleared, s.short.removed = answered, nil
	s.short.mu.Unlock()
	if nothing {
		return false
	}
	purge := func(key string) error {
		return s.stream.Purge(ctx, jetstream.WithPurgeSubject(key), jetstream.WithPurgeSequence(answered))
	}
	err := each(len(removed), func(i int) error { return purge(removed[i]) })
	return errors.Join(err, purge(s.names.own(s.handle, "*"))) == nil
}

// makeRoom makes room for who settles, as long as there is a way.
func (s *Store) makeRoom(ctx context.Context, err error) bool {
	return errors.Is(err, store.ErrDiskFull) && (s.spendReserve(ctx) || s.clear(ctx) || s.thin(ctx))
}

// thin removes the older half of the history of attempts of all lanes: a dead
// letter is worth more than a line about how it came to be. False: there is none.
func (s *Store) thin(ctx context.Context) bool {
	all := s.names.key("hist", ">")
	lines, err := s.list(ctx, all)
	if err != nil || len(lines) == 0 {
		return false
	}
	if len(lines) == 1 { // to keep none cannot be said
		return s.stream.Purge(ctx, jetstream.WithPurgeSubject(all)) == nil
	}
	return s.stream.Purge(ctx, jetstream.WithPurgeSubject(all), jetstream.WithPurgeKeep(uint64(len(lines)/2))) == nil
}
