package dispatch

import (
	"context"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/rs/zerolog"

	"github.com/wnotify/wnotify/store"
	"github.com/wnotify/wnotify/store/memory"
)

// watched notes every change.
type watched struct {
	store.Store

	changes []store.Change
}

func (w *watched) Commit(ctx context.Context, c store.Change) (store.Receipt, error) {
	w.changes = append(w.changes, c)
	return w.Store.Commit(ctx, c)
}

// The events of a file are never committed without the cursor behind them, not
// even when the configuration changes while it is read: a crash between the two
// would send them twice.
func TestCursorTravelsWithItsEvents(t *testing.T) {
	for every := 1; every <= 12; every++ {
		path := filepath.Join(t.TempDir(), "events")
		write(t, path, lines(1, 10))
		w := &watched{Store: memory.New()}
		asked := 0
		set := settingsFor("a")
		var asking sync.Mutex
		d := &Dispatcher{Store: w, Sender: &fakes{}, Log: zerolog.Nop(), Settings: func() *Settings {
			asking.Lock()
			defer asking.Unlock()
			if asked++; asked%every == 0 {
				changed := *set
				set = &changed
			}
			return set
		}}
		sum, err := d.Enqueue(t.Context(), Input{Paths: []string{path}})
		if err != nil || sum.Accepted != 10 {
			t.Fatalf("changed at every question %d: %d accepted, %v", every, sum.Accepted, err)
		}
		events := 0
		for _, c := range w.changes {
			for _, b := range c.Blocks {
				events += b.Count
			}
			if len(c.Blocks) > 0 && (len(c.Riders) != 1 || !strings.HasPrefix(c.Riders[0].Key, "cursors/")) {
				t.Errorf("changed at every question %d: %d blocks with the riders %+v", every, len(c.Blocks), c.Riders)
			}
		}
		if events != 10 {
			t.Errorf("%d events were committed, want 10", events)
		}
	}
}

// So does that of a file of many chunks, whichever of them is committed.
func TestCursorTravelsWithEveryChunk(t *testing.T) {
	path := filepath.Join(t.TempDir(), "events")
	const n = 3 * chunkSize / 60
	write(t, path, lines(1, n))
	w := &watched{Store: memory.New()}
	set := settingsFor("a")
	d := &Dispatcher{Store: w, Sender: &fakes{}, Log: zerolog.Nop(), Settings: func() *Settings { return set }}
	sum, err := d.Enqueue(t.Context(), Input{Paths: []string{path}})
	if err != nil || sum.Accepted != n {
		t.Fatalf("%d accepted, %v", sum.Accepted, err)
	}
	blocks := 0
	for _, c := range w.changes {
		blocks += len(c.Blocks)
		if len(c.Blocks) > 0 && (len(c.Riders) != 1 || !strings.HasPrefix(c.Riders[0].Key, "cursors/")) {
			t.Errorf("%d blocks with the riders %+v", len(c.Blocks), c.Riders)
		}
	}
	if blocks < 3 {
		t.Errorf("%d blocks say too little", blocks)
	}
}
