package storetest

import (
	"context"
	"crypto/rand"

	"github.com/wnotify/wnotify/store"
)

// LostReplies makes of a store one behind a bad network: every change is
// applied, its reply is lost, and it is committed again; the caller sees the
// second reply, which says Repeated and nothing about the blocks. A change
// without an ID gets one, since a client that repeats must name what it repeats.
func LostReplies(s store.Store) store.Store { return lostReplies{s} }

type lostReplies struct{ store.Store }

func (l lostReplies) Commit(ctx context.Context, c store.Change) (store.Receipt, error) {
	if c.ID == "" {
		c.ID = rand.Text()
	}
	_, _ = l.Store.Commit(ctx, c)
	return l.Store.Commit(ctx, c)
}
