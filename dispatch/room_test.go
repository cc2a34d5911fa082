package dispatch

import (
	"context"
	"errors"
	"path/filepath"
	"testing"
	"testing/synctest"

	"github.com/wnotify/wnotify/store"
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
