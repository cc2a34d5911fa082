package nats_test

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/wnotify/wnotify/store"
	"github.com/wnotify/wnotify/store/nats"
)

// limitTo sets max_bytes of the stream, as an operator does.
func limitTo(t *testing.T, url, stream string, most int64) {
	t.Helper()
	js := jetStream(t, url)
	st, err := js.Stream(t.Context(), stream)
	if err != nil {
		t.Fatal(err)
	}
	config := st.CachedInfo().Config
	config.MaxBytes = most
	if _, err := js.UpdateStream(t.Context(), config); err != nil {
		t.Fatal(err)
	}
}

// free is how many bytes a stream still takes.
func free(t *testing.T, url, stream string) int64 {
	t.Helper()
	st, err := jetStream(t, url).Stream(t.Context(), stream)
	if err != nil {
		t.Fatal(err)
	}
	info := st.CachedInfo()
	return info.Config.MaxBytes - int64(info.State.Bytes)
}

// noise is text that cannot be made smaller by much.
func noise(size int) string {
	b := make([]byte, (size+1)/2)
	_, _ = rand.Read(b)
	return hex.EncodeToString(b)[:size]
}

// fill puts events of so many bytes until the stream takes no more, and returns
// what it took.
func fill(t *testing.T, s store.Store, lane string, size int) (taken []string) {
	t.Helper()
	for i := range 10_000 {
		text := fmt.Sprintf("%d %s", i, noise(size))
		_, err := s.Commit(t.Context(), put(lane, text))
		if err == nil {
			taken = append(taken, text+"\n")
			continue
		}
		if !errors.Is(err, store.ErrDiskFull) {
			t.Fatalf("a full stream says %v, want ErrDiskFull", err)
		}
		return taken
	}
	t.Fatal("the stream is never full")
	return nil
}

// TestFull shows a stream that takes no more: nothing is accepted that is not
// stored, it is said, and what is there can be led, settled and given up until
// the queue is empty. Then it takes more.
func TestFull(t *testing.T) {
	t.Parallel()
	url := start(t, nil).ClientURL()
	for name, sizes := range map[string][]int{
		"small events, to the last byte":     {4000, 300, 10},
		"nothing but tiny events":            {1},
		"large events, ahead of their batch": {100_000, 300},
	} {
		t.Run(name, func(t *testing.T) {
			o := nats.Options{URL: url, Stream: "full-" + fmt.Sprint(sizes[0])}
			open(t, o).Close()
			limitTo(t, url, o.Stream, 1<<20)
			s := open(t, o)
			var want []string
			for _, size := range sizes {
				want = append(want, fill(t, s, "siem", size)...)
			}
			if tiny := sizes[0] == 1; tiny && len(want) < 1500 {
				t.Errorf("%d events fill it, too few to use up the reserve", len(want))
			}
			holds(t, s, "siem", strings.Join(want, ""))
			if n := free(t, url, o.Stream); n > 1<<20/4 {
				t.Errorf("it is full with %d bytes free", n)
			}
			other := open(t, o)
			drain(t, other, want)
			for range want[:3] {
				commit(t, other, put("siem", "more")) // what the buried left is its own to clear away
			}
			holds(t, s, "siem", strings.Repeat("more\n", 3))
		})
	}
}

// dying is which part of the events become dead letters.
const dying = 3

