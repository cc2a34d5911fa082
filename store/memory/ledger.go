package memory

import (
	"bytes"
	"cmp"
	"context"
	"iter"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/wnotify/wnotify/store"
)

// Rider returns the rider of a key.
func (s *Store) Rider(ctx context.Context, key string) (store.Rider, error) {
	d, err := s.enter(ctx, "rider")
	if err != nil {
		return store.Rider{}, err
	}
	defer d.mu.Unlock()
	r := d.riders[key]
	r.Key, r.Value = key, bytes.Clone(r.Value)
	return r, nil
}

// Riders yields riders by key.
func (s *Store) Riders(ctx context.Context, prefix string) iter.Seq2[store.Rider, error] {
	return list(ctx, s, "riders", func(d *data) (riders []store.Rider) {
		for _, key := range slices.Sorted(maps.Keys(d.riders)) {
			if strings.HasPrefix(key, prefix) {
				r := d.riders[key]
				r.Value = bytes.Clone(r.Value)
				riders = append(riders, r)
			}
		}
		return riders
	})
}

// Letters yields dead letters by the time of their death.
func (s *Store) Letters(ctx context.Context, lane string) iter.Seq2[store.Letter, error] {
	return list(ctx, s, "letters", func(d *data) (letters []store.Letter) {
		for _, l := range d.letters {
			if lane == "" || l.Lane == lane {
				l.Data = bytes.Clone(l.Data)
				letters = append(letters, l)
			}
		}
		slices.SortFunc(letters, func(a, b store.Letter) int {
			return cmp.Or(a.Died.Compare(b.Died), cmp.Compare(a.ID, b.ID))
		})
		return letters
	})
}

// Rejects yields rejects by their time.
func (s *Store) Rejects(ctx context.Context) iter.Seq2[store.Reject, error] {
	return list(ctx, s, "rejects", func(d *data) (rejects []store.Reject) {
		for _, r := range d.rejects {
			r.Data = bytes.Clone(r.Data)
			rejects = append(rejects, r)
		}
		slices.SortFunc(rejects, func(a, b store.Reject) int {
			return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.ID, b.ID))
		})
		return rejects
	})
}

// History yields the attempts that ended at a time or later.
func (s *Store) History(ctx context.Context, lane string, since time.Time) iter.Seq2[store.Attempt, error] {
	return list(ctx, s, "history", func(d *data) (attempts []store.Attempt) {
		for _, a := range d.look(lane).attempts {
			if !a.At.Before(since) {
				attempts = append(attempts, a)
			}
		}
		return attempts
	})
}

// Slots yields the slots that end after a time.
func (s *Store) Slots(ctx context.Context, lane string, since time.Time) iter.Seq2[store.Slot, error] {
	return list(ctx, s, "slots", func(d *data) (slots []store.Slot) {
		for _, slot := range d.look(lane).slots {
			if slot.Start.Add(slot.Width).After(since) {
				slots = append(slots, slot)
			}
		}
		return slots
	})
}

// list yields what pick found when the loop began, without the lock, so that
// the body of the loop may use the store.
func list[T any](ctx context.Context, s *Store, op string, pick func(*data) []T) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		var zero T
		d, err := s.enter(ctx, op)
		if err != nil {
			yield(zero, err)
			return
		}
		items := pick(d)
		d.mu.Unlock()
		for _, item := range items {
			if err := ctx.Err(); err != nil {
				yield(zero, err)
				return
			}
			if !yield(item, nil) {
				return
			}
		}
	}
}
