package nats

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/wnotify/wnotify/store"
)

// refusal is the answer to one change, which leaves the others of its batch
// alone. It is final only when it was computed from fresh reads.
type refusal struct{ error }

func (r refusal) Unwrap() error { return r.error }

// apply checks a change and then does it, in the order of its fields. Only a
// refusal leaves the transaction as it was.
func (t *txn) apply(c *store.Change) (store.Receipt, error) {
	for _, check := range []func(*store.Change) error{sane, t.room, t.ridersCurrent, t.recordsCurrent} {
		if err := check(c); err != nil {
			return store.Receipt{}, err
		}
	}
	receipt := store.Receipt{}
	err := errors.Join(
		t.blocks(c, &receipt), t.ride(c.Riders), t.settles(c.Settles), t.letters(c.Letters), t.bury(c.Bury),
		t.rejects(c, &receipt), t.forget(c.Forget), t.remove(c.Remove),
	)
	return receipt, err
}

// sane refuses what no engine could store: mistakes of the caller.
func sane(c *store.Change) error {
	for _, b := range c.Blocks {
		if b.Count < 1 || bytes.Count(b.Data, []byte{'\n'}) != b.Count || b.Data[len(b.Data)-1] != '\n' {
			return refusal{fmt.Errorf("a block says it has %d events and its data does not", b.Count)}
		}
		if len(b.Lanes) == 0 {
			return refusal{errors.New("a block that no lane takes")}
		}
		for i, target := range b.Lanes {
			if target.Lane == "" || strings.Contains(target.Lane, "/") {
				return refusal{fmt.Errorf("%q is not the name of a lane", target.Lane)}
			}
			if slices.ContainsFunc(b.Lanes[:i], func(o store.Target) bool { return o.Lane == target.Lane }) {
				return refusal{fmt.Errorf("%s takes a block twice", target.Lane)}
			}
		}
	}
	return nil
}

func (t *txn) room(c *store.Change) error {
	held, room := map[string]int64{}, map[string]int64{}
	for _, b := range c.Blocks {
		for _, target := range b.Lanes {
			var before int64
			l, err := t.lane(target.Lane)
			if err != nil {
				return err
			}
			if l != nil {
				before = l.bytes()
			}
			held[target.Lane] += int64(len(b.Data))
			if target.Cap > 0 && before+held[target.Lane] > target.Cap {
				room[target.Lane] = max(0, target.Cap-before)
			}
		}
	}
	if len(room) > 0 {
		return refusal{&store.FullError{Room: room}}
	}
	return nil
}

func (t *txn) ridersCurrent(c *store.Change) error {
	now := map[string]uint64{} // as the riders before it in the change leave it
	for _, r := range c.Riders {
		current, ok := now[r.Key]
		if !ok {
			held, err := t.rider(r.Key)
			if err != nil {
				return err
			}
			current = held.Revision
		}
		if r.Revision != current {
			return refusal{&store.ConflictError{Rider: r.Key}}
		}
		now[r.Key] = r.Revision + 1
		if r.Value == nil {
			now[r.Key] = 0
		}
	}
	return nil
}

func (t *txn) recordsCurrent(c *store.Change) error {
	now := map[string]uint64{}
	for _, s := range c.Settles {
		revision, next, id := uint64(0), uint64(1), ""
		l, err := t.lane(s.Lane)
		if err != nil {
			return err
		}
		if l != nil {
			revision, next, id = l.Revision, l.Next, l.ID
		}
		if r, ok := now[s.Lane]; ok {
			revision = r
		}
		if s.Revision != revision || id != "" && id != s.Record.ID || s.Next != 0 && s.Next != next {
			return refusal{&store.ConflictError{Lane: s.Lane}}
		}
		now[s.Lane] = s.Revision + 1
	}
	return nil
}

// blocks appends blocks to their lanes.
func (t *txn) blocks(c *store.Change, receipt *store.Receipt) error {
	for i := range c.Blocks {
		b := &c.Blocks[i]
		build := t.builder(b.Lanes)
		off, err := build.add(b)
		if err != nil {
			return err
		}
		taken := make([]store.Taken, 0, len(b.Lanes))
		for _, target := range b.Lanes {
			l, err := t.make(target.Lane)
			if err != nil {
				return err
			}
			taken = append(taken, store.Taken{First: l.Next, Promised: l.Promise})
			r := ref{first: l.Next, count: uint64(b.Count), seg: build.segment, off: off, put: nanos(b.Put)}
			build.use(target.Lane, l, r.first, r.last())
			l.tail = append(l.tail, r)
			l.Next += r.count
			l.Put += int64(b.Count)
			l.PutBytes += int64(len(b.Data))
			l.turn()
		}
		receipt.Blocks = append(receipt.Blocks, taken)
	}
	return nil
}
