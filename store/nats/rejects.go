package nats

import (
	"context"
	"encoding/json"
	"errors"
	"iter"
	"math"

	"github.com/wnotify/wnotify/store"
)

// kept counts the rejects.
type kept struct {
	Bytes   int64 `json:"bytes"`
	Skipped int64 `json:"skipped,omitempty"`
}

func (t *txn) kept() (k kept, err error) {
	b, err := t.read(t.s.names.kept())
	if err != nil || b == nil {
		return k, err
	}
	return k, json.Unmarshal(b, &k)
}

func (t *txn) setKept(k kept) error {
	b, err := json.Marshal(k)
	if err == nil {
		t.set(t.s.names.kept(), b)
	}
	return err
}

// rejects keeps rejects, each once, as long as there is room.
func (t *txn) rejects(c *store.Change, receipt *store.Receipt) error {
	limit := c.RejectsCap
	if limit <= 0 {
		limit = math.MaxInt64
	}
	for i := range c.Rejects {
		r := &c.Rejects[i]
		_, there, err := t.place(t.s.names.rejectID(r.ID))
		if err != nil {
			return err
		}
		if there {
			receipt.Rejects++
			continue
		}
		k, err := t.kept()
		if err != nil {
			return err
		}
		size := int64(len(r.Data))
		if k.Bytes+size > limit {
			k.Skipped++
			if err := t.setKept(k); err != nil {
				return err
			}
			continue
		}
		content, err := given(r, r.Data)
		if err != nil {
			return err
		}
		key := t.aged(t.s.names.key("reject"), r.At, r.ID, len(content))
		t.blob(key, content)
		k.Bytes += size
		receipt.Rejects++
		if err := errors.Join(t.setKept(k), t.setPlace(t.s.names.rejectID(r.ID), place{Key: key, Size: size})); err != nil {
			return err
		}
	}
	return nil
}

func (t *txn) forget(ids []string) error {
	for _, id := range ids {
		key := t.s.names.rejectID(id)
		p, ok, err := t.place(key)
		if err != nil {
			return err
		}
		if !ok {
			continue
		}
		k, err := t.kept()
		if err != nil {
			return err
		}
		k.Bytes -= p.Size
		t.set(key, nil)
		t.dropBlob(p.Key)
		if err := t.setKept(k); err != nil {
			return err
		}
	}
	return nil
}

// Rejects yields rejects, oldest first.
func (s *Store) Rejects(ctx context.Context) iter.Seq2[store.Reject, error] {
	return items(ctx, s, func() ([]string, error) {
		keys, err := s.blobsOf(ctx, s.names.key("reject", "*", "*", "*"))
		byAge(keys, 2)
		return keys, err
	}, func(key string) ([]store.Reject, error) {
		b, err := s.whole(ctx, key)
		if errors.Is(err, errGone) {
			return nil, nil
		}
		if err != nil {
			return nil, err
		}
		var r store.Reject
		if r.Data, err = ungiven(b, &r); err != nil {
			return nil, &store.CorruptError{What: "reject"}
		}
		return []store.Reject{r}, nil
	})
}
