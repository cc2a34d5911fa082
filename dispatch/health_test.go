package dispatch

import (
	"context"
	"errors"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/wnotify/wnotify/dispatch/collector"
	"github.com/wnotify/wnotify/dispatch/event"
	"github.com/wnotify/wnotify/store"
	"github.com/wnotify/wnotify/store/memory"
)

func TestHealthTellsStates(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := memory.New()
		set := settingsFor("fine", "waits", "off", "broken")
		set.Integrations[2].Enabled = false
		for i := range set.Integrations {
			set.Integrations[i].Events = event.Selection{} // no system events in the way
		}
		f := &fakes{answer: func(_ context.Context, q sent) collector.Reply {
			if q.name == "fine" {
				return status(200)
			}
			return collector.Reply{Status: 503, Answer: "down"}
		}}
		d := dispatcher(s, f, set)
		set.AutoDisable.Policy.MinRequests = 1
		for _, lane := range []string{"fine", "off", "broken", "gone"} {
			put(t, s, 1, 2, lane)
		}
		if _, err := d.Flush(t.Context(), []string{"fine", "broken"}, Wait{}); err != nil {
			t.Fatal(err)
		}
		set.AutoDisable.Enabled = false
		put(t, s, 1, 2, "waits")
		if _, err := d.Flush(t.Context(), []string{"waits"}, Wait{}); err != nil {
			t.Fatal(err)
		}

		d.Store = blind{s} // whatever the backlog, it is not looked at
		now := time.Now()
		health, err := d.Health(t.Context(), now)
		if err != nil {
			t.Fatal(err)
		}
		var states []string
		for _, h := range health {
			states = append(states, h.Name+" "+h.State)
		}
		want := []string{"fine ok", "waits waiting", "off disabled", "broken auto-disabled", "gone orphaned"}
		if !slices.Equal(states, want) {
			t.Errorf("got %v, want %v", states, want)
		}
		fine, waits, broken := health[0], health[1], health[3]
		if fine.Today != 2 || fine.Spark[SparkHours-1] != 2 || fine.Failing() || fine.Percent() != 0 {
			t.Errorf("fine: %+v", fine)
		}
		if waits.Attempt != 1 || !waits.NextAttempt.Equal(now.Add(time.Second)) || !waits.Failing() || waits.LastError != "HTTP 503: down" {
			t.Errorf("waits: %+v", waits)
		}
		if !broken.NextAttempt.IsZero() {
			t.Error("nothing is tried of an integration that is disabled")
		}
		if got := broken.Shown("12h"); got != "disabled (auto: 100% of 1 requests failed in 12h)" {
			t.Errorf("broken is %s", got)
		}
		if health[4].Integration != nil || health[4].Lane.Events != 2 {
			t.Errorf("gone: %+v", health[4])
		}
	})
}

// damaged is a store of which one lane cannot be read.
type damaged struct {
	store.Store
}

func (d damaged) Lanes(ctx context.Context) ([]store.Lane, error) {
	lanes, err := d.Store.Lanes(ctx)
	return lanes[:1], errors.Join(err, &store.CorruptError{What: "record", Lane: lanes[1].Name})
}

// unreadable is a store that cannot be read at all.
type unreadable struct {
	store.Store
}

func (unreadable) Lanes(context.Context) ([]store.Lane, error) { return nil, store.ErrBusy }

func TestHealthOfADamagedQueueShowsTheOthers(t *testing.T) {
	s := memory.New()
	put(t, s, 1, 1, "a", "b")
	d := dispatcher(damaged{s}, nil, settingsFor("a", "b"))
	health, err := d.Health(t.Context(), time.Now())
	if !errors.Is(err, store.ErrDamaged) || len(health) != 1 || health[0].Lane.Events != 1 {
		t.Errorf("%d integrations, %v", len(health), err)
	}
	d.Store = unreadable{s}
	if health, err := d.Health(t.Context(), time.Now()); !errors.Is(err, store.ErrBusy) || health != nil {
		t.Errorf("of a store that cannot be read: %v, %v", health, err)
	}
}

func TestHealthByHour(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := memory.New()
		d := dispatcher(s, &fakes{}, settingsFor("a"))
		for range 4 {
			put(t, s, 1, 1, "a")
			if _, err := d.Flush(t.Context(), nil, Wait{}); err != nil {
				t.Fatal(err)
			}
			time.Sleep(7 * time.Hour)
		}
		health, err := d.Health(t.Context(), time.Now())
		if err != nil {
			t.Fatal(err)
		}
		// Time begins at midnight here: four deliveries at 0, 7, 14 and 21 h, and
		// now it is 4 h of the next day.
		want := make([]int64, SparkHours)
		want[4] = 1
		if h := health[0]; h.Today != 0 || !slices.Equal(h.Spark, want) {
			t.Errorf("today %d, by hour %v", h.Today, h.Spark)
		}
	})
}
