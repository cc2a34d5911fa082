package nats

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/wnotify/wnotify/store"
)

// place says where a dead letter or a reject is.
type place struct {
	Key  string `json:"key"`
	Lane string `json:"lane,omitempty"`
	Inc  string `json:"inc,omitempty"`
	Size int64  `json:"size"`
}

// aged names a blob so that names are in the order of a time and an ID.
func (t *txn) aged(prefix string, at time.Time, id string, size int) string {
	return prefix + fmt.Sprintf(".%016x.", uint64(nanos(at))^(1<<63)) + token(id) + "." + blobName('b', size, t.s.part)
}

func (t *txn) place(key string) (p place, ok bool, err error) {
	b, err := t.read(key)
	if err != nil || b == nil {
		return p, false, err
	}
	return p, true, json.Unmarshal(b, &p)
}

func (t *txn) setPlace(key string, p place) error {
	b, err := json.Marshal(p)
	if err == nil {
		t.set(key, b)
	}
	return err
}

func (t *txn) letters(letters []store.Letter) error {
	for i := range letters {
		l := &letters[i]
		if err := t.bury([]string{l.ID}); err != nil {
			return err
		}
		lane, err := t.make(l.Lane)
		if err != nil {
			return err
		}
		content, err := given(l, l.Data)
		if err != nil {
			return err
		}
		key := t.aged(t.s.names.key("dead", token(l.Lane), lane.Inc), l.Died, l.ID, len(content))
		t.blob(key, content)
		lane.Dead++
		lane.DeadBytes += int64(len(l.Data))
		if err := t.setPlace(t.s.names.letterID(l.ID), place{Key: key, Lane: l.Lane, Inc: lane.Inc, Size: int64(len(l.Data))}); err != nil {
			return err
		}
	}
	return nil
}

// bury removes letters. A place of a lane that was removed means nothing.
func (t *txn) bury(ids []string) error {
	for _, id := range ids {
		key := t.s.names.letterID(id)
		p, ok, err := t.place(key)
		if err != nil {
			return err
		}
		if !ok {
			continue
		}
		t.set(key, nil)
		old, err := t.lane(p.Lane)
		if err != nil {
			return err
		}
		if old == nil || old.Inc != p.Inc {
			continue
		}
		l, err := t.make(p.Lane)
		if err != nil {
			return err
		}
		l.Dead--
		l.DeadBytes -= p.Size
		t.dropBlob(p.Key)
	}
	return nil
}

// dropBlob removes a blob, which may have been written by the same batch.
func (t *txn) dropBlob(key string) {
	for _, part := range blobParts(key) {
		if _, own := t.puts[part]; own {
			delete(t.puts, part)
		} else {
			t.puts[part] = write{key: part}
		}
	}
}

// Letters yields dead letters, oldest first.
func (s *Store) Letters(ctx context.Context, lane string) iter.Seq2[store.Letter, error] {
	return items(ctx, s, func() ([]string, error) {
		filter := "*"
		if lane != "" {
			filter = token(lane)
		}
		keys, err := s.blobsOf(ctx, s.names.key("dead", filter, "*", "*", "*", "*"))
		if err != nil {
			return nil, err
		}
		live := map[string]bool{}
		keys = slices.DeleteFunc(keys, func(key string) bool {
			parts := strings.Split(key, ".")
			of := strings.Join(parts[2:4], ".")
			if _, known := live[of]; !known {
				v, gerr := s.get(ctx, s.names.key("lane", parts[2]))
				err = errors.Join(err, gerr)
				var l struct {
					Inc string `json:"inc"`
				}
				live[of] = v.data != nil && json.Unmarshal(v.data, &l) == nil && l.Inc == parts[3]
			}
			return !live[of]
		})
		byAge(keys, 4)
		return keys, err
	}, func(key string) ([]store.Letter, error) {
		b, err := s.whole(ctx, key)
		if errors.Is(err, errGone) {
			return nil, nil
		}
		if err != nil {
			return nil, err
		}
		var l store.Letter
		if l.Data, err = ungiven(b, &l); err != nil {
			return nil, &store.CorruptError{What: "dead letter", Lane: lane}
		}
		return []store.Letter{l}, nil
	})
}

// byAge sorts names by what aged put into the token with an index and after.
func byAge(keys []string, index int) {
	of := func(key string) string {
		parts := strings.SplitN(key, ".", index+1)
		at, rest, _ := strings.Cut(parts[index], ".")
		id, _, _ := strings.Cut(rest, ".")
		plain, err := text(id)
		if err != nil {
			plain = id
		}
		return at + plain
	}
	slices.SortFunc(keys, func(a, b string) int { return strings.Compare(of(a), of(b)) })
}
