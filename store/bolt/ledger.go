package bolt

import (
	"bytes"
	"context"
	"encoding/json"
	"iter"
	"slices"
	"strings"
	"time"

	"go.etcd.io/bbolt"

	"github.com/wnotify/wnotify/store"
)

// A page is what one transaction of an iterator reads.
const (
	pageItems = 256
	pageBytes = 1 << 20
)

// pages yields what decode makes of the values of a bucket from a key on. No
// transaction is open while the caller has the floor, so what is committed
// meanwhile may or may not be seen. Decode may skip a value; what cannot be
// decoded is yielded as an error, and the next ones follow.
func pages[T any](ctx context.Context, s *Store, find func(*bbolt.Tx) *bbolt.Bucket, from []byte, decode func(k, v []byte) (x T, ok bool, err error)) iter.Seq2[T, error] {
	type item struct {
		x   T
		err error
	}
	return func(yield func(T, error) bool) {
		next, end := bytes.Clone(from), false
		for !end {
			var items []item
			err := s.view(ctx, func(tx *bbolt.Tx) error {
				items, end = nil, true
				b := find(tx)
				if b == nil {
					return nil
				}
				c, size := b.Cursor(), 0
				for k, v := c.Seek(next); k != nil; k, v = c.Next() {
					if len(items) >= pageItems || size >= pageBytes {
						next, end = bytes.Clone(k), false
						return nil
					}
					x, ok, err := decode(k, v)
					if ok || err != nil {
						items = append(items, item{x, err})
						size += len(v)
					}
				}
				return nil
			})
			for _, i := range items {
				if !yield(i.x, i.err) {
					return
				}
			}
			if err != nil {
				var zero T
				yield(zero, err)
				return
			}
			if len(items) == 0 {
				return
			}
		}
	}
}

func top(name []byte) func(*bbolt.Tx) *bbolt.Bucket {
	return func(tx *bbolt.Tx) *bbolt.Bucket { return tx.Bucket(name) }
}

// ofLane finds a bucket of a lane.
func ofLane(lane string, name []byte) func(*bbolt.Tx) *bbolt.Bucket {
	return func(tx *bbolt.Tx) *bbolt.Bucket {
		if lane == "" {
			return nil
		}
		if b := tx.Bucket(bLanes).Bucket([]byte(lane)); b != nil {
			return b.Bucket(name)
		}
		return nil
	}
}

// Rider returns the rider of a key.
func (s *Store) Rider(ctx context.Context, key string) (store.Rider, error) {
	r := store.Rider{Key: key}
	err := s.view(ctx, func(tx *bbolt.Tx) (err error) {
		r, _, err = decodeRider(key, tx.Bucket(bRiders).Get([]byte(key)))
		return err
	})
	return r, err
}

// Riders yields the riders whose keys begin with prefix, by key.
func (s *Store) Riders(ctx context.Context, prefix string) iter.Seq2[store.Rider, error] {
	all := pages(ctx, s, top(bRiders), []byte(prefix), func(k, v []byte) (store.Rider, bool, error) {
		r, _, err := decodeRider(string(k), v)
		return r, true, err
	})
	return func(yield func(store.Rider, error) bool) {
		for r, err := range all {
			if r.Key != "" && !strings.HasPrefix(r.Key, prefix) || !yield(r, err) {
				return
			}
		}
	}
}

// Letters yields dead letters, oldest first.
func (s *Store) Letters(ctx context.Context, lane string) iter.Seq2[store.Letter, error] {
	return pages(ctx, s, top(bDead), nil, func(k, v []byte) (store.Letter, bool, error) {
		l, err := decodeLetter(v)
		if err != nil {
			return l, false, &store.CorruptError{What: "dead letter " + string(k[min(8, len(k)):])}
		}
		return l, lane == "" || l.Lane == lane, nil
	})
}

// Rejects yields rejects, oldest first.
func (s *Store) Rejects(ctx context.Context) iter.Seq2[store.Reject, error] {
	return pages(ctx, s, top(bRejects), nil, func(k, v []byte) (store.Reject, bool, error) {
		r, err := decodeReject(v)
		if err != nil {
			return r, false, &store.CorruptError{What: "reject " + string(k[min(8, len(k)):])}
		}
		return r, true, nil
	})
}

// History yields the attempts of a lane since a time, oldest first.
func (s *Store) History(ctx context.Context, lane string, since time.Time) iter.Seq2[store.Attempt, error] {
	var from []byte
	if !since.IsZero() {
		from = be64(timeKey(since))
	}
	return pages(ctx, s, ofLane(lane, bHistory), from, func(_, v []byte) (a store.Attempt, ok bool, err error) {
		_, _, text, err := decodeAttempt(v)
		if err != nil || json.Unmarshal(text, &a) != nil {
			return a, false, &store.CorruptError{What: "attempt", Lane: lane}
		}
		return a, true, nil
	})
}

// Slots yields the statistics of a lane since a time, oldest first: every
// slot that ends after it.
func (s *Store) Slots(ctx context.Context, lane string, since time.Time) iter.Seq2[store.Slot, error] {
	all := pages(ctx, s, ofLane(lane, bStats), nil, func(_, v []byte) (store.Slot, bool, error) {
		x, _, _, err := decodeSlot(v)
		if err != nil {
			return x, false, &store.CorruptError{What: "statistics", Lane: lane}
		}
		return x, x.Start.Add(x.Width).After(since), nil
	})
	return func(yield func(store.Slot, error) bool) {
		var slots []store.Slot // days and slots overlap, so all are sorted
		for x, err := range all {
			if err != nil {
				if !yield(x, err) {
					return
				}
				continue
			}
			slots = append(slots, x)
		}
		slices.SortStableFunc(slots, bySlotStart)
		for _, x := range slots {
			if !yield(x, nil) {
				return
			}
		}
	}
}
