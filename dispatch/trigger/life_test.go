package trigger_test

import (
	"bytes"
	"fmt"
	"strconv"
	"testing"
	"time"

	"github.com/wnotify/wnotify/dispatch/event"
	"github.com/wnotify/wnotify/dispatch/trigger"
	"github.com/wnotify/wnotify/store/memory"
)

// at makes a hit that happened some seconds after the start.
func at(t *testing.T, seconds int64) *event.Event {
	return hit(t, m{"request_time": start.Unix() + seconds})
}

// A row of hits and whether each of them fires, for a threshold within a minute.
func TestCrossing(t *testing.T) {
	type step struct {
		seconds int64
		fires   bool
	}
	for name, c := range map[string]struct {
		moreThan int64
		steps    []step
	}{
		"once":                        {2, []step{{0, false}, {1, false}, {2, true}, {3, false}, {4, false}}},
		"again after it came to rest": {1, []step{{0, false}, {1, true}, {61, false}, {62, true}}},
		"not while it stays above":    {1, []step{{0, false}, {1, true}, {59, false}, {60, false}, {61, false}, {62, false}}},
		"a second before the window":  {1, []step{{60, false}, {0, false}, {1, true}}},
		"late, in the window":         {1, []step{{60, false}, {1, true}, {0, false}}},
		"late ones fire, and do not move the window": {1, []step{
			{100, false}, {41, true}, {101, false}, {160, false}, {300, false}, {240, false}, {241, true},
		}},
		"equal times":                     {2, []step{{5, false}, {5, false}, {5, true}, {5, false}}},
		"more than 0: each that is alone": {0, []step{{0, true}, {1, false}, {60, false}, {119, false}, {179, true}, {239, true}}},
	} {
		t.Run(name, func(t *testing.T) {
			p := newProcess(t, memory.New(), counting("hits", c.moreThan, time.Minute))
			for i, s := range c.steps {
				alerts := p.take(start.Add(time.Hour), nil, at(t, s.seconds))
				if fired := len(alerts) > 0; fired != s.fires {
					t.Errorf("hit %d, at %d s: fires %t, want %t", i+1, s.seconds, fired, s.fires)
				}
				for _, a := range alerts {
					if a.Count != c.moreThan+1 {
						t.Errorf("hit %d: the alert counts %d, want %d", i+1, a.Count, c.moreThan+1)
					}
				}
			}
		})
	}
}

// A wrong time must not disable a trigger.
func TestTimesOfTheFuture(t *testing.T) {
	p := newProcess(t, memory.New(), counting("hits", 2, time.Minute))
	far := time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC).Unix()
	for i, when := range []any{far, far * 1000, 1e300, "soon", nil, -5, 0, start.Unix() + 301} {
		want := i == 2 // all of them count at their arrival, so the third fires
		if got := len(p.take(start, nil, hit(t, m{"request_time": when}))) > 0; got != want {
			t.Errorf("request_time %v: fires %t, want %t", when, got, want)
		}
	}
	p = newProcess(t, memory.New(), counting("hits", 1, time.Minute))
	if p.take(start, nil, at(t, 300)); len(p.take(start, nil, at(t, 240))) > 0 {
		t.Error("a clock that is five minutes fast moves the window by five minutes, and no more")
	}
}

// A clock that was set back leaves no count in the future.
func TestClockThatWasWrong(t *testing.T) {
	p := newProcess(t, memory.New(), counting("hits", 1, time.Minute))
	p.take(start.AddDate(70, 0, 0), nil, hit(t, m{"request_time": nil}))
	p.take(start, nil, at(t, 0))
	if len(p.take(start, nil, at(t, 1))) != 1 {
		t.Error("a count from the future holds the trigger")
	}
}

// Who reads and who commits are two goroutines.
func TestReadingWhileCommitting(t *testing.T) {
	rules := []trigger.Rule{counting("hits", 100, time.Hour)}
	p := newProcess(t, memory.New(), rules...)
	e := at(t, 0)
	handed := make(chan []trigger.Note, 4)
	go func() {
		defer close(handed)
		for i := range 200 {
			if i%50 == 0 {
				p.Use(rules)
			}
			handed <- p.Note(nil, e, start)
		}
	}()
	alerts := 0
	for notes := range handed {
		riders, fired, err := p.Count(notes)
		if err != nil {
			t.Fatal(err)
		}
		if err := p.commit(riders); err != nil {
			t.Fatal(err)
		}
		p.Committed()
		alerts += len(fired)
	}
	if alerts != 1 {
		t.Errorf("%d alerts for 200 hits, want 1", alerts)
	}
}

// What attackers have left behind goes while others come.
func TestOldAddressesGo(t *testing.T) {
	s := memory.New()
	p := newProcess(t, s, counting("payloads", 5, time.Minute))
	for i := range 50 {
		p.take(start, nil, hit(t, m{"remote_addr4": fmt.Sprint("192.0.2.", i)}))
	}
	riders := held(t, s)
	for i := range riders {
		p.take(start.Add(time.Hour), nil, at(t, 100+int64(i)))
	}
	if left := held(t, s); riders < 40 || left != 2 {
		t.Errorf("%d riders are left of %d, want the head and one shard", left, riders)
	}
}

// What had to be forgotten is told once, after it was committed.
func TestLosses(t *testing.T) {
	p := newProcess(t, memory.New(), counting("attacks", 1_000_000, time.Hour))
	var notes []trigger.Note
	one := *hit(t, m{"path": "/PATH"})
	raw := one.Raw
	for i := range 100_003 {
		one.Raw = bytes.Replace(raw, []byte("PATH"), strconv.AppendInt(nil, int64(i), 10), 1)
		notes = p.Note(notes, &one, start)
	}
	riders, _, err := p.Count(notes)
	if err != nil {
		t.Fatal(err)
	}
	if lost := p.Losses(); lost != nil {
		t.Errorf("%v is told before it is committed", lost)
	}
	if err := p.commit(riders); err != nil {
		t.Fatal(err)
	}
	p.Committed()
	want := trigger.Loss{Trigger: "t", Condition: "attacks", Entries: 3}
	if lost := p.Losses(); len(lost) != 1 || lost[0] != want {
		t.Errorf("%v is told, want %v", lost, want)
	}
	if lost := p.Losses(); lost != nil {
		t.Errorf("%v is told again", lost)
	}
}
