package dispatch

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"github.com/wnotify/wnotify/dispatch/collector"
	"github.com/wnotify/wnotify/store"
	"github.com/wnotify/wnotify/store/bolt"
	"github.com/wnotify/wnotify/store/memory"
)

// blind is a store whose events nobody may read.
type blind struct {
	store.Store
}

var errRead = errors.New("events were read")

func (blind) Read(context.Context, string, uint64, store.Limit) ([]store.Run, error) {
	return nil, errRead
}

// rowsOf lists the rows of a queue.
func rowsOf(t testing.TB, d *Dispatcher, name string) []Queued {
	t.Helper()
	var rows []Queued
	for q, err := range d.Queue(t.Context(), name) {
		if err != nil {
			t.Fatal(err)
		}
		rows = append(rows, q)
	}
	return rows
}

// held lists the events of a queue, in order.
func held(t testing.TB, d *Dispatcher, name string) []string {
	t.Helper()
	var events []string
	for _, q := range rowsOf(t, d, name) {
		data, err := d.Data(t.Context(), q)
		if err != nil {
			t.Fatal(err)
		}
		events = append(events, strings.Fields(string(data))...)
	}
	return events
}

func hits(from, to int) []string {
	var list []string
	for n := from; n <= to; n++ {
		list = append(list, hit(n))
	}
	return list
}

// failing queues batches of so many events of which the first was tried.
func failing(t *testing.T, s store.Store, batches ...int) *Dispatcher {
	t.Helper()
	d := dispatcher(s, &fakes{answer: func(context.Context, sent) collector.Reply { return status(503) }}, settingsFor("a"))
	n := 1
	for i, count := range batches {
		put(t, s, n, count, "a")
		n += count
		if i == 0 {
			if _, err := d.Flush(t.Context(), nil, Wait{}); err != nil {
				t.Fatal(err)
			}
		}
	}
	return d
}

func TestQueueListsBatchesThenWhatCameBehind(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := failing(t, memory.New(), 3, 2, 1)
		rows := rowsOf(t, d, "a")
		type row struct {
			id      string
			events  int
			named   bool
			attempt int
		}
		var got []row
		for _, q := range rows {
			got = append(got, row{q.ID(), q.Piece.Events, q.Named, q.Piece.Attempt})
		}
		if want := []row{{"a:1", 3, true, 1}, {"a:4", 2, false, 0}, {"a:6", 1, false, 0}}; !slices.Equal(got, want) {
			t.Errorf("got %v, want %v", got, want)
		}
		if rows[0].Piece.Key == "" || rows[1].Piece.Key != "" {
			t.Error("only what was on the wire has a key")
		}
		for _, q := range rows {
			found, ok, err := d.Find(t.Context(), q.ID())
			if err != nil || !ok || found.Piece != q.Piece {
				t.Errorf("Find(%s): %+v, %v, %v", q.ID(), found.Piece, ok, err)
			}
		}
		for _, id := range []string{"a:2", "a:5", "a:7", "b:1"} {
			if _, ok, err := d.Find(t.Context(), id); ok || err != nil {
				t.Errorf("Find(%s): %v, %v", id, ok, err)
			}
		}
	})
}

// A row is what came together, also where a page of the listing ends.
func TestRowsAreNotCutByPages(t *testing.T) {
	s := memory.New()
	for i := range 5 {
		data := bytes.Repeat([]byte(strings.Repeat("x", 1000)+"\n"), 250)
		b := store.Block{Count: 250, Data: data, Put: time.Unix(int64(i), 0), Lanes: []store.Target{{Lane: "a"}}}
		if _, err := s.Commit(t.Context(), store.Change{Blocks: []store.Block{b}}); err != nil {
			t.Fatal(err)
		}
	}
	for i, q := range rowsOf(t, dispatcher(s, nil, settingsFor("a")), "a") {
		if q.Piece.Events != 250 || q.Piece.First != uint64(i*250+1) {
			t.Errorf("row %d has %d events from %d on", i, q.Piece.Events, q.Piece.First)
		}
	}
}

func TestBatchesAreListedWithoutTheirEvents(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := failing(t, memory.New(), 3, 2)
		d.Store = blind{d.Store}
		var ids []string
		for q, err := range d.Queue(t.Context(), "a") {
			if err != nil {
				if !errors.Is(err, errRead) {
					t.Fatal(err)
				}
				break // what is in no batch is read
			}
			ids = append(ids, q.ID())
		}
		if !slices.Equal(ids, []string{"a:1"}) {
			t.Errorf("listed %v", ids)
		}
	})
}

