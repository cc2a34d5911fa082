package nats

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"

	"github.com/wnotify/wnotify/store"
)

// Meet tells what a run leads and waits for; see [store.Shared]. A full stream
// gives no room for that.
func (s *Store) Meet(ctx context.Context, own store.Peer) ([]store.Peer, error) {
	if err := s.enter(ctx); err != nil {
		return nil, err
	}
	key := s.names.key("peer", token(own.Run))
	said := len(own.Leads)+len(own.Asks) > 0
	if said {
		text, err := json.Marshal(own)
		if err == nil {
			_, err = s.publishOnce(ctx, []write{{key: key, data: text, ttl: leaseFor}})
		}
		if err != nil {
			return nil, err
		}
	}
	keys, err := s.list(ctx, s.names.key("peer", "*"))
	if err != nil {
		return nil, err
	}
	if !said && slices.Contains(keys, key) {
		if _, err := s.publishOnce(ctx, []write{{key: key}}); err != nil {
			return nil, err
		}
	}
	values, err := s.getAll(ctx, keys)
	slices.SortFunc(values, func(a, b value) int { return cmp.Compare(a.seq, b.seq) })
	var peers []store.Peer
	for _, v := range values {
		var p store.Peer
		if v.data != nil && json.Unmarshal(v.data, &p) == nil {
			peers = append(peers, p)
		}
	}
	return peers, err
}