// drain leads the lane, settles event after event, some as a dead letter each,
// and checks what is left.
func drain(t *testing.T, s *nats.Store, want []string) {
	t.Helper()
	lease, err := s.Lead(t.Context(), "siem")
	if err != nil {
		t.Fatalf("leading a lane of a full stream: %v", err)
	}
	for i := range want {
		through := uint64(i + 1)
		c := store.Change{Settles: []store.Settle{{
			Lane: "siem", Revision: uint64(i), Record: store.Record{ID: "id", Epoch: 1, Through: through, Delivered: int64(through)},
			Attempts: []store.Attempt{{Key: "key", First: through, Last: through, Events: 1, Number: 1, Status: 200, Outcome: "delivered"}},
		}}}
		if i%dying == 0 {
			c.Letters = []store.Letter{{ID: fmt.Sprint("dead-", i), Lane: "siem", Died: time.Unix(int64(i), 0), Data: []byte(want[i])}}
		}
		if _, err := s.Commit(t.Context(), c); err != nil {
			t.Fatalf("settle %d of %d: %v", i, len(want), err)
		}
	}
	holds(t, s, "siem", "")
	requests := int64(0)
	for slot, err := range s.Slots(t.Context(), "siem", time.Time{}) {
		if err != nil {
			t.Fatal(err)
		}
		requests += slot.Requests
	}
	if requests != int64(len(want)) {
		t.Errorf("the statistics know of %d requests, want %d", requests, len(want))
	}
	if err := lease.Release(); err != nil {
		t.Error(err)
	}
	letters := 0
	var ids []string
	for l, err := range s.Letters(t.Context(), "siem") {
		if err != nil || string(l.Data) != want[letters*dying] {
			t.Fatalf("dead letter %d came back as %.20q, %v", letters, l.Data, err)
		}
		letters++
		ids = append(ids, l.ID)
	}
	for some := range slices.Chunk(ids, 100) {
		commit(t, s, store.Change{Bury: some})
	}
	if letters != (len(want)+dying-1)/dying {
		t.Errorf("%d dead letters are there, want %d", letters, (len(want)+dying-1)/dying)
	}
}

// TestFullLater shows a limit that comes when the queue is in use: the puts of
// a handle that has not heard of it are refused by the server, and it learns.
func TestFullLater(t *testing.T) {
	t.Parallel()
	url := start(t, nil).ClientURL()
	s := open(t, nats.Options{URL: url})
	commit(t, s, put("siem", "before"))
	limitTo(t, url, "wnotify", 64<<10)
	taken := fill(t, s, "siem", 1000)
	holds(t, s, "siem", "before\n"+strings.Join(taken, ""))
	limitTo(t, url, "wnotify", -1)
	commit(t, s, put("siem", "more"))
	holds(t, s, "siem", "before\n"+strings.Join(taken, "")+"more\n")
}

// TestReserve shows that many hosts at once cannot use up what settling needs.
func TestReserve(t *testing.T) {
	t.Parallel()
	url := start(t, nil).ClientURL()
	const most = 512 << 10
	open(t, nats.Options{URL: url}).Close()
	limitTo(t, url, "wnotify", most)
	done := make(chan int)
	for i := range 5 {
		s := open(t, nats.Options{URL: url, Host: fmt.Sprint("host-", i)})
		go func() {
			n := 0
			for {
				if _, err := s.Commit(t.Context(), put(fmt.Sprint("lane-", i), noise(2000))); err != nil {
					if !errors.Is(err, store.ErrDiskFull) {
						t.Errorf("host %d: %v", i, err)
					}
					break
				}
				n++
			}
			done <- n
		}()
	}
	total := 0
	for range 5 {
		total += <-done
	}
	if total < most/2000/3 {
		t.Errorf("%d events of 2000 bytes were taken, too few for %d bytes", total, most)
	}
	s := open(t, nats.Options{URL: url})
	st, err := jetStream(t, url).Stream(t.Context(), "wnotify")
	if err != nil {
		t.Fatal(err)
	}
	info, err := st.Info(t.Context(), jetstream.WithSubjectFilter("wnotify.reserve.*"))
	if err != nil || len(info.State.Subjects) == 0 {
		t.Fatalf("when the stream is full the reserve is %v, %v", info.State.Subjects, err)
	}
	for i := range 5 {
		lane := fmt.Sprint("lane-", i)
		l, err := s.Lane(t.Context(), lane)
		if err != nil {
			t.Fatal(err)
		}
		commit(t, s, store.Change{Settles: []store.Settle{{Lane: lane, Record: store.Record{ID: "id", Through: l.Next - 1}}}})
	}
}