func TestParseID(t *testing.T) {
	lane, first, err := ParseID("a.b-c:17")
	if lane != "a.b-c" || first != 17 || err != nil {
		t.Errorf("%q, %d, %v", lane, first, err)
	}
	for _, id := range []string{"", "siem", "siem:", ":1", "siem:x", "siem:-1", "wn_abc", "siem:1:2", "siem:99999999999999999999"} {
		if _, _, err := ParseID(id); err == nil {
			t.Errorf("%q is an id", id)
		}
	}
}

// Whatever rows are dropped, in whatever order, the others stay as they were,
// and the counters of the engine say so.
func TestDropTakesTheRowsAndNothingElse(t *testing.T) {
	ctx := t.Context()
	rapid.Check(t, func(t *rapid.T) {
		sizes := rapid.SliceOfN(rapid.IntRange(1, 4), 1, 6).Draw(t, "sizes")
		s := memory.New()
		d := dispatcher(s, nil, settingsFor("a"))
		fill(ctx, t, s, sizes)
		rows := rapidRows(ctx, t, d)
		doomed := map[uint64]bool{}
		var want []uint64
		for _, q := range rows {
			if rapid.Bool().Draw(t, "drop") {
				doomed[q.Piece.First] = true
			} else {
				want = append(want, q.Piece.First)
			}
		}
		for round := range 2 { // the second time there is nothing left to drop
			var list []Queued
			var events int64
			for _, q := range rows {
				if doomed[q.Piece.First] {
					list = append(list, q)
					events += int64(q.Piece.Events)
				}
			}
			got, err := d.Drop(ctx, "a", list)
			if round == 1 {
				events = 0
			}
			if err != nil || got != events {
				t.Fatalf("dropped %d, %v; want %d", got, err, events)
			}
		}
		var left []uint64
		var events, size int64
		for _, q := range rapidRows(ctx, t, d) {
			left = append(left, q.Piece.First)
			events += int64(q.Piece.Events)
			size += q.Piece.Bytes
		}
		l, err := s.Lane(ctx, "a")
		if err != nil || !slices.Equal(left, want) || l.Events != events || l.Bytes != size {
			t.Fatalf("left %v of %d events, %d bytes; want %v; lane %+v; %v", left, events, size, want, l, err)
		}
	})
}

func fill(ctx context.Context, t *rapid.T, s store.Store, sizes []int) {
	n := 1
	for i, size := range sizes {
		b := store.Block{
			Count: size, Data: []byte(strings.Join(hits(n, n+size-1), "\n") + "\n"), Put: time.Unix(int64(i), 0),
			Lanes: []store.Target{{Lane: "a"}},
		}
		if _, err := s.Commit(ctx, store.Change{Blocks: []store.Block{b}}); err != nil {
			t.Fatal(err)
		}
		n += size
	}
}

func rapidRows(ctx context.Context, t *rapid.T, d *Dispatcher) (rows []Queued) {
	for q, err := range d.Queue(ctx, "a") {
		if err != nil {
			t.Fatal(err)
		}
		rows = append(rows, q)
	}
	return rows
}

func TestDropKeepsTheCountersOfBolt(t *testing.T) {
	s, err := bolt.Open(t.TempDir(), bolt.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	d := failing(t, s, 3, 2, 4, 1)
	rows := rowsOf(t, d, "a")
	if n, err := d.Drop(t.Context(), "a", []Queued{rows[2], rows[0]}); n != 7 || err != nil {
		t.Fatalf("dropped %d, %v", n, err)
	}
	if got, want := held(t, d, "a"), append(hits(4, 5), hit(10)); !slices.Equal(got, want) {
		t.Errorf("left %v, want %v", got, want)
	}
	if l := laneOf(t, s, "a"); l.Events != 3 || l.Bytes != int64(len(hit(1))*3+4) || l.Record.Dropped != 7 || len(l.Record.Pieces) != 0 {
		t.Errorf("%+v", l)
	}
	if n, err := d.Clear(t.Context(), "a"); n != 3 || err != nil {
		t.Fatalf("cleared %d, %v", n, err)
	}
	put(t, s, 20, 2, "a")
	if l := laneOf(t, s, "a"); l.Events != 2 || l.Record.Dropped != 10 {
		t.Errorf("after Clear and a put: %+v", l)
	}
	if got := held(t, d, "a"); !slices.Equal(got, hits(20, 21)) {
		t.Errorf("held %v", got)
	}
}

// full is a store whose disk has no room left.
type full struct {
	store.Store
}

func (full) Commit(context.Context, store.Change) (store.Receipt, error) {
	return store.Receipt{}, store.ErrDiskFull
}

// Nobody is told of events that are gone when they are still there.
func TestWhatFailsTookNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := failing(t, memory.New(), 3, 2)
		rows := rowsOf(t, d, "a")
		d.Store = full{d.Store}
		if n, err := d.Clear(t.Context(), "a"); n != 0 || !errors.Is(err, store.ErrDiskFull) {
			t.Errorf("cleared %d, %v", n, err)
		}
		if n, err := d.Drop(t.Context(), "a", rows[:1]); n != 0 || !errors.Is(err, store.ErrDiskFull) {
			t.Errorf("dropped %d, %v", n, err)
		}
		if n, _, err := d.Move(t.Context(), "a", "b"); n != 0 || !errors.Is(err, store.ErrDiskFull) {
			t.Errorf("moved %d, %v", n, err)
		}
		if got := held(t, d, "a"); !slices.Equal(got, hits(1, 5)) {
			t.Errorf("held %v", got)
		}
	})
}

func TestClearReadsNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := failing(t, memory.New(), 3, 2)
		d.Store = blind{d.Store}
		if n, err := d.Clear(t.Context(), "a"); n != 5 || err != nil {
			t.Errorf("cleared %d, %v", n, err)
		}
		if n, err := d.Clear(t.Context(), "a"); n != 0 || err != nil {
			t.Errorf("cleared %d again, %v", n, err)
		}
	})
}

// What went on the wire since it was listed is left to who sends it.
func TestDropPassesOverWhatIsOnTheWire(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := memory.New()
		d := dispatcher(s, &fakes{answer: func(context.Context, sent) collector.Reply { return status(503) }}, settingsFor("a"))
		put(t, s, 1, 2, "a")
		put(t, s, 3, 2, "a")
		rows := rowsOf(t, d, "a")
		if _, err := d.Flush(t.Context(), nil, Wait{}); err != nil { // both are one batch now
			t.Fatal(err)
		}
		if n, err := d.Drop(t.Context(), "a", rows[1:]); n != 0 || err != nil {
			t.Errorf("dropped %d, %v", n, err)
		}
		if got := held(t, d, "a"); !slices.Equal(got, hits(1, 4)) {
			t.Errorf("held %v", got)
		}
	})
}

// A person may drop what another process is trying at the moment: it is not
// tried again, and what is behind it goes on.
func TestDropWhileItIsDelivered(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := memory.New()
		set := settingsFor("a")
		set.Integrations[0].BatchEvents = 2
		f := &fakes{answer: func(_ context.Context, q sent) collector.Reply {
			if containsEvent(q.body, hit(1)) {
				return status(503)
			}
			return status(200)
		}}
		put(t, s, 1, 2, "a")
		put(t, s, 3, 2, "a")
		done := make(chan error)
		go func() {
			_, err := dispatcher(process(s), f, set).Flush(t.Context(), nil, Wait{For: time.Minute})
			done <- err
		}()
		time.Sleep(2 * time.Second) // the first attempts have failed
		d := dispatcher(s, f, set)
		rows := rowsOf(t, d, "a")
		if n, err := d.Drop(t.Context(), "a", rows[:1]); n != 2 || err != nil {
			t.Fatalf("dropped %d, %v", n, err)
		}
		if err := <-done; err != nil {
			t.Fatal(err)
		}
		got := f.to("a")
		if last := got[len(got)-1].body; !containsEvent(last, hit(3)) || containsEvent(last, hit(1)) {
			t.Errorf("the last request was %s", last)
		}
		if l := laneOf(t, s, "a"); l.Events != 0 || l.Record.Delivered != 2 || l.Record.Dropped != 2 {
			t.Errorf("%+v", l)
		}
	})
}

func FuzzParseID(f *testing.F) {
	for _, s := range []string{"siem:1", "a.b-c:18446744073709551615", ":", "siem", "x:0"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, id string) {
		lane, first, err := ParseID(id)
		if err != nil {
			return
		}
		again := Queued{Lane: lane, Piece: store.Piece{First: first}}.ID()
		if l, n, err := ParseID(again); l != lane || n != first || err != nil || strings.Contains(lane, ":") {
			t.Errorf("%q is %s of %d, which is %q", id, lane, first, again)
		}
	})
}
