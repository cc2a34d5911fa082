package nats

import (
	"bytes"
	"cmp"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"iter"
	"slices"
	"strings"

	"github.com/wnotify/wnotify/store"
)

func encodeRider(revision uint64, v []byte) []byte {
	return append(binary.AppendUvarint(nil, revision), v...)
}

func decodeRider(key string, b []byte) (store.Rider, error) {
	r := store.Rider{Key: key}
	if b == nil {
		return r, nil
	}
	revision, n := binary.Uvarint(b)
	if n <= 0 {
		return r, &store.CorruptError{What: "rider " + key}
	}
	r.Revision, r.Value = revision, append([]byte{}, b[n:]...)
	return r, nil
}

func (t *txn) rider(key string) (store.Rider, error) {
	b, err := t.read(t.s.names.rider(t.s.opts.Host, key))
	if err != nil {
		return store.Rider{}, err
	}
	return decodeRider(key, b)
}

func (t *txn) ride(riders []store.Rider) error { //nolint:unparam // one of the steps of a change
	for _, r := range riders {
		key := t.s.names.rider(t.s.opts.Host, r.Key)
		if r.Value == nil {
			t.set(key, nil)
		} else {
			t.set(key, encodeRider(r.Revision+1, r.Value))
		}
	}
	return nil
}

// Rider returns the rider of a key.
func (s *Store) Rider(ctx context.Context, key string) (store.Rider, error) {
	if err := s.enter(ctx); err != nil {
		return store.Rider{}, err
	}
	v, err := s.get(ctx, s.names.rider(s.opts.Host, key))
	if err != nil {
		return store.Rider{}, err
	}
	return decodeRider(key, v.data)
}

// Riders yields the riders whose keys begin with prefix, by key. Those about
// files are this host's.
func (s *Store) Riders(ctx context.Context, prefix string) iter.Seq2[store.Rider, error] {
	return items(ctx, s, func() ([]string, error) {
		keys, err := s.list(ctx, s.names.key("rider", "*", "*"))
		if err != nil {
			return nil, err
		}
		var found []string
		for _, key := range keys {
			name, err := text(last(key))
			if err == nil && strings.HasPrefix(name, prefix) && s.names.rider(s.opts.Host, name) == key {
				found = append(found, name)
			}
		}
		slices.Sort(found)
		return found, nil
	}, func(name string) ([]store.Rider, error) {
		r, err := s.Rider(ctx, name)
		if err != nil || r.Revision == 0 {
			return nil, err
		}
		return []store.Rider{r}, nil
	})
}

// ahead is how many items of a loop are read at once.
const ahead = 64

// items yields what read makes of names. Names are taken when the loop begins;
// what was removed since is left out.
func items[T any](ctx context.Context, s *Store, names func() ([]string, error), read func(string) ([]T, error)) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		var zero T
		err := s.enter(ctx)
		var all []string
		if err == nil {
			all, err = names()
		}
		if err != nil {
			yield(zero, err)
			return
		}
		width := 1 // a loop may end at once
		for len(all) > 0 {
			some := all[:min(width, len(all))]
			all, width = all[len(some):], ahead
			rows := make([][]T, len(some))
			if err := each(len(some), func(i int) (err error) {
				rows[i], err = read(some[i])
				return err
			}); err != nil {
				yield(zero, cmp.Or(ctx.Err(), err))
				return
			}
			for _, x := range slices.Concat(rows...) {
				if err := ctx.Err(); err != nil {
					yield(zero, err)
					return
				}
				if !yield(x, nil) {
					return
				}
			}
		}
	}
}

// given is a dead letter or a reject as it is stored: its description in JSON,
// and its data.
func given(meta any, data []byte) ([]byte, error) {
	text, err := json.Marshal(meta)
	if err != nil {
		return nil, err
	}
	b := binary.AppendUvarint(make([]byte, 0, len(text)+len(data)+8), uint64(len(text)))
	return append(append(b, text...), data...), nil
}

func ungiven(b []byte, meta any) (data []byte, err error) {
	n, at := binary.Uvarint(b)
	if at <= 0 || n > uint64(len(b)-at) {
		return nil, errors.New("it is cut off")
	}
	if err := json.Unmarshal(b[at:at+int(n)], meta); err != nil {
		return nil, err
	}
	return bytes.Clone(b[at+int(n):]), nil
}

// blobsOf names the blobs that match a filter, each once.
func (s *Store) blobsOf(ctx context.Context, filter string) ([]string, error) {
	keys, err := s.list(ctx, filter+".0")
	for i := range keys {
		keys[i] = strings.TrimSuffix(keys[i], ".0")
	}
	return keys, err
}
