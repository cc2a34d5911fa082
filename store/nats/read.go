package nats

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/wnotify/wnotify/store"
)

// lane reads the state of a lane; nil if there is none.
func (s *Store) lane(ctx context.Context, name string) (*lane, error) {
	if err := s.enter(ctx); err != nil {
		return nil, err
	}
	v, err := s.get(ctx, s.names.lane(name))
	if err != nil || v.data == nil {
		return nil, err
	}
	return decodeLane(name, v.data)
}

// Lane describes one lane.
func (s *Store) Lane(ctx context.Context, name string) (store.Lane, error) {
	l, err := s.lane(ctx, name)
	if err != nil || l == nil {
		return store.Lane{Name: name, Next: 1}, err
	}
	return l.describe(name)
}

// Lanes describes every lane that exists, by name.
func (s *Store) Lanes(ctx context.Context) ([]store.Lane, error) {
	if err := s.enter(ctx); err != nil {
		return nil, err
	}
	keys, err := s.list(ctx, s.names.key("lane", "*"))
	if err != nil {
		return nil, err
	}
	found := make([]*store.Lane, len(keys))
	err = each(len(keys), func(i int) error {
		name, err := text(last(keys[i]))
		if err != nil {
			return err
		}
		l, err := s.lane(ctx, name)
		if err != nil || l == nil {
			return err
		}
		described, err := l.describe(name)
		found[i] = &described
		return err
	})
	if err != nil {
		return nil, err
	}
	var lanes []store.Lane
	for _, l := range found {
		if l != nil {
			lanes = append(lanes, *l)
		}
	}
	slices.SortFunc(lanes, func(a, b store.Lane) int { return strings.Compare(a.Name, b.Name) })
	return lanes, nil
}

// readTries is how often a read begins anew because somebody used up what it
// was about to read.
const readTries = 8

// Read returns events of a lane; see [store.Queue].
func (s *Store) Read(ctx context.Context, name string, from uint64, limit store.Limit) ([]store.Run, error) {
	for try := 0; ; try++ {
		l, err := s.lane(ctx, name)
		if err != nil || l == nil {
			return nil, err
		}
		rd := reader{s: s, name: name, limit: limit}
		err = rd.lane(ctx, l, max(from, 1))
		corrupt := (*store.CorruptError)(nil)
		switch {
		case err == nil, len(rd.runs) > 0 && errors.As(err, &corrupt):
			return rd.runs, nil // the next read meets what is damaged
		case !errors.Is(err, errGone):
			return nil, err
		case try == readTries:
			return nil, &store.CorruptError{What: "block", Lane: name, Span: rd.at}
		}
		if err := pause(ctx, try); err != nil {
			return nil, err
		}
	}
}

// reader collects runs until a limit.
type reader struct {
	s      *Store
	name   string
	limit  store.Limit
	runs   []store.Run
	events int
	bytes  int64
	at     store.Span
	full   bool
}

func (rd *reader) lane(ctx context.Context, l *lane, from uint64) error {
	if err := rd.refs(ctx, l.head, from); err != nil {
		return err
	}
	for _, p := range l.Pages {
		if rd.full {
			return nil
		}
		if p.Last < from {
			continue
		}
		refs, err := rd.s.page(ctx, rd.name, l, p)
		if err != nil {
			return err
		}
		if err := rd.refs(ctx, refs, from); err != nil {
			return err
		}
	}
	return rd.refs(ctx, l.tail, from)
}

func (rd *reader) refs(ctx context.Context, refs []ref, from uint64) error {
	i, _ := slices.BinarySearchFunc(refs, from, func(r ref, n uint64) int {
		if r.last() < n {
			return -1
		}
		return 1
	})
	for _, r := range refs[i:] {
		if rd.full {
			return nil
		}
		if from > r.first {
			r.skip += from - r.first
			r.count -= from - r.first
			r.first = from
		}
		rd.at = store.Span{First: r.first, Last: r.last()}
		if err := rd.add(ctx, r); err != nil {
			return err
		}
	}
	return nil
}

// add appends events of one reference.
func (rd *reader) add(ctx context.Context, r ref) error {
	if rd.events > 0 && (rd.limit.Events > 0 && rd.events >= rd.limit.Events || rd.limit.Bytes > 0 && rd.bytes >= rd.limit.Bytes) {
		rd.full = true
		return nil
	}
	damaged := &store.CorruptError{What: "block", Lane: rd.name, Span: rd.at}
	content, err := rd.s.segment(ctx, r.seg.name)
	if errors.Is(err, errSegment) || errors.Is(err, store.ErrDamaged) {
		return damaged
	}
	if err != nil {
		return err
	}
	_, seal, data, err := content.block(r.off)
	if err != nil {
		return damaged
	}
	data, ok := lines(data, r.skip, r.count)
	if !ok {
		return damaged
	}
	count, data := rd.fit(data, r.count, seal)
	rd.full = count < r.count
	if count == 0 {
		return nil
	}
	rd.runs = append(rd.runs, store.Run{First: r.first, Count: int(count), Data: bytes.Clone(data), Put: timeOf(r.put), Seal: seal})
	rd.events += int(count)
	rd.bytes += int64(len(data))
	return nil
}

// fit cuts events to what the limit has room for. The first of all comes
// always, and a sealed batch whole or not at all.
func (rd *reader) fit(data []byte, count uint64, seal *store.Seal) (uint64, []byte) {
	n, at := uint64(0), 0
	for n < count {
		end := at + bytes.IndexByte(data[at:], '\n') + 1
		over := rd.limit.Events > 0 && rd.events+int(n) >= rd.limit.Events ||
			rd.limit.Bytes > 0 && rd.bytes+int64(end) > rd.limit.Bytes
		if over && rd.events+int(n) > 0 {
			break
		}
		n, at = n+1, end
	}
	switch {
	case n == count || seal == nil:
		return n, data[:at]
	case rd.events == 0:
		return count, data
	default:
		return 0, nil
	}
}
