package transfer_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/wnotify/wnotify/store"
	"github.com/wnotify/wnotify/store/bolt"
	"github.com/wnotify/wnotify/store/memory"
	"github.com/wnotify/wnotify/store/transfer"
)

var noon = time.Date(2026, 3, 14, 12, 0, 0, 0, time.UTC)

// fill makes a queue with something of everything: 1 is aside, 2 was delivered,
// 3 and 4 are on the wire, 5 to 9 wait.
func fill(t *testing.T, s store.Store) {
	t.Helper()
	commit := func(c store.Change) {
		t.Helper()
		if _, err := s.Commit(t.Context(), c); err != nil {
			t.Fatal(err)
		}
	}
	for i := 0; i < 9; i += 3 {
		commit(store.Change{Blocks: []store.Block{{
			Lanes: []store.Target{{Lane: "siem"}}, Count: 3, Data: fmt.Appendf(nil, "%d\n%d\n%d\n", i+1, i+2, i+3), Put: noon,
		}}})
	}
	commit(store.Change{
		Settles: []store.Settle{{
			Lane: "siem", Attempts: []store.Attempt{{At: noon, Key: "a", Outcome: store.Delivered, Events: 1}},
			Record: store.Record{
				ID: "id", Epoch: 3, Through: 2, Delivered: 1, GoneBytes: 2, Tripped: &store.Tripped{At: noon, Requests: 30, Failures: 20},
				Aside:  []store.Piece{{First: 1, Last: 1, Events: 1, Key: "aside", Format: "ndjson"}},
				Pieces: []store.Piece{{First: 3, Last: 4, Events: 2, Key: "wire", Format: "json-array"}},
			},
		}},
		Letters: []store.Letter{{ID: "dead", Lane: "siem", Key: "k", Died: noon, Data: []byte("d\n")}},
		Rejects: []store.Reject{{ID: "bad", At: noon, Data: []byte("{")}},
		Riders:  []store.Rider{{Key: "cursors/f", Value: []byte("12")}, {Key: "triggers/t", Value: []byte("7")}},
	})
}

// events lists the events of a lane as "text/key".
func events(t *testing.T, s store.Store) string {
	t.Helper()
	runs, err := s.Read(t.Context(), "siem", 1, store.Limit{})
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, r := range runs {
		key := ""
		if r.Seal != nil {
			key = "/" + r.Seal.Key
		}
		for line := range strings.FieldsSeq(string(r.Data)) {
			all = append(all, line+key)
		}
	}
	return strings.Join(all, " ")
}

const whole = "1/aside 3/wire 4/wire 5 6 7 8 9"

func moved(t *testing.T, from, to store.Store) {
	t.Helper()
	if got := events(t, to); got != whole {
		t.Errorf("the new queue has %s, want %s", got, whole)
	}
	l, err := to.Lane(t.Context(), "siem")
	if err != nil || l.Events != 8 || l.Dead != 1 || l.Record.Tripped == nil || l.Record.ID != "id" {
		t.Errorf("the new lane is %+v, %v", l, err)
	}
	attempts, rejects := 0, 0
	for range to.History(t.Context(), "siem", time.Time{}) {
		attempts++
	}
	for range to.Rejects(t.Context()) {
		rejects++
	}
	if attempts != 1 || rejects != 1 {
		t.Errorf("the new queue has %d attempts and %d rejects, want 1 and 1", attempts, rejects)
	}
	var riders []string
	for r := range to.Riders(t.Context(), "") {
		riders = append(riders, r.Key+"="+string(r.Value))
	}
	if got := strings.Join(riders, " "); got != "cursors/f=12 triggers/t=7" {
		t.Errorf("the new queue has the riders %s", got)
	}
	lanes, err := from.Lanes(t.Context())
	if err != nil || len(lanes) != 0 {
		t.Errorf("the old queue still has %v, %v", lanes, err)
	}
	for r := range from.Riders(t.Context(), "") {
		t.Errorf("the old queue still has rider %s", r.Key)
	}
}

func TestMove(t *testing.T) {
	from, to := memory.New(), memory.New()
	fill(t, from)
	report, err := transfer.Move(t.Context(), from, to)
	want := transfer.Report{Lanes: 1, Events: 8, Letters: 1, Rejects: 1, Riders: 2}
	if err != nil || report != want {
		t.Errorf("moving got %+v, %v; want %+v", report, err, want)
	}
	moved(t, from, to)
	if report, err := transfer.Move(t.Context(), from, to); err != nil || report != (transfer.Report{}) {
		t.Errorf("moving nothing got %+v, %v", report, err)
	}
}

