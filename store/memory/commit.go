package memory

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/wnotify/wnotify/store"
)

// Commit checks everything first and then applies everything, under the lock.
// So a change that has failed has left no trace, and its ID is free. (That a
// rider or record last written under the same ID is a repeat and no conflict is
// part of this: here no part of a change is ever there without the others.)
func (s *Store) Commit(ctx context.Context, c store.Change) (store.Receipt, error) {
	d, err := s.enter(ctx, "commit")
	if err != nil {
		return store.Receipt{}, err
	}
	receipt, err := d.commit(c)
	d.mu.Unlock()
	if err == nil {
		err = s.fault("committed")
	}
	if err != nil {
		return store.Receipt{}, err
	}
	return receipt, nil
}

func (d *data) commit(c store.Change) (store.Receipt, error) {
	if err := sane(c); err != nil {
		return store.Receipt{}, err
	}
	if c.ID != "" && d.changes[c.ID] {
		return store.Receipt{Repeated: true}, nil
	}
	for _, check := range []func(store.Change) error{d.room, d.ridersCurrent, d.recordsCurrent} {
		if err := check(c); err != nil {
			return store.Receipt{}, err
		}
	}
	receipt := d.apply(c)
	if c.ID != "" {
		d.changes[c.ID] = true
	}
	d.mark++
	close(d.changed)
	d.changed = make(chan struct{})
	return receipt, nil
}

// sane refuses what no engine could store; it finds mistakes of the caller.
func sane(c store.Change) error {
	for _, b := range c.Blocks {
		if b.Count < 1 || bytes.Count(b.Data, []byte{'\n'}) != b.Count || b.Data[len(b.Data)-1] != '\n' {
			return fmt.Errorf("a block says it has %d events and holds %q", b.Count, b.Data)
		}
		if len(b.Lanes) == 0 {
			return errors.New("a block that no lane takes")
		}
		for i, t := range b.Lanes {
			if t.Lane == "" || strings.Contains(t.Lane, "/") {
				return fmt.Errorf("%q is not the name of a lane", t.Lane)
			}
			if slices.ContainsFunc(b.Lanes[:i], func(o store.Target) bool { return o.Lane == t.Lane }) {
				return fmt.Errorf("%s takes a block twice", t.Lane)
			}
		}
	}
	return nil
}

func (d *data) room(c store.Change) error {
	held := map[string]int64{}
	room := map[string]int64{}
	for _, b := range c.Blocks {
		for _, t := range b.Lanes {
			before := d.look(t.Lane).bytes
			held[t.Lane] += int64(len(b.Data))
			if t.Cap > 0 && before+held[t.Lane] > t.Cap {
				room[t.Lane] = max(0, t.Cap-before)
			}
		}
	}
	if len(room) > 0 {
		return &store.FullError{Room: room}
	}
	return nil
}

func (d *data) ridersCurrent(c store.Change) error {
	now := map[string]uint64{} // as the riders before it in the change leave it
	for _, r := range c.Riders {
		current, ok := now[r.Key]
		if !ok {
			current = d.riders[r.Key].Revision
		}
		if r.Revision != current {
			return &store.ConflictError{Rider: r.Key}
		}
		now[r.Key] = r.Revision + 1
		if r.Value == nil {
			now[r.Key] = 0
		}
	}
	return nil
}

func (d *data) recordsCurrent(c store.Change) error {
	now := map[string]uint64{}
	for _, s := range c.Settles {
		l := d.look(s.Lane)
		current, ok := now[s.Lane]
		if !ok {
			current = l.record.Revision
		}
		other := l.record.ID != "" && l.record.ID != s.Record.ID
		if s.Revision != current || other || s.Next != 0 && s.Next != l.next {
			return &store.ConflictError{Lane: s.Lane}
		}
		now[s.Lane] = s.Revision + 1
	}
	return nil
}
