package storetest

import (
	"context"
	"errors"

	"github.com/wnotify/wnotify/store"
)

var contextChecks = []check{
	{"context/an ended one ends every call", func(b *bench) {
		b.busy("siem")
		ctx, cancel := context.WithCancel(b.Context())
		cancel()
		_, lane := b.s.Lane(ctx, "siem")
		_, lanes := b.s.Lanes(ctx)
		_, read := b.s.Read(ctx, "siem", 1, store.Limit{})
		_, lead := b.s.Lead(ctx, "siem")
		_, changed := b.s.Changed(ctx, b.mark())
		_, rider := b.s.Rider(ctx, "a")
		_, commit := b.s.Commit(ctx, blocks(block("mail", "x")))
		for name, err := range map[string]error{
			"Lane": lane, "Lanes": lanes, "Read": read, "Lead": lead, "Changed": changed, "Rider": rider, "Commit": commit,
		} {
			if !errors.Is(err, context.Canceled) {
				b.Errorf("%s with an ended context got %v, want that it was canceled", name, err)
			}
		}
		b.release(b.lead("siem"))
	}},
	{"context/a change that was given up is there wholly or not at all", func(b *bench) {
		before := b.state()
		ctx, cancel := context.WithCancel(b.Context())
		cancel()
		c := everything()
		c.ID = "given up"
		if _, err := b.s.Commit(ctx, c); err == nil {
			b.Errorf("a change with an ended context was acknowledged")
		}
		now := b.state()
		b.commit(c)
		whole := b.state()
		if difference(before, now) != "" && difference(whole, now) != "" {
			b.Errorf("a part of a change is there:\n%s", difference(before, now))
		}
		b.holds("siem", "1:one 2:two")
		b.rider("cursors/f", 1, "12")
	}},
}
