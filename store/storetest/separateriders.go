package storetest

import (
	"context"
	"crypto/rand"
	"fmt"
	"math"
	"sync"

	"github.com/wnotify/wnotify/store"
)

// SeparateRiders makes of a store one without transactions over everything: a
// change is committed in parts, each under an ID derived from the change's:
// first blocks, letters and rejects, then the riders, then the settles one by
// one, then what is taken away. When a later part conflicts the caller sees the
// conflict although the earlier parts are in. The next try under the same ID
// finds them done, whatever it says in their place, and goes on from there.
func SeparateRiders(s store.Store) store.Store {
	return &separateRiders{Store: s, stored: map[string]bool{}}
}

type separateRiders struct {
	store.Store

	mu     sync.Mutex
	stored map[string]bool // IDs whose first part is in; a server knows that
}

func (w *separateRiders) Commit(ctx context.Context, c store.Change) (store.Receipt, error) {
	if c.ID == "" {
		c.ID = rand.Text()
	}
	if err := w.placesRight(ctx, c); err != nil {
		return store.Receipt{}, err
	}
	first := store.Change{
		ID: c.ID + "/put", Blocks: c.Blocks, Letters: c.Letters, Rejects: c.Rejects, RejectsCap: c.RejectsCap,
	}
	receipt := store.Receipt{Repeated: true}
	putting := len(c.Blocks)+len(c.Letters)+len(c.Rejects) > 0
	if putting {
		var err error
		if receipt, err = w.Store.Commit(ctx, first); err != nil {
			return store.Receipt{}, err
		}
		w.mu.Lock()
		w.stored[c.ID] = true
		w.mu.Unlock()
	}
	parts := w.rest(c, receipt)
	if len(parts) == 0 && !putting {
		return w.Store.Commit(ctx, c)
	}
	for _, part := range parts {
		if part.conflict != nil {
			return store.Receipt{}, part.conflict
		}
		r, err := w.Store.Commit(ctx, part.Change)
		if err != nil {
			return store.Receipt{}, err
		}
		if !putting && !r.Repeated {
			receipt.Repeated = false
		}
	}
	return receipt, nil
}

type part struct {
	store.Change

	conflict error
}

// rest are the parts after the first.
func (w *separateRiders) rest(c store.Change, receipt store.Receipt) []part {
	var parts []part
	if len(c.Riders) > 0 {
		parts = append(parts, part{Change: store.Change{ID: c.ID + "/riders", Riders: c.Riders}})
	}
	for i, s := range c.Settles {
		p := part{}
		if first, takes := landed(c, receipt, s.Lane); takes && s.Next != 0 {
			switch {
			case receipt.Repeated:
				s.Next = math.MaxUint64 // nobody knows where the blocks are: only a repeat of the settle is right
			case first != s.Next:
				p.conflict = &store.ConflictError{Lane: s.Lane}
			default:
				s.Next = 0 // they are where it says; the lane has moved on by them
			}
		}
		p.Change = store.Change{ID: fmt.Sprintf("%s/settle/%d/%s", c.ID, i, s.Lane), Settles: []store.Settle{s}}
		parts = append(parts, p)
	}
	if len(c.Bury)+len(c.Forget)+len(c.Remove) > 0 {
		parts = append(parts, part{Change: store.Change{ID: c.ID + "/take", Bury: c.Bury, Forget: c.Forget, Remove: c.Remove}})
	}
	return parts
}

// placesRight looks at Settle.Next before anything is stored. Between the look
// and the put others may put too; then the blocks are in and it is a conflict.
func (w *separateRiders) placesRight(ctx context.Context, c store.Change) error {
	w.mu.Lock()
	stored := w.stored[c.ID]
	w.mu.Unlock()
	if stored {
		return nil
	}
	for _, s := range c.Settles {
		if _, takes := landed(c, store.Receipt{}, s.Lane); !takes || s.Next == 0 {
			continue
		}
		lane, err := w.Lane(ctx, s.Lane)
		if err != nil {
			return err
		}
		if lane.Next != s.Next {
			return &store.ConflictError{Lane: s.Lane}
		}
	}
	return nil
}

// landed says whether a lane takes a block of the change, and the number of the
// first event if the receipt tells.
func landed(c store.Change, receipt store.Receipt, lane string) (first uint64, takes bool) {
	for i, b := range c.Blocks {
		for j, t := range b.Lanes {
			if t.Lane != lane {
				continue
			}
			if receipt.Blocks != nil {
				return receipt.Blocks[i][j].First, true
			}
			return 0, true
		}
	}
	return 0, false
}
