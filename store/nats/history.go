package nats

import (
	"cmp"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strconv"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/wnotify/wnotify/store"
)

const (
	day       = 24 * time.Hour
	dayLayout = "20060102"

	attemptsTogether = 500  // in one message
	trimEvery        = 1000 // attempts
)

// cut says that of the attempts numbered below Before those that ended earlier
// than At are gone. Later attempts may have ended earlier: clocks jump.
type cut struct {
	Before uint64 `json:"before"`
	At     int64  `json:"at"`
}

// cutsMax is how many cuts are kept; more than one only after a clock that was
// ahead.
const cutsMax = 8

// gone reports whether an attempt is no longer part of history.
func (l *lane) gone(number uint64, at time.Time) bool {
	return number+store.HistoryMax < l.Attempts ||
		slices.ContainsFunc(l.Cuts, func(c cut) bool { return number < c.Before && at.UnixNano() < c.At })
}

// cut ends history a retention before a time, for the attempts there are.
func (l *lane) cut(newest int64, retention time.Duration) {
	next := cut{Before: l.Attempts, At: newest - int64(retention)}
	l.Cuts = slices.DeleteFunc(l.Cuts, func(c cut) bool { return c.At <= next.At })
	l.Cuts = append(l.Cuts, next)
	l.Cuts = l.Cuts[max(0, len(l.Cuts)-cutsMax):]
}

// note puts attempts into history and statistics of a lane. What is old is
// counted from the newest of them; the server drops the messages some time
// after that.
func (t *txn) note(name string, l *lane, attempts []store.Attempt, retention time.Duration) error {
	if len(attempts) == 0 {
		return nil
	}
	l.Newest = slices.MaxFunc(attempts, func(a, b store.Attempt) int { return a.At.Compare(b.At) }).At.UnixNano()
	ttl := time.Duration(0)
	if retention > 0 {
		ttl = retention.Round(time.Second) + day
	}
	for some := range slices.Chunk(attempts, attemptsTogether) {
		text, err := json.Marshal(some)
		if err != nil {
			return err
		}
		if !t.spare {
			t.add(t.s.names.ofLane("hist", name, l.Inc, fmt.Sprintf("%016x", l.Attempts)), text, ttl)
		}
		before := l.Attempts
		l.Attempts += uint64(len(some))
		if before/trimEvery != l.Attempts/trimEvery {
			t.after = append(t.after, func(ctx context.Context) { t.s.trim(ctx, name, l.Inc) })
		}
	}
	if retention > 0 {
		l.cut(l.Newest, retention)
	}
	for i := range attempts {
		if err := t.count(name, l, &attempts[i]); err != nil {
			return err
		}
	}
	return nil
}

// trim removes messages of history that no reader would look at: each has one
// attempt at least.
func (s *Store) trim(ctx context.Context, name, inc string) {
	_ = s.stream.Purge(ctx, jetstream.WithPurgeSubject(s.names.ofLane("hist", name, inc, "*")), jetstream.WithPurgeKeep(store.HistoryMax))
}

// count adds an attempt to the statistics of its day.
func (t *txn) count(name string, l *lane, a *store.Attempt) error {
	key := t.s.names.ofLane("day", name, l.Inc, a.At.UTC().Format(dayLayout))
	b, err := t.read(key)
	if err != nil {
		return err
	}
	slots, err := decodeSlots(b)
	if err != nil {
		slots = nil // statistics are not worth an event
	}
	start := a.At.UTC().Truncate(store.SlotWidth)
	i, found := slices.BinarySearchFunc(slots, start, func(s store.Slot, at time.Time) int { return s.Start.Compare(at) })
	if !found {
		slots = slices.Insert(slots, i, store.Slot{Start: start, Width: store.SlotWidth})
	}
	slots[i].Add(*a)
	t.set(key, encodeSlots(slots))
	return nil
}

func encodeSlots(slots []store.Slot) []byte {
	b := make([]byte, 0, 48*len(slots))
	for _, s := range slots {
		b = binary.AppendVarint(b, s.Start.Unix())
		for _, n := range []int64{s.Requests, s.Failures, s.Events, s.Bytes, s.Dead, int64(s.Took)} {
			b = binary.AppendVarint(b, n)
		}
		for _, n := range s.Latency {
			b = binary.AppendVarint(b, n)
		}
	}
	return b
}

