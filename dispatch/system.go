package dispatch

import (
	"context"
	"time"

	"github.com/wnotify/wnotify/dispatch/scan"
	"github.com/wnotify/wnotify/store"
)

// systemBlocks is an event of ours for every enabled integration that selects
// it, but for the one it is about: a failing integration cannot be told, and a
// system event must never lead to another one.
func (r *run) systemBlocks(line []byte, about string, now time.Time) []store.Block {
	return systemBlocks(r.Settings(), line, about, now)
}

func systemBlocks(s *Settings, line []byte, about string, now time.Time) []store.Block {
	var f scan.Fields
	if _, err := scan.Value(line, &f); err != nil {
		return nil // unreachable: we wrote it
	}
	e, err := s.Account.Identify(line, &f, "")
	if err != nil {
		return nil // unreachable, likewise
	}
	var targets []store.Target
	for _, i := range s.Integrations {
		if i.Enabled && i.Name != about && i.Events.Match(e.Kind, e.Risk) {
			targets = append(targets, store.Target{Lane: i.Name})
		}
	}
	if len(targets) == 0 {
		return nil
	}
	return []store.Block{{Lanes: targets, Count: 1, Data: append(e.Raw, '\n'), Put: now}}
}

// generated notes events of ours that were put, so that this run delivers them.
func (r *run) generated(blocks []store.Block, receipt store.Receipt) {
	for at, b := range blocks {
		r.sum.generate(int64(b.Count))
		for i, t := range b.Lanes {
			if receipt.Blocks == nil {
				r.arrived(t.Lane, 0, 0, false)
				continue
			}
			taken := receipt.Blocks[at][i]
			r.arrived(t.Lane, taken.First, b.Count, taken.Promised)
		}
	}
}

// Announce queues an event of ours for those that select it, together with a
// change; it returns the integrations that get it.
func (d *Dispatcher) Announce(ctx context.Context, line []byte, about string, with store.Change) (told []string, err error) {
	blocks := systemBlocks(d.Settings(), line, about, time.Now())
	with.Blocks = append(with.Blocks, blocks...)
	for _, b := range blocks {
		for _, t := range b.Lanes {
			told = append(told, t.Lane)
		}
	}
	if len(with.Blocks)+len(with.Remove)+len(with.Riders) == 0 {
		return nil, nil
	}
	_, err = d.Store.Commit(ctx, with)
	return told, err
}
