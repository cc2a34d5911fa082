package retry_test

import (
	"errors"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/wnotify/wnotify/retry"
)

var published = retry.Policy{Percent: 60, Window: 12 * time.Hour, MinRequests: 20}

func TestTrips(t *testing.T) {
	for _, tc := range []struct {
		requests, failures int64
		want               bool
	}{
		{0, 0, false},
		{19, 19, false}, // too few to decide by
		{20, 11, false},
		{20, 12, true}, // 60 % exactly
		{20, 20, true},
		{100, 59, false},
		{100, 60, true},
		{1000, 599, false},
		{1000, 600, true},
		{5, 3, false},
		{17, 17, false}, // one batch that is never taken
		{1 << 40, 1<<40*6/10 - 1, false},
		{10 << 40, 6 << 40, true},
	} {
		if got := published.Trips(tc.requests, tc.failures); got != tc.want {
			t.Errorf("%d of %d: %t", tc.failures, tc.requests, got)
		}
	}
}

// One more failure never clears a policy, one more success never trips it.
func TestTripsIsMonotone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := retry.Policy{
			Percent: rapid.IntRange(1, 100).Draw(t, "percent"), Window: retry.Slot,
			MinRequests: rapid.Int64Range(1, 50).Draw(t, "min"),
		}
		requests := rapid.Int64Range(p.MinRequests, 10_000).Draw(t, "requests")
		failures := rapid.Int64Range(0, requests).Draw(t, "failures")
		if p.Trips(requests, failures) && !p.Trips(requests+1, failures+1) {
			t.Fatalf("%d of %d trips, one failure more does not", failures, requests)
		}
		if !p.Trips(requests, failures) && p.Trips(requests+1, failures) {
			t.Fatalf("%d of %d does not trip, one success more does", failures, requests)
		}
	})
}

func TestValidate(t *testing.T) {
	edit := func(f func(*retry.Policy)) retry.Policy { p := published; f(&p); return p }
	for name, tc := range map[string]struct {
		p  retry.Policy
		ok bool
	}{
		"published":       {published, true},
		"0 percent":       {edit(func(p *retry.Policy) { p.Percent = 0 }), false},
		"101 percent":     {edit(func(p *retry.Policy) { p.Percent = 101 }), false},
		"1 percent":       {edit(func(p *retry.Policy) { p.Percent = 1 }), true},
		"5 minutes":       {edit(func(p *retry.Policy) { p.Window = retry.Slot }), true},
		"under a slot":    {edit(func(p *retry.Policy) { p.Window = retry.Slot - 1 }), false},
		"7 days":          {edit(func(p *retry.Policy) { p.Window = 7 * 24 * time.Hour }), true},
		"over 7 days":     {edit(func(p *retry.Policy) { p.Window = 7*24*time.Hour + 1 }), false},
		"no requests":     {edit(func(p *retry.Policy) { p.MinRequests = 0 }), false},
		"the zero policy": {retry.Policy{}, false},
	} {
		if err := tc.p.Validate(); (err == nil) != tc.ok || err != nil && !errors.Is(err, retry.ErrPolicy) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestSlotOf(t *testing.T) {
	for _, tc := range []struct{ at, want string }{
		{"2026-03-01T12:00:00Z", "2026-03-01T12:00:00Z"},
		{"2026-03-01T12:04:59.999Z", "2026-03-01T12:00:00Z"},
		{"2026-03-01T12:05:00Z", "2026-03-01T12:05:00Z"},
		{"2026-03-01T12:07:00+05:30", "2026-03-01T06:35:00Z"},
		{"1969-12-31T23:59:59Z", "1969-12-31T23:55:00Z"},
	} {
		if got := time.Unix(retry.SlotOf(moment(t, tc.at)), 0); !got.Equal(moment(t, tc.want)) {
			t.Errorf("%s is in %s, want %s", tc.at, got.UTC(), tc.want)
		}
	}
}

func moment(t *testing.T, s string) time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339Nano, s)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

// The window is 144 slots, the current one included, wherever in its slot the
// moment is. When the clock goes back, what was counted stays.
func TestInside(t *testing.T) {
	for _, tc := range []struct {
		slot, now string
		want      bool
	}{
		{"12:00", "12:00", true},
		{"12:00", "12:04", true},
		{"11:55", "12:00", true},
		{"00:05", "12:00", true},
		{"00:05", "12:04", true},
		{"00:00", "12:00", false}, // 12 hours before the start of this slot
		{"00:05", "12:05", false},
		{"13:00", "12:00", true}, // the clock went back an hour
		{"23:55", "12:00", true},
	} {
		slot := retry.SlotOf(moment(t, "2026-03-01T"+tc.slot+":00Z"))
		if got := published.Inside(slot, moment(t, "2026-03-01T"+tc.now+":00Z")); got != tc.want {
			t.Errorf("%s at %s: %t", tc.slot, tc.now, got)
		}
	}
	far := retry.SlotOf(moment(t, "2036-03-01T00:00:00Z"))
	if published.Inside(far, moment(t, "2026-03-01T00:00:00Z")) {
		t.Error("a clock that was ten years ahead counts for ten years")
	}
	if published.Inside(retry.SlotOf(moment(t, "2026-03-02T00:00:00Z")), moment(t, "2026-03-01T12:00:00Z")) {
		t.Error("a whole window ahead counts")
	}
}

// Whatever the window, every moment sees as many past slots as it is long.
func TestInsideCounts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 2016).Draw(t, "slots")
		p := retry.Policy{Percent: 60, Window: time.Duration(n) * retry.Slot, MinRequests: 1}
		now := time.Unix(rapid.Int64Range(1_700_000_000, 1_900_000_000).Draw(t, "now"), 0)
		const width = int64(retry.Slot / time.Second)
		last := retry.SlotOf(now)
		first := last - int64(n-1)*width
		if !p.Inside(first, now) || !p.Inside(last, now) || p.Inside(first-width, now) {
			t.Fatalf("%d slots: the window does not begin at %d", n, first)
		}
	})
}
