package nats_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/wnotify/wnotify/store"
	"github.com/wnotify/wnotify/store/nats"
)

func put(lane, text string) store.Change {
	return store.Change{Blocks: []store.Block{{Lanes: []store.Target{{Lane: lane}}, Count: 1, Data: []byte(text + "\n"), Put: time.Unix(1, 0)}}}
}

func commit(t testing.TB, s store.Store, c store.Change) {
	t.Helper()
	if _, err := s.Commit(t.Context(), c); err != nil {
		t.Fatal(err)
	}
}

// holds checks the events of a lane.
func holds(t testing.TB, s store.Store, lane, want string) {
	t.Helper()
	runs, err := s.Read(t.Context(), lane, 1, store.Limit{})
	if err != nil {
		t.Fatal(err)
	}
	got := ""
	for _, r := range runs {
		got += string(r.Data)
	}
	if got != want {
		t.Errorf("lane %s holds %q, want %q", lane, got, want)
	}
}

// TestHosts shows what hosts share and what is each one's own.
func TestHosts(t *testing.T) {
	t.Parallel()
	url := start(t, nil).ClientURL()
	one := open(t, nats.Options{URL: url, Host: "one"})
	two := open(t, nats.Options{URL: url, Host: "two"})
	commit(t, one, store.Change{Riders: []store.Rider{
		{Key: "cursors/64768-12", Value: []byte("one's")}, {Key: "triggers/t", Value: []byte("all's")},
	}})
	for key, want := range map[string]uint64{"cursors/64768-12": 0, "triggers/t": 1} {
		if r, err := two.Rider(t.Context(), key); err != nil || r.Revision != want {
			t.Errorf("the other host sees %s at revision %d, %v; want %d", key, r.Revision, err, want)
		}
	}
	for _, c := range []struct {
		name string
		busy bool
	}{{"siem", true}, {"file/64768-12", false}} {
		l, err := one.Lead(t.Context(), c.name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := two.Lead(t.Context(), c.name); errors.Is(err, store.ErrBusy) != c.busy {
			t.Errorf("leading %s on another host got %v; want busy: %t", c.name, err, c.busy)
		}
		if c.busy {
			if leaders, err := two.Leaders(t.Context()); err != nil || leaders[c.name] != "one" {
				t.Errorf("the leaders are %v, %v; want one", leaders, err)
			}
		}
		if err := l.Release(); err != nil {
			t.Error(err)
		}
	}
}

// TestGarbage shows that what all lanes are done with leaves the stream.
func TestGarbage(t *testing.T) {
	t.Parallel()
	url := start(t, nil).ClientURL()
	s := open(t, nats.Options{URL: url})
	both := put("siem", "shared")
	both.Blocks[0].Lanes = append(both.Blocks[0].Lanes, store.Target{Lane: "soc"})
	commit(t, s, both)
	commit(t, s, put("siem", "own"))
	if n := segments(t, url); n != 2 {
		t.Fatalf("two puts made %d segments", n)
	}
	settle := func(lane string, through uint64) {
		commit(t, s, store.Change{Settles: []store.Settle{{
			Lane: lane, Record: store.Record{ID: lane, Through: through, Delivered: int64(through)},
		}}})
	}
	settle("siem", 2)
	if n := segments(t, url); n != 1 {
		t.Errorf("after a settle there are %d segments, want the one of soc", n)
	}
	holds(t, s, "soc", "shared\n")
	settle("soc", 1)
	for end := time.Now().Add(30 * time.Second); segments(t, url) > 0; time.Sleep(50 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("after all settles there are %d segments", segments(t, url))
		}
	}
}

