package nats_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/wnotify/wnotify/store"
	"github.com/wnotify/wnotify/store/nats"
	"github.com/wnotify/wnotify/store/storetest"
)

// TestCluster runs the promises that several hosts lean on against three
// servers that replicate.
func TestCluster(t *testing.T) {
	t.Parallel()
	c := startCluster(t)
	n := 0
	storetest.Shared(t, func(t *testing.T) func() store.Store {
		n++
		o := nats.Options{URL: c.url(), Stream: fmt.Sprintf("shared-%d", n), Replicas: 3}
		return func() store.Store { return open(t, o) }
	})
}

// leader is the index of the server that leads the stream.
func (c *cluster) leader(t testing.TB, stream string) int {
	t.Helper()
	for end := time.Now().Add(30 * time.Second); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		for i, s := range c.servers {
			if s != nil && s.JetStreamIsStreamLeader("$G", stream) {
				return i
			}
		}
	}
	t.Fatal("the stream has no leader")
	return 0
}

// TestLeaderStops shows that nothing acknowledged is lost, and nothing is there
// twice, when the server that leads the stream goes away and comes back.
func TestLeaderStops(t *testing.T) {
	t.Parallel()
	c := startCluster(t)
	s := open(t, nats.Options{URL: c.url(), Replicas: 3})
	want, sent := "", 0
	one := func(id string) {
		text := fmt.Sprintf("event-%d", sent)
		change := put("siem", text)
		change.ID = id
		for try := 0; ; try++ { // as a sender does whose outcome is unknown
			_, err := s.Commit(t.Context(), change)
			if err == nil {
				break
			}
			if try == 5 {
				t.Fatal(err)
			}
		}
		want += text + "\n"
		sent++
	}
	for round := range leaderStops {
		for range 5 {
			one(fmt.Sprintf("put-%d", sent))
		}
		gone := c.leader(t, "wnotify")
		c.down(gone)
		for range 5 {
			one(fmt.Sprintf("put-%d", sent))
		}
		c.up(t, gone)
		c.settled(t)
		t.Logf("round %d: server %d was away", round, gone)
	}
	holds(t, s, "siem", want)
}

// TestRestart shows that the queue is there again when all servers were down.
func TestRestart(t *testing.T) {
	t.Parallel()
	c := startCluster(t)
	s := open(t, nats.Options{URL: c.url(), Replicas: 3})
	commit(t, s, put("siem", "before"))
	install, _ := s.Install(t.Context())
	s.Close()
	for i := range c.servers {
		c.down(i)
	}
	for i := range c.servers {
		c.up(t, i)
	}
	c.settled(t)
	c.leader(t, "wnotify")
	s = open(t, nats.Options{URL: c.url(), Replicas: 3})
	if id, _ := s.Install(t.Context()); id != install {
		t.Error("the queue has another identity after a restart")
	}
	commit(t, s, put("siem", "after"))
	holds(t, s, "siem", "before\nafter\n")
}

// TestOpenWaits shows that a queue is opened while its cluster has no leader
// yet: that costs some seconds and no error.
func TestOpenWaits(t *testing.T) {
	t.Parallel()
	c := startCluster(t)
	o := nats.Options{URL: c.url(), Replicas: 3}
	s := open(t, o)
	commit(t, s, put("siem", "before"))
	s.Close()
	for i := range c.servers {
		c.down(i)
	}
	for i := range c.servers {
		c.up(t, i)
	}
	s = open(t, o)
	commit(t, s, put("siem", "after"))
	holds(t, s, "siem", "before\nafter\n")
}

// TestOpenTellsThatItWaits shows that who has to wait for a leader is told, and
// may stop waiting.
func TestOpenTellsThatItWaits(t *testing.T) {
	t.Parallel()
	c := startCluster(t)
	for i := range c.servers {
		c.down(i)
	}
	c.up(t, 0) // alone it never leads
	ctx, cancel := context.WithCancel(t.Context())
	told := ""
	s, err := nats.Open(ctx, nats.Options{URL: c.url(), Replicas: 3, Host: "here", Waiting: func(servers string, most time.Duration) {
		told = fmt.Sprint(servers, " ", most)
		cancel()
	}})
	if err == nil {
		s.Close()
	}
	if !errors.Is(err, context.Canceled) || told != c.url()+" 20s" {
		t.Errorf("opening got %v and told %q", err, told)
	}
}

// TestCutOff shows a host that loses the network while it leads a lane: it
// learns in time that it leads no longer, another one takes over within 30 s,
// and what the first one settles late is refused.
func TestCutOff(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("waits for a lease to end")
	}
	url := start(t, nil).ClientURL()
	wire := newWire(t, url)
	one := open(t, nats.Options{URL: wire.url, Host: "one"})
	two := open(t, nats.Options{URL: url, Host: "two"})
	commit(t, one, put("siem", "a"))
	first, err := one.Lead(t.Context(), "siem")
	if err != nil {
		t.Fatal(err)
	}
	settle := func(s store.Store, epoch, revision uint64) error {
		_, err := s.Commit(t.Context(), store.Change{Settles: []store.Settle{{
			Lane: "siem", Revision: revision, Record: store.Record{ID: "id", Epoch: epoch},
		}}})
		return err
	}
	if err := settle(one, 1, 0); err != nil {
		t.Fatal(err)
	}
	wire.cut()
	begun := time.Now()
	var second store.Lease
	for second == nil {
		second, err = two.Lead(t.Context(), "siem")
		if err != nil && !errors.Is(err, store.ErrBusy) {
			t.Fatal(err)
		}
		if time.Since(begun) > 2*time.Minute {
			t.Fatal("nobody takes over")
		}
		time.Sleep(50 * time.Millisecond)
	}
	took := time.Since(begun)
	select {
	case <-first.Lost():
	default:
		t.Error("another host leads and the first one has not lost its lease")
	}
	t.Logf("taken over after %s", took.Round(time.Millisecond))
	if err := settle(two, 2, 1); err != nil {
		t.Fatal(err)
	}
	wire.heal()
	for { // until it is connected again
		err = settle(one, 1, 1)
		if _, ok := errors.AsType[*store.ConflictError](err); ok {
			break
		}
		if err == nil {
			t.Fatal("a settle of a host that was replaced was taken")
		}
		if t.Context().Err() != nil || errors.Is(err, context.Canceled) {
			t.Fatal(err)
		}
	}
	if l, err := two.Lane(t.Context(), "siem"); err != nil || l.Record.Epoch != 2 {
		t.Errorf("the record is of epoch %d, %v; want 2", l.Record.Epoch, err)
	}
	if err := second.Release(); err != nil {
		t.Error(err)
	}
}
