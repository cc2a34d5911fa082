package dispatch

import (
	"context"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/wnotify/wnotify/dispatch/collector"
	"github.com/wnotify/wnotify/store"
	"github.com/wnotify/wnotify/store/memory"
)

// slowDisk takes its time for a commit, as fsync does.
type slowDisk struct{ store.Store }

func (d slowDisk) Commit(ctx context.Context, c store.Change) (store.Receipt, error) {
	time.Sleep(3 * time.Millisecond)
	return d.Store.Commit(ctx, c)
}

// A batch is on disk by its name before its first byte goes out, also while the
// settle of the one before it is under way; else a crash would give its events
// another key.
func TestNamedBeforeSent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := memory.New()
		put(t, s, 1, 60, "a")
		f := &fakes{}
		f.answer = func(_ context.Context, q sent) collector.Reply {
			rec := laneOf(t, s, "a").Record
			if !slices.ContainsFunc(rec.Pieces, func(p store.Piece) bool { return p.Key == q.key }) {
				t.Errorf("%s was sent and is not on disk", q.key)
			}
			time.Sleep(time.Millisecond)
			return status(200)
		}
		set := settingsFor("a")
		set.Integrations[0].BatchEvents = 5
		if _, err := dispatcher(slowDisk{s}, f, set).Flush(t.Context(), nil, Wait{Drain: true}); err != nil {
			t.Fatal(err)
		}
		if n := len(f.to("a")); n != 12 {
			t.Errorf("%d requests, want 12", n)
		}
	})
}
