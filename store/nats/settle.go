package nats

import (
	"context"
	"encoding/json"
	"slices"

	"github.com/wnotify/wnotify/store"
)

func (t *txn) settles(all []store.Settle) error {
	for i := range all {
		if err := t.settle(&all[i]); err != nil {
			return err
		}
	}
	return nil
}

// settle writes the record of a lane and uses up what it no longer needs.
func (t *txn) settle(s *store.Settle) error {
	l, err := t.make(s.Lane)
	if err != nil {
		return err
	}
	if l.Record, err = json.Marshal(&s.Record); err != nil {
		return err
	}
	l.Revision = s.Revision + 1
	l.ID, l.Promise, l.GoneBytes = s.Record.ID, s.Record.Promise, s.Record.GoneBytes
	if err := t.use(s.Lane, l, keep(&s.Record, s.Drop)); err != nil {
		return err
	}
	return t.note(s.Lane, l, s.Attempts, s.Retention)
}

// use cuts the references of a lane to the spans that are kept, and removes the
// segments that it was the last to refer to. Pages that are kept whole are not
// opened.
func (t *txn) use(name string, l *lane, spans []store.Span) error {
	before := slices.Concat(l.head, l.tail)
	head, tail := filter(l.head, spans), filter(l.tail, spans)
	var pages []page
	for _, p := range l.Pages {
		if whole(p.First, p.Last, spans) {
			pages = append(pages, p)
			continue
		}
		refs, err := t.s.page(t.ctx, name, l, p)
		if err != nil {
			return err
		}
		if p.fresh == nil {
			key := t.s.names.ofLane("page", name, l.Inc, p.ID)
			t.puts[key] = write{key: key}
		}
		before = append(before, refs...)
		rest := filter(refs, spans)
		switch {
		case len(rest) == 0:
		case len(pages) == 0:
			head = append(head, rest...)
		default:
			pages = append(pages, newPage(rest))
		}
	}
	l.head, l.tail, l.Pages = head, tail, pages
	t.discard(l, before)
	return nil
}

// discard removes the segments of references that the lane no longer has. Those
// that other lanes may refer to are left to [Store.collect].
func (t *txn) discard(l *lane, before []ref) {
	held := map[string]bool{}
	for _, r := range slices.Concat(l.head, l.tail) {
		held[r.seg.name] = true
	}
	for _, p := range l.Pages {
		for _, r := range p.fresh {
			held[r.seg.name] = true
		}
		held[p.FirstSeg], held[p.LastSeg] = true, true
	}
	for _, r := range before {
		name := r.seg.name
		if held[name] || name == "" {
			continue // one that has no name yet is being put by this very batch
		}
		held[name] = true
		if r.seg.shared() {
			l.Garbage = append(l.Garbage, name)
		} else {
			t.drop(t.s.names.segment(name))
		}
	}
}

// removed is the note about a lane that was removed.
type removed struct {
	Lane    string   `json:"lane"`
	Inc     string   `json:"inc"`
	Garbage []string `json:"garbage,omitempty"`
}

// remove deletes lanes. What belongs to this life of the lane cannot be seen
// from then on, and is purged when the batch is committed, or by whoever opens
// the queue next.
func (t *txn) remove(lanes []string) error {
	for _, name := range lanes {
		old, err := t.lane(name)
		if err != nil {
			return err
		}
		if old == nil {
			continue
		}
		l, err := t.make(name)
		if err != nil {
			return err
		}
		if err := t.use(name, l, nil); err != nil {
			return err
		}
		note := removed{Lane: name, Inc: l.Inc, Garbage: l.Garbage}
		text, err := json.Marshal(note)
		if err != nil {
			return err
		}
		t.lanes[name] = nil
		t.add(t.s.names.gone(l.Inc), text, 0)
		t.after = append(t.after, func(ctx context.Context) { _ = t.s.purge(ctx, note) })
	}
	return nil
}
