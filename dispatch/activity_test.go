package dispatch

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"github.com/wnotify/wnotify/dispatch/collector"
	"github.com/wnotify/wnotify/store"
	"github.com/wnotify/wnotify/store/memory"
)

func TestActivityByHour(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := memory.New()
		code := 200
		f := &fakes{answer: func(context.Context, sent) collector.Reply {
			return collector.Reply{Status: code, Answer: "said", Took: 30 * time.Millisecond}
		}}
		d := dispatcher(s, f, settingsFor("a", "idle"))
		start := time.Now()
		send := func(n int) {
			put(t, s, 1, n, "a")
			if _, err := d.Flush(t.Context(), nil, Wait{}); err != nil {
				t.Fatal(err)
			}
		}
		send(5)
		time.Sleep(3 * time.Hour)
		code = 503
		send(2)
		code = 200
		time.Sleep(time.Minute)
		send(1)
		now := time.Now()

		all, err := d.Activity(t.Context(), SpanOf(start, now, now), now, func(int, int) {})
		if err != nil || len(all) != 2 {
			t.Fatalf("%d integrations, %v", len(all), err)
		}
		a := all[0]
		if a.Total.Events != 8 || a.Total.Requests != 4 || a.Total.Failures != 1 {
			t.Errorf("in all %+v", a.Total)
		}
		if len(a.Series) != 4 || a.Series[0].Events != 5 || a.Series[1].Requests != 0 || a.Series[3].Events != 3 || a.Series[3].Failures != 1 {
			t.Errorf("by hour %+v", a.Series)
		}
		if len(a.Causes) != 1 || a.Causes[0].Status != 503 || a.Causes[0].Error != "said" || a.Causes[0].Failures != 1 {
			t.Errorf("causes %+v", a.Causes)
		}
		if idle := all[1]; idle.Total.Requests != 0 || len(idle.Series) != 4 {
			t.Errorf("who did nothing has %+v", idle)
		}

		early, err := d.Activity(t.Context(), SpanOf(start, start.Add(time.Hour), now), now, func(int, int) {})
		if err != nil || early[0].Total.Events != 5 || len(early[0].Causes) != 0 {
			t.Errorf("the first hour: %+v, %v", early[0].Total, err)
		}
	})
}

func TestSpanOf(t *testing.T) {
	now := time.Date(2026, 11, 21, 20, 40, 0, 0, time.UTC)
	for _, tt := range []struct {
		back  time.Duration
		parts int
		first string
	}{
		{time.Minute, 1, "2026-11-21T20:00:00Z"},
		{24 * time.Hour, 25, "2026-11-20T20:00:00Z"},
		{48 * time.Hour, 49, "2026-11-19T20:00:00Z"},
		{49 * time.Hour, 3, "2026-11-19T00:00:00Z"},
		{7 * 24 * time.Hour, 8, "2026-11-14T00:00:00Z"},
	} {
		parts := SpanOf(now.Add(-tt.back), now, now).parts()
		if len(parts) != tt.parts || parts[0].Start.Format(time.RFC3339) != tt.first {
			t.Errorf("%s back: %d parts from %s on", tt.back, len(parts), parts[0].Start)
		}
	}
}

func TestPercentile(t *testing.T) {
	ms := time.Millisecond
	slot := func(latencies ...time.Duration) store.Slot {
		var s store.Slot
		for _, l := range latencies {
			s.Add(store.Attempt{Latency: l})
		}
		return s
	}
	for name, tt := range map[string]struct {
		slot  store.Slot
		share float64
		want  time.Duration
	}{
		"nothing":                {slot(), 0.5, 0},
		"half of one bucket":     {slot(7*ms, 7*ms), 0.5, 7500 * time.Microsecond},
		"all of it":              {slot(7*ms, 7*ms), 1, 10 * ms},
		"in the second of two":   {slot(1*ms, 80*ms), 0.75, 75 * ms},
		"beyond the last bound":  {slot(time.Hour), 1, 30 * time.Second},
		"a bucket between empty": {slot(1*ms, 1*ms, 4*time.Second), 0.5, 3750 * time.Microsecond},
	} {
		if got := Percentile(tt.slot, tt.share); got != tt.want {
			t.Errorf("%s: %s, want %s", name, got, tt.want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		var s store.Slot
		longest := time.Duration(0)
		for _, n := range rapid.SliceOfN(rapid.Int64Range(0, int64(30*time.Second)), 1, 50).Draw(t, "latencies") {
			s.Add(store.Attempt{Latency: time.Duration(n)})
			longest = max(longest, time.Duration(n))
		}
		a, b := Percentile(s, 0.5), Percentile(s, 0.99)
		if a <= 0 || a > b || b > 30*time.Second {
			t.Fatalf("p50 %s, p99 %s of at most %s", a, b, longest)
		}
	})
}
