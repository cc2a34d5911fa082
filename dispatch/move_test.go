package dispatch

import (
	"context"
	"errors"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/wnotify/wnotify/dispatch/collector"
	"github.com/wnotify/wnotify/retry"
	"github.com/wnotify/wnotify/store"
	"github.com/wnotify/wnotify/store/bolt"
	"github.com/wnotify/wnotify/store/memory"
)

func TestMoveAppendsEverythingInItsOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := memory.New()
		d := failing(t, s, 3, 2, 4)
		key := laneOf(t, s, "a").Record.Pieces[0].Key
		put(t, s, 100, 1, "b")
		events, letters, err := d.Move(t.Context(), "a", "b")
		if events != 9 || letters != 0 || err != nil {
			t.Fatalf("moved %d events, %d letters, %v", events, letters, err)
		}
		if got, want := held(t, d, "b"), append([]string{hit(100)}, hits(1, 9)...); !slices.Equal(got, want) {
			t.Errorf("held %v", got)
		}
		if l := laneOf(t, s, "a"); l.Events != 0 || l.Bytes != 0 || l.Record.Dropped != 9 {
			t.Errorf("what was moved is still there: %+v", l)
		}
		if rows := rowsOf(t, d, "b"); rows[1].Piece.Key != key || rows[1].Piece.Events != 3 || rows[2].Piece.Key != "" {
			t.Errorf("the batch that was on the wire: %+v", rows)
		}
		if events, _, err := d.Move(t.Context(), "a", "b"); events != 0 || err != nil {
			t.Errorf("moved %d again, %v", events, err)
		}
	})
}

func TestMoveTakesDeadLettersAlong(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := memory.New()
		d := killing(t, s)
		if events, letters, err := d.Move(t.Context(), "a", "b"); events != 0 || letters != 1 || err != nil {
			t.Fatalf("moved %d events, %d letters, %v", events, letters, err)
		}
		if a, b := laneOf(t, s, "a"), laneOf(t, s, "b"); a.Dead != 0 || b.Dead != 1 {
			t.Errorf("a has %d, b has %d dead letters", a.Dead, b.Dead)
		}
	})
}

func TestMoveLeavesADeliveryAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := memory.New()
		d := failing(t, s, 3)
		lease, err := process(s).Lead(t.Context(), "a")
		if err != nil {
			t.Fatal(err)
		}
		if _, _, err := d.Move(t.Context(), "a", "b"); !errors.Is(err, store.ErrBusy) {
			t.Errorf("moved while it was delivered: %v", err)
		}
		if err := lease.Release(); err != nil {
			t.Fatal(err)
		}
		if n, _, err := d.Move(t.Context(), "a", "b"); n != 3 || err != nil {
			t.Errorf("moved %d, %v", n, err)
		}
	})
}

// Many pages, on the real engine.
func TestMoveOfManyPages(t *testing.T) {
	s, err := bolt.Open(t.TempDir(), bolt.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	before := page
	defer func() { page = before }()
	page = store.Limit{Bytes: 500}
	d := failing(t, s, 3, 2, 7, 1, 1, 12)
	if n, _, err := d.Move(t.Context(), "a", "b"); n != 26 || err != nil {
		t.Fatalf("moved %d, %v", n, err)
	}
	if got := held(t, d, "b"); !slices.Equal(got, hits(1, 26)) {
		t.Errorf("held %v", got)
	}
	a, b := laneOf(t, s, "a"), laneOf(t, s, "b")
	if a.Events != 0 || a.Bytes != 0 || b.Events != 26 {
		t.Errorf("a %+v, b %+v", a, b)
	}
}

// killing makes a dead letter of two events.
func killing(t *testing.T, s store.Store) *Dispatcher {
	t.Helper()
	set := settingsFor("a", "b")
	once, err := retry.Parse(nil)
	if err != nil {
		t.Fatal(err)
	}
	set.Integrations[0].Schedule = once
	d := dispatcher(s, &fakes{answer: func(context.Context, sent) collector.Reply {
		return collector.Reply{Status: 503, Answer: "down", Took: 20 * time.Millisecond}
	}}, set)
	put(t, s, 1, 2, "a")
	if _, err := d.Flush(t.Context(), nil, Wait{}); err != nil {
		t.Fatal(err)
	}
	if l := laneOf(t, s, "a"); l.Dead != 1 {
		t.Fatalf("%d dead letters", l.Dead)
	}
	return d
}

func lettersOf(t *testing.T, s store.Store) (list []store.Letter) {
	t.Helper()
	for l, err := range s.Letters(t.Context(), "") {
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, l)
	}
	return list
}

func TestReplayGoesToTheTailUnderItsKey(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := memory.New()
		d := killing(t, s)
		put(t, s, 10, 1, "a")
		letter := lettersOf(t, s)[0]
		for range 2 { // whoever repeats it changes nothing
			if err := d.Replay(t.Context(), letter); err != nil {
				t.Fatal(err)
			}
		}
		if got, want := held(t, d, "a"), append([]string{hit(10)}, hits(1, 2)...); !slices.Equal(got, want) {
			t.Errorf("held %v", got)
		}
		if l := laneOf(t, s, "a"); l.Dead != 0 {
			t.Errorf("%d dead letters are left", l.Dead)
		}
		f := &fakes{}
		d.Sender = f
		if _, err := d.Flush(t.Context(), nil, Wait{}); err != nil {
			t.Fatal(err)
		}
		got := f.to("a")
		if len(got) != 2 || got[1].key != letter.Key || got[1].body != "["+hit(1)+","+hit(2)+"]" {
			t.Errorf("sent %+v, want the letter last, under its key %s", got, letter.Key)
		}
	})
}

func TestBuryThrowsDeadLettersAway(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := memory.New()
		d := killing(t, s)
		if err := d.Bury(t.Context(), []string{"unknown", lettersOf(t, s)[0].ID}); err != nil {
			t.Fatal(err)
		}
		if left := lettersOf(t, s); len(left) != 0 {
			t.Errorf("%d are left", len(left))
		}
	})
}
