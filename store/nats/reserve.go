package nats

import (
	"context"
	"strconv"
	"sync"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/wnotify/wnotify/store"
)

// Settling is publishing too, so a stream that is full to its max_bytes could
// not even be emptied. A stream with a limit therefore holds a reserve, which is
// nothing but room: who has to settle and finds none purges it, which needs no
// room. A put is taken only while the reserve is there, which the server checks
// in the put's own batch, and a put that finds it gone has to make it first.

// The reserve is an eighth of max_bytes and at most reserveMost: the largest
// settle writes a dead letter of batch_bytes, its lane, and a page or two.
const (
	reserveShare = 8
	reserveMost  = 4 << 20
)

// lookAtLimit is how old what we know of max_bytes may be: the operator may
// change it at any time.
const lookAtLimit = time.Minute

// limit is what the operator lets the stream grow to.
type limit struct {
	mu     sync.Mutex
	bytes  int64 // 0: no limit
	looked time.Time
}

// limited returns max_bytes of the stream, 0 when it has none.
func (s *Store) limited(ctx context.Context, fresh bool) (int64, error) {
	s.limit.mu.Lock()
	defer s.limit.mu.Unlock()
	if !fresh && time.Since(s.limit.looked) < lookAtLimit {
		return s.limit.bytes, nil
	}
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	info, err := s.stream.Info(ctx)
	if err != nil {
		return 0, err
	}
	s.limit.bytes, s.limit.looked = max(0, info.Config.MaxBytes), time.Now()
	return s.limit.bytes, nil
}

// guard makes the batch of a put depend on the reserve. It makes the reserve if
// there is none; when there is no room for it, there is none for a put.
func (t *txn) guard() error {
	most, err := t.s.limited(t.ctx, false)
	if err != nil || most == 0 {
		return err
	}
	key := t.s.names.reserve(0)
	k, err := t.look(key)
	if err != nil {
		return err
	}
	if k.data == nil {
		if k.seq, err = t.s.makeReserve(t.ctx, most, k.seq); err != nil {
			return err
		}
		k.data = []byte{}
		t.s.cache.put(key, k)
	}
	guard := t.s.names.key("guard")
	t.puts[guard] = write{key: guard, under: key, cas: true, seen: k.seq, ttl: forgetRemoved}
	return nil
}

// makeReserve fills the reserve, and returns the sequence of its first message.
func (s *Store) makeReserve(ctx context.Context, most int64, seen uint64) (uint64, error) {
	size := int(min(most/reserveShare, reserveMost))
	var parts []write
	for i := 0; size > 0; i++ {
		n := min(size, s.part)
		parts = append(parts, write{key: s.names.reserve(i), data: make([]byte, n)})
		size -= n
	}
	parts[0].cas, parts[0].seen = true, seen
	return s.publishOnce(ctx, parts)
}

// spendReserve gives the room of the reserve to who settles. False: there was
// none.
func (s *Store) spendReserve(ctx context.Context) bool {
	most, err := s.limited(ctx, true)
	if err != nil || most == 0 {
		return false
	}
	all := s.names.key("reserve", "*")
	held, err := s.list(ctx, all)
	if err != nil || len(held) == 0 {
		return false
	}
	return s.stream.Purge(ctx, jetstream.WithPurgeSubject(all)) == nil
}

// publish commits writes that must not fail for want of room; see
// [Store.publishOnce].
func (s *Store) publish(ctx context.Context, writes []write) (uint64, error) {
	first, err := s.publishOnce(ctx, writes)
	for try := 0; try < 4 && s.makeRoom(ctx, err); try++ {
		first, err = s.publishOnce(ctx, writes) // a put may have made it again meanwhile
	}
	return first, err
}

func (n names) reserve(part int) string { return n.key("reserve", strconv.Itoa(part)) }

// FullError says that the stream takes no more. It is [store.ErrDiskFull];
// nothing was applied.
type FullError struct {
	Why string // what the server said
}

func (e *FullError) Error() string { return "the stream of the queue takes no more: " + e.Why }

// Is makes errors.Is(err, store.ErrDiskFull) true.
func (e *FullError) Is(target error) bool { return target == store.ErrDiskFull }
