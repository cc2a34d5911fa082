package dispatch

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/wnotify/wnotify/store"
)

// Activity is what one integration did over a span of time.
type Activity struct {
	Health

	Total  store.Slot   // of the whole span
	Series []store.Slot // one for each hour or day of it, oldest first; none is left out
	Causes []Cause      // why requests failed, the most frequent first
}

// Cause is a reason for failures, within the retention of the history.
type Cause struct {
	Status   int    // 0: no answer
	Error    string // redacted; of a refusal the start of the answer
	Failures int64
	Last     time.Time
}

// causesKept bounds the list of causes: collectors put numbers and times into
// their answers.
const causesKept = 20

// Span is a time for a report, cut into hours or days.
type Span struct {
	Since, Until time.Time
	Width        time.Duration // of a part: an hour, or a day where the statistics know no hours
}

// SpanOf chooses the parts of a span: hours, unless it reaches back so far that
// only days are kept.
func SpanOf(since, until, now time.Time) Span {
	s := Span{Since: since.UTC(), Until: until.UTC(), Width: time.Hour}
	if since.Before(now.Add(-store.SlotDetail)) {
		s.Width = 24 * time.Hour
		s.Since = s.Since.Truncate(s.Width)
	}
	return s
}

// parts are the slots of the span, empty.
func (s Span) parts() []store.Slot {
	var parts []store.Slot
	for at := s.Since.Truncate(s.Width); at.Before(s.Until); at = at.Add(s.Width) {
		parts = append(parts, store.Slot{Start: at, Width: s.Width})
	}
	return parts
}

// holds reports whether a slot belongs to the span.
func (s Span) holds(slot store.Slot) bool {
	return slot.Start.Add(slot.Width).After(s.Since) && slot.Start.Before(s.Until)
}

// Activity tells what the integrations, and the orphaned queues, did over a
// span. With an error about some it still returns the others. It tells step how
// many are done, of how many.
func (d *Dispatcher) Activity(ctx context.Context, span Span, now time.Time, step func(done, of int)) ([]Activity, error) {
	health, err := d.Health(ctx, now)
	if len(health) == 0 {
		return nil, err
	}
	out := make([]Activity, 0, len(health))
	for _, h := range health {
		a := Activity{Health: h, Total: store.Slot{Start: span.Since, Width: span.Until.Sub(span.Since)}, Series: span.parts()}
		err = cmp.Or(err, d.count(ctx, &a, span), d.explain(ctx, &a, span))
		out = append(out, a)
		step(len(out), len(health))
	}
	return out, err
}

// count adds up the statistics.
func (d *Dispatcher) count(ctx context.Context, a *Activity, span Span) error {
	for slot, err := range d.Store.Slots(ctx, a.Name, span.Since) {
		if err != nil {
			return err
		}
		if !span.holds(slot) || len(a.Series) == 0 {
			continue
		}
		a.Total.Merge(slot)
		at := int(slot.Start.Sub(a.Series[0].Start) / span.Width)
		a.Series[min(max(at, 0), len(a.Series)-1)].Merge(slot)
	}
	return nil
}

// explain counts the reasons of failures.
func (d *Dispatcher) explain(ctx context.Context, a *Activity, span Span) error {
	type reason struct {
		status int
		text   string
	}
	found := map[reason]*Cause{}
	for t, err := range d.Store.History(ctx, a.Name, span.Since) {
		if err != nil {
			return err
		}
		if t.Outcome == store.Delivered || !t.At.Before(span.Until) {
			continue
		}
		r := reason{t.Status, cmp.Or(t.Error, t.Answer)}
		if found[r] == nil {
			found[r] = &Cause{Status: r.status, Error: r.text}
		}
		found[r].Failures++
		found[r].Last = t.At
	}
	for _, c := range found {
		a.Causes = append(a.Causes, *c)
	}
	slices.SortFunc(a.Causes, func(x, y Cause) int {
		return cmp.Or(cmp.Compare(y.Failures, x.Failures), y.Last.Compare(x.Last), cmp.Compare(x.Error, y.Error))
	})
	a.Causes = a.Causes[:min(len(a.Causes), causesKept)]
	return nil
}
