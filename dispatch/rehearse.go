package dispatch

import (
	"context"
	"errors"
	"io"
	"slices"

	"github.com/wnotify/wnotify/dispatch/collector"
	"github.com/wnotify/wnotify/dispatch/event"
	"github.com/wnotify/wnotify/dispatch/intake"
)

// Rehearsal is told what a send would do; see [Dispatcher.Rehearse].
type Rehearsal struct {
	// Event is called for each input. Takers are the integrations that would
	// get it, others says why the rest would not. For input that is no event
	// invalid says why.
	Event func(path string, at intake.Place, e event.Event, takers []string, others map[string]string, invalid error)

	// Request, unless nil, is called for each request that would be made.
	Request func(i Integration, r collector.Request)
}

// Rehearse does what Send would do up to the disk and the network, and touches
// neither: files are read from their cursors, which stay where they are.
func (d *Dispatcher) Rehearse(ctx context.Context, in Input, show Rehearsal) (Summary, error) {
	r, done := d.newRun(ctx, Wait{})
	defer done()
	h := &rehearsal{accept: accept{run: r, in: in}, show: show, batches: map[string][][]byte{}}
	h.router = newRouter(d.Settings(), in.Integrations)
	paths := in.Paths
	if len(paths) == 0 {
		paths = []string{"-"}
	}
	var err error
	for _, path := range paths {
		if err = h.read(ctx, path); err != nil {
			break
		}
	}
	for _, i := range h.router.lanes {
		h.request(i)
	}
	s := r.sum.s
	if s.Rejected > 0 {
		s.problems = append(s.problems, &InvalidError{Rejected: s.Rejected, Stopped: r.sum.stopped, Rehearsed: true})
	}
	if errors.Is(err, errInvalid) {
		err = nil
	}
	if err == nil && ctx.Err() != nil {
		err = ErrStopped
	}
	return s, err
}

type rehearsal struct {
	accept

	show    Rehearsal
	batches map[string][][]byte // events of the next request, by integration
}

func (h *rehearsal) read(ctx context.Context, path string) error {
	src, err := h.openUnlocked(path)
	if err != nil {
		if unreadable, ok := errors.AsType[*UnreadableError](err); ok {
			h.sum.unreadable(unreadable)
			return nil
		}
		return err
	}
	defer src.Close()
	stop := context.AfterFunc(ctx, src.Stop)
	defer stop()
	for {
		item, err := src.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			h.sum.unreadable(&UnreadableError{Path: path, Err: err})
			return nil
		}
		if err := h.one(path, &item); err != nil {
			return err
		}
	}
}

// one decides about one input.
func (h *rehearsal) one(path string, item *intake.Item) error {
	h.sum.s.Read++
	e, err := h.recognise(item)
	if err != nil {
		h.sum.s.Rejected++
		h.show.Event(path, item.Place, event.Event{}, nil, nil, err)
		if h.in.StopInvalid {
			h.sum.stopped = true
			return errInvalid
		}
		return nil
	}
	takers, others := h.explain(&e)
	h.show.Event(path, item.Place, e, takers, others, nil)
	switch {
	case e.Skip:
		h.sum.s.Skipped++
		return nil
	case len(takers) == 0:
		h.sum.s.Unrouted++
		return nil
	}
	h.sum.s.Accepted++
	if h.show.Request == nil {
		return nil
	}
	for _, i := range h.router.lanes {
		if !slices.Contains(takers, i.Name) {
			continue
		}
		raw := e.Raw
		if !i.Headers {
			raw = e.Plain
		}
		h.add(i, append(slices.Clone(raw), i.Format.Separator()))
	}
	return nil
}

// add puts an event into the next request of an integration, and shows that
// request first when it is full.
func (h *rehearsal) add(i Integration, line []byte) {
	size := int64(1)
	for _, l := range h.batches[i.Name] {
		size += int64(len(l))
	}
	if n := len(h.batches[i.Name]); n > 0 && (n >= i.BatchEvents || size+int64(len(line)) > i.BatchBytes) {
		h.request(i)
	}
	h.batches[i.Name] = append(h.batches[i.Name], line)
}

func (h *rehearsal) request(i Integration) {
	lines := h.batches[i.Name]
	if len(lines) == 0 {
		return
	}
	delete(h.batches, i.Name)
	h.show.Request(i, collector.Request{
		Body: i.Format.Body(lines...), Key: keyPrefix + "made-when-it-is-sent", Type: i.Format.ContentType(),
	})
}

// explain says who takes an event and why the others do not.
func (h *rehearsal) explain(e *event.Event) (takers []string, others map[string]string) {
	others = map[string]string{}
	set := h.router.sets[h.router.set(e)]
	for _, i := range h.router.settings.Integrations {
		at := slices.IndexFunc(h.router.lanes, func(l Integration) bool { return l.Name == i.Name })
		switch {
		case e.Skip:
			others[i.Name] = "it is experimental or not in the sample: never notified"
		case !i.Enabled:
			others[i.Name] = "it is disabled"
		case at < 0:
			others[i.Name] = "it is not among -i"
		case !slices.Contains(set, at):
			others[i.Name] = "it does not select this event type"
		default:
			takers = append(takers, i.Name)
		}
	}
	return takers, others
}
