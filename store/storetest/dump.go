package storetest

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"strings"
	"time"

	"github.com/wnotify/wnotify/store"
)

// dump describes all that can be seen of a store, a line a thing, so that two
// states can be compared and the difference read. Statistics are added up by
// day, since the minute at which a slot becomes part of its day is left to the
// engine. A lane that is as if it had never been used is left out.
func dump(ctx context.Context, s store.Store) ([]string, error) {
	d := dumper{ctx: ctx, s: s}
	lanes, err := s.Lanes(ctx)
	if err != nil {
		return nil, err
	}
	for _, lane := range lanes {
		if lane.Next > 1 || lane.Record.Revision > 0 || lane.Dead > 0 {
			d.lane(lane)
		}
	}
	each(&d, s.Riders(ctx, ""), func(r store.Rider) { d.linef("rider %s: revision %d, %q", r.Key, r.Revision, r.Value) })
	each(&d, s.Letters(ctx, ""), func(l store.Letter) { d.linef("letter %s, %q", asJSON(l), l.Data) })
	each(&d, s.Rejects(ctx), func(r store.Reject) { d.linef("reject %s, %q", asJSON(r), r.Data) })
	return d.lines, d.err
}

//nolint:containedctx // it lives as long as one call of dump
type dumper struct {
	ctx   context.Context
	s     store.Store
	lines []string
	err   error
}

func (d *dumper) linef(format string, args ...any) {
	d.lines = append(d.lines, fmt.Sprintf(format, args...))
}

func (d *dumper) fail(err error) {
	if d.err == nil {
		d.err = err
	}
}

func each[V any](d *dumper, seq iter.Seq2[V, error], f func(V)) {
	for v, err := range seq {
		if err != nil {
			d.fail(err)
			return
		}
		f(v)
	}
}

func (d *dumper) lane(l store.Lane) {
	d.linef("lane %s: next %d, %d events, %d bytes, oldest %s, %d dead, %d bytes dead",
		l.Name, l.Next, l.Events, l.Bytes, stamp(l.Oldest), l.Dead, l.DeadBytes)
	d.linef("record of %s: revision %d, %s", l.Name, l.Record.Revision, asJSON(l.Record))

	runs, err := d.s.Read(d.ctx, l.Name, 1, store.Limit{})
	d.fail(err)
	for _, r := range runs {
		lines, err := flat([]store.Run{r}, 1)
		d.fail(err)
		for _, line := range lines {
			d.linef("event of %s: %s, put %s, seal %s", l.Name, line, stamp(r.Put), asJSON(r.Seal))
		}
	}
	each(d, d.s.History(d.ctx, l.Name, time.Time{}), func(a store.Attempt) { d.linef("attempt of %s: %s", l.Name, asJSON(a)) })

	day := store.Slot{}
	each(d, d.s.Slots(d.ctx, l.Name, time.Time{}), func(s store.Slot) {
		if start := s.Start.UTC().Truncate(24 * time.Hour); !start.Equal(day.Start) {
			d.day(l.Name, day)
			day = store.Slot{Start: start}
		}
		day.Merge(s)
	})
	d.day(l.Name, day)
}

func (d *dumper) day(lane string, s store.Slot) {
	if s.Requests > 0 {
		d.linef("day of %s: %s", lane, asJSON(s))
	}
}

// asJSON is how things are compared that have no other text.
func asJSON(v any) string {
	text, err := json.Marshal(v)
	if err != nil {
		return err.Error()
	}
	return string(text)
}

func stamp(t time.Time) string {
	if t.IsZero() {
		return "never"
	}
	return t.UTC().Format(time.RFC3339Nano)
}

// state is the dump of the store under a check.
func (b *bench) state() []string {
	b.Helper()
	lines, err := dump(b.Context(), b.s)
	if err != nil {
		b.Fatalf("looking at the whole store: %v", err)
	}
	return lines
}

// unchanged checks that the store is as it was.
func (b *bench) unchanged(what string, before []string) {
	b.Helper()
	if diff := difference(before, b.state()); diff != "" {
		b.Errorf("%s changed the store:\n%s", what, diff)
	}
}

// difference lists what is only in one of two dumps.
func difference(before, now []string) string {
	var s strings.Builder
	count := map[string]int{}
	for _, l := range now {
		count[l]++
	}
	for _, l := range before {
		if count[l]--; count[l] < 0 {
			fmt.Fprintf(&s, "- %s\n", l)
		}
	}
	for _, l := range now {
		if count[l] > 0 {
			count[l]--
			fmt.Fprintf(&s, "+ %s\n", l)
		}
	}
	if s.Len() == 0 && strings.Join(before, "\n") != strings.Join(now, "\n") {
		return "the same lines in another order:\n" + strings.Join(now, "\n")
	}
	return s.String()
}
