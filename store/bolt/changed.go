package bolt

import (
	"context"
	"encoding/binary"
	"errors"
	"hash/fnv"
	"io/fs"
	"os"
	"sync"
	"time"

	"github.com/wnotify/wnotify/store"
)

// pollEvery is how soon the commit of another process is seen.
const pollEvery = 250 * time.Millisecond

// markAbsent is the mark of a queue that does not exist.
const markAbsent store.Mark = 1

// broadcast wakes everybody who waits for it.
type broadcast struct {
	mu sync.Mutex
	ch chan struct{}
}

func (b *broadcast) wait() <-chan struct{} {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.ch == nil {
		b.ch = make(chan struct{})
	}
	return b.ch
}

func (b *broadcast) all() {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.ch != nil {
		close(b.ch)
		b.ch = nil
	}
}

// Changed waits for a commit of anybody; see [store.Queue].
func (s *Store) Changed(ctx context.Context, since store.Mark) (store.Mark, error) {
	poll := time.NewTicker(pollEvery)
	defer poll.Stop()
	for {
		if s.closed.Load() {
			return since, errClosed
		}
		woken := s.wake.wait() // before the look, so that nothing falls between
		now, err := s.mark()
		if err != nil || now != since {
			return now, err
		}
		select {
		case <-ctx.Done():
			return now, ctx.Err()
		case <-woken:
		case <-poll.C:
			s.rest()
		}
	}
}

// mark is where the journal is, read without a lock. A read in the middle of
// a commit gives a mark that nobody has, so it is looked at again.
func (s *Store) mark() (store.Mark, error) {
	f, err := os.OpenFile(s.journal, os.O_RDONLY|noFollow, 0)
	if errors.Is(err, fs.ErrNotExist) {
		return markAbsent, nil
	}
	if err != nil {
		return 0, err
	}
	defer f.Close()
	fi, err := f.Stat()
	if err != nil {
		return 0, err
	}
	h, err := readHeader(f, 0)
	if err != nil {
		return 0, err
	}
	sum := fnv.New64a()
	id := inodeOf(fi)
	_, _ = sum.Write(binary.LittleEndian.AppendUint64(binary.LittleEndian.AppendUint64(nil, id.dev), id.ino))
	_, _ = sum.Write(h.raw[0][:])
	_, _ = sum.Write(h.raw[1][:])
	return store.Mark(sum.Sum64() | 2), nil
}

// rest closes a handle that nobody has used since the last look: its mapping
// counts as our memory.
func (s *Store) rest() {
	select {
	case s.gate <- struct{}{}:
	default:
		return
	}
	if s.busy == s.idleAt {
		_ = s.drop()
	}
	s.idleAt = s.busy
	<-s.gate
}