func decodeSlots(b []byte) (slots []store.Slot, err error) {
	num := func() int64 {
		v, n := binary.Varint(b)
		if n <= 0 {
			b, err = nil, errors.New("statistics cannot be read")
			return 0
		}
		b = b[n:]
		return v
	}
	for len(b) > 0 {
		s := store.Slot{Start: time.Unix(num(), 0).UTC(), Width: store.SlotWidth}
		s.Requests, s.Failures, s.Events, s.Bytes, s.Dead, s.Took = num(), num(), num(), num(), num(), time.Duration(num())
		for i := range s.Latency {
			s.Latency[i] = num()
		}
		slots = append(slots, s)
	}
	return slots, err
}

// History yields the attempts of a lane since a time, oldest first.
func (s *Store) History(ctx context.Context, name string, since time.Time) iter.Seq2[store.Attempt, error] {
	return func(yield func(store.Attempt, error) bool) {
		attempts, err := s.history(ctx, name, since)
		if err != nil {
			yield(store.Attempt{}, err)
			return
		}
		for _, a := range attempts {
			if !yield(a, nil) {
				return
			}
		}
	}
}

func (s *Store) history(ctx context.Context, name string, since time.Time) ([]store.Attempt, error) {
	l, err := s.lane(ctx, name)
	if err != nil || l == nil {
		return nil, err
	}
	keys, err := s.list(ctx, s.names.ofLane("hist", name, l.Inc, "*"))
	if err != nil {
		return nil, err
	}
	values, err := s.getAll(ctx, keys)
	if err != nil {
		return nil, err
	}
	var attempts []store.Attempt
	for i, v := range values {
		if v.data == nil {
			continue
		}
		var some []store.Attempt
		first, err := strconv.ParseUint(last(keys[i]), 16, 64)
		if err != nil || json.Unmarshal(v.data, &some) != nil {
			return nil, &store.CorruptError{What: "attempts", Lane: name}
		}
		for j, a := range some {
			if !l.gone(first+uint64(j), a.At) && !a.At.Before(since) {
				attempts = append(attempts, a)
			}
		}
	}
	slices.SortStableFunc(attempts, func(a, b store.Attempt) int { return a.At.Compare(b.At) })
	return attempts, nil
}

// Slots yields the statistics of a lane since a time, oldest first: every slot
// that ends after it.
func (s *Store) Slots(ctx context.Context, name string, since time.Time) iter.Seq2[store.Slot, error] {
	return func(yield func(store.Slot, error) bool) {
		slots, err := s.slots(ctx, name)
		if err != nil {
			yield(store.Slot{}, err)
			return
		}
		for _, slot := range slots {
			if slot.Start.Add(slot.Width).After(since) && !yield(slot, nil) {
				return
			}
		}
	}
}

func (s *Store) slots(ctx context.Context, name string) ([]store.Slot, error) {
	l, err := s.lane(ctx, name)
	if err != nil || l == nil {
		return nil, err
	}
	keys, err := s.list(ctx, s.names.ofLane("day", name, l.Inc, "*"))
	if err != nil {
		return nil, err
	}
	values, err := s.getAll(ctx, keys)
	if err != nil {
		return nil, err
	}
	var slots []store.Slot
	for _, v := range values {
		some, err := decodeSlots(v.data)
		if err != nil {
			return nil, &store.CorruptError{What: "statistics", Lane: name}
		}
		slots = append(slots, some...)
	}
	return merged(slots, time.Unix(0, l.Newest).Add(-store.SlotDetail)), nil
}

// merged adds slots that begin before a time to those of their days.
func merged(slots []store.Slot, before time.Time) []store.Slot {
	days := map[int64]*store.Slot{}
	var all []store.Slot
	for _, s := range slots {
		if !s.Start.Before(before) {
			all = append(all, s)
			continue
		}
		start := s.Start.Truncate(day)
		if days[start.Unix()] == nil {
			days[start.Unix()] = &store.Slot{Start: start, Width: day}
		}
		days[start.Unix()].Merge(s)
	}
	for _, d := range days {
		all = append(all, *d)
	}
	slices.SortFunc(all, func(a, b store.Slot) int {
		return cmp.Or(a.Start.Compare(b.Start), -cmp.Compare(a.Width, b.Width))
	})
	return all
}