// segments counts the segments that hold something.
func segments(t testing.TB, url string) (n int) {
	t.Helper()
	st, err := jetStream(t, url).Stream(t.Context(), "wnotify")
	if err != nil {
		t.Fatal(err)
	}
	info, err := st.Info(t.Context(), jetstream.WithSubjectFilter("wnotify.seg.>"))
	if err != nil {
		t.Fatal(err)
	}
	for subject := range info.State.Subjects {
		if m, err := st.GetLastMsgForSubject(t.Context(), subject); err == nil && len(m.Data) > 0 {
			n++
		}
	}
	return n
}

// TestLarge shows that one event may be larger than one message.
func TestLarge(t *testing.T) {
	t.Parallel()
	url := start(t, nil).ClientURL()
	s := open(t, nats.Options{URL: url})
	text := make([]byte, 5<<20)
	for i := range text {
		text[i] = 'a' + byte(i%26)
	}
	commit(t, s, put("siem", string(text)))
	letter := store.Letter{ID: "dead", Lane: "siem", Data: []byte(string(text) + "\n")}
	commit(t, s, store.Change{Letters: []store.Letter{letter}})
	s2 := open(t, nats.Options{URL: url})
	holds(t, s2, "siem", string(text)+"\n")
	for l, err := range s2.Letters(t.Context(), "") {
		if err != nil || string(l.Data) != string(letter.Data) {
			t.Errorf("a large letter came back with %d bytes, %v", len(l.Data), err)
		}
	}
	commit(t, s2, store.Change{Bury: []string{"dead"}})
	for range s2.Letters(t.Context(), "") {
		t.Error("a letter that was buried is there")
	}
}

// TestPages shows a long queue: its references fill pages, which are read,
// cut, and removed.
func TestPages(t *testing.T) {
	t.Parallel()
	url := start(t, nil).ClientURL()
	s := open(t, nats.Options{URL: url})
	const total = 3000
	for i := 0; i < total; i += 300 {
		var c store.Change
		for n := i + 1; n <= i+300; n++ {
			c.Blocks = append(c.Blocks, put("siem", fmt.Sprint(n)).Blocks...)
		}
		commit(t, s, c)
	}
	want := func(from, to int, skip func(int) bool) (text string) {
		for n := from; n <= to; n++ {
			if !skip(n) {
				text += fmt.Sprintln(n)
			}
		}
		return text
	}
	none := func(int) bool { return false }
	holds(t, s, "siem", want(1, total, none))
	settle := func(revision, through uint64, aside []store.Piece, drop ...store.Span) {
		commit(t, s, store.Change{Settles: []store.Settle{{
			Lane: "siem", Revision: revision, Record: store.Record{ID: "siem", Through: through, Aside: aside}, Drop: drop,
		}}})
	}
	hole := func(n int) bool { return n >= 1500 && n <= 1999 }
	settle(0, 700, []store.Piece{{First: 5, Last: 5}}, store.Span{First: 1500, Last: 1999})
	holds(t, s, "siem", "5\n"+want(701, total, hole))
	settle(1, total-1, nil)
	holds(t, s, "siem", want(total, total, none))
	settle(2, total, nil)
	holds(t, s, "siem", "")
	if n := segments(t, url); n != 0 {
		t.Errorf("an empty queue has %d segments", n)
	}
}

// TestLeadIsCalledOff shows that a lease which was asked for and not waited for
// is nobody's.
func TestLeadIsCalledOff(t *testing.T) {
	t.Parallel()
	url := start(t, nil).ClientURL()
	one := open(t, nats.Options{URL: url, Host: "one"})
	two := open(t, nats.Options{URL: url, Host: "two"})
	for i := range 60 {
		ctx, cancel := context.WithTimeout(t.Context(), time.Duration(i)*20*time.Microsecond)
		l, err := one.Lead(ctx, "siem")
		cancel()
		if err == nil {
			if err := l.Release(); err != nil {
				t.Fatal(err)
			}
		}
		l, err = two.Lead(t.Context(), "siem")
		if err != nil {
			t.Fatalf("try %d: nobody leads, and leading got %v", i, err)
		}
		if err := l.Release(); err != nil {
			t.Fatal(err)
		}
	}
}