func TestMoveBetweenEngines(t *testing.T) {
	from := memory.New()
	b, err := bolt.Open(t.TempDir()+"/state", bolt.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	to := store.Store(b)
	fill(t, from)
	if _, err := transfer.Move(t.Context(), from, to); err != nil {
		t.Fatal(err)
	}
	moved(t, from, to)
	back := memory.New()
	if _, err := transfer.Move(t.Context(), to, back); err != nil {
		t.Fatal(err)
	}
	if got := events(t, back); got != whole {
		t.Errorf("moved there and back the queue has %s, want %s", got, whole)
	}
}

func TestMoveKeepsTheHistoryOfAnEmptyQueue(t *testing.T) {
	from, err := bolt.Open(t.TempDir()+"/state", bolt.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer from.Close()
	for _, c := range []store.Change{
		{Blocks: []store.Block{{Lanes: []store.Target{{Lane: "siem"}}, Count: 1, Data: []byte("1\n"), Put: noon}}},
		{Settles: []store.Settle{{
			Lane: "siem", Attempts: []store.Attempt{{At: noon, Key: "a", Outcome: store.Delivered, Events: 1}},
			Record: store.Record{ID: "id", Epoch: 1, Through: 1, Delivered: 1, GoneBytes: 2},
		}}},
	} {
		if _, err := from.Commit(t.Context(), c); err != nil {
			t.Fatal(err)
		}
	}
	to := memory.New()
	if _, err := transfer.Move(t.Context(), from, to); err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, err := range to.History(t.Context(), "siem", time.Time{}) {
		if n++; err != nil {
			t.Error(err)
		}
	}
	if n != 1 {
		t.Errorf("the new queue has %d attempts, want 1", n)
	}
}

// dropping is a queue out of which the batch on the wire is dropped when it is
// about to be read.
type dropping struct {
	*memory.Store

	t    *testing.T
	done bool
}

func (d *dropping) Read(ctx context.Context, lane string, from uint64, limit store.Limit) ([]store.Run, error) {
	if limit.Events == 2 && !d.done {
		d.done = true
		l, err := d.Lane(ctx, lane)
		if err != nil {
			d.t.Error(err)
		}
		r := l.Record
		r.Pieces, r.Through = nil, 4
		r.Dropped += 2
		r.GoneBytes += 4
		if _, err := d.Commit(ctx, store.Change{Settles: []store.Settle{{Lane: lane, Revision: r.Revision, Record: r}}}); err != nil {
			d.t.Error(err)
		}
	}
	return d.Store.Read(ctx, lane, from, limit)
}

func TestMoveWhileABatchIsDropped(t *testing.T) {
	from, to := &dropping{Store: memory.New(), t: t}, memory.New()
	fill(t, from)
	if _, err := transfer.Move(t.Context(), from, to); err != nil {
		t.Fatal(err)
	}
	if got, want := events(t, to), "1/aside 5 6 7 8 9"; got != want || !from.done {
		t.Errorf("the new queue has %s, want %s", got, want)
	}
}

// TestMoveInterrupted ends the move at each of its steps, before and after it
// was done, and begins again.
func TestMoveInterrupted(t *testing.T) {
	broken := errors.New("broken")
	for _, side := range []string{"from", "to"} {
		for _, op := range []string{"commit", "committed"} {
			for step := 1; ; step++ {
				from, to := memory.New(), memory.New()
				fill(t, from)
				victim := map[string]*memory.Store{"from": from, "to": to}[side]
				n := 0
				victim.Fail(func(now string) error {
					if now != op {
						return nil
					}
					if n++; n == step {
						return broken
					}
					return nil
				})
				_, err := transfer.Move(t.Context(), from, to)
				victim.Fail(nil)
				if err == nil {
					break // it has fewer steps
				}
				if _, err := transfer.Move(t.Context(), from, to); err != nil {
					t.Fatalf("going on after %s %d of %s: %v", op, step, side, err)
				}
				moved(t, from, to)
				if t.Failed() {
					t.Fatalf("the interruption was at %s %d of %s", op, step, side)
				}
			}
		}
	}
}

func TestMoveRefuses(t *testing.T) {
	from, to := memory.New(), memory.New()
	fill(t, from)
	lease, err := from.Lead(t.Context(), "siem")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := transfer.Move(t.Context(), from, to); !errors.Is(err, store.ErrBusy) {
		t.Errorf("moving a lane that is being delivered got %v, want ErrBusy", err)
	}
	if err := lease.Release(); err != nil {
		t.Fatal(err)
	}
	if _, err := transfer.Move(t.Context(), from, from.Process()); err == nil {
		t.Error("a queue was moved onto itself")
	}
}
