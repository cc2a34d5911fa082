package dispatch

import (
	"context"
	"errors"
	"path/filepath"
	"testing"
	"testing/synctest"

	"github.com/wnotify/wnotify/store"
	"github.com/wnotify/wnotify/store/bolt"
	"github.com/wnotify/wnotify/store/memory"
)

// tightDisk has no room for events while a lane holds any.
type tightDisk struct{ store.Store }

func (d tightDisk) Commit(ctx context.Context, c store.Change) (store.Receipt, error) {
	if l, err := d.Lane(ctx, "a"); err != nil || len(c.Blocks) > 0 && l.Events > 0 {
		return store.Receipt{}, errors.Join(err, store.ErrDiskFull)
	}
	return d.Store.Commit(ctx, c)
}

// A send that finds no room delivers nevertheless, which makes some: cron may
// run nothing else.
func TestSendMakesRoom(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		one := int64(len(hit(1)) + 1)
		path := filepath.Join(t.TempDir(), "events")
		write(t, path, lines(6, 4))
		for name, tc := range map[string]struct {
			engine func(*memory.Store) store.Store
			limit  int64
			err    error
		}{
			"in the queue":   {func(s *memory.Store) store.Store { return s }, 5 * one, nil},
			"on the disk":    {func(s *memory.Store) store.Store { return tightDisk{s} }, 0, store.ErrDiskFull},
			"for want of it": {func(s *memory.Store) store.Store { return tightDisk{s} }, 5 * one, store.ErrDiskFull},
		} {
			s := memory.New()
			put(t, s, 1, 5, "a")
			set := settingsFor("a")
			set.Queue.MaxBytes = tc.limit
			f := &fakes{}
			d := dispatcher(tc.engine(s), f, set)
			sum, err := d.Send(t.Context(), Input{Paths: []string{path}}, Wait{})
			if !errors.Is(err, tc.err) || sum.Accepted != 0 || sum.Integrations[0].Delivered != 5 {
				t.Errorf("no room %s: %+v, %v", name, sum, err)
			}
			sum, err = d.Send(t.Context(), Input{Paths: []string{path}}, Wait{})
			if err != nil || sum.Accepted != 4 || sum.Integrations[0].Delivered != 4 {
				t.Errorf("no room %s, again: %+v, %v", name, sum, err)
			}
		}
	})
}

// A small queue gives up what the new events need and little more, and the
// count is that of what was committed.
func TestDropOldestKeepsTheRest(t *testing.T) {
	journal, err := bolt.Open(t.TempDir(), bolt.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer journal.Close()
	for name, s := range map[string]store.Store{"memory": memory.New(), "bolt": journal} {
		one := int64(len(hit(1)) + 1)
		put(t, s, 100, 80, "a")
		set := settingsFor("a")
		set.Queue = QueueLimits{MaxBytes: 80 * one, DropOldest: true}
		d := dispatcher(s, &fakes{}, set)
		path := filepath.Join(t.TempDir(), "events")
		write(t, path, lines(200, 2))
		sum, err := d.Enqueue(t.Context(), Input{Paths: []string{path}})
		l := laneOf(t, s, "a")
		dead := sum.Integrations[0].Dead
		if err != nil || dead < 2 || dead > 12 || l.Events != 82-dead || l.Record.Dead != dead {
			t.Errorf("%s: %d dead, %d left, %v", name, dead, l.Events, err)
		}
	}
}
