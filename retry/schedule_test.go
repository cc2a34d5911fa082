package retry_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/wnotify/wnotify/retry"
)

// The published schedule, as a table: after failure n, wait so many seconds.
func TestDefaultSchedule(t *testing.T) {
	waits := []int{1, 3, 5, 10, 10, 0, 1, 3, 5, 30, 60, 60, 180, 300, 600, 1800}
	s := retry.Default()
	sum := 0
	for i, want := range waits {
		if got, ok := s.After(i + 1); !ok || got != time.Duration(want)*time.Second {
			t.Errorf("after failure %d: %s, %t, want %d s", i+1, got, ok, want)
		}
		sum += want
	}
	if _, ok := s.After(len(waits) + 1); ok {
		t.Error("an 18th attempt")
	}
	if s.Len() != 16 || sum != 3068 || s.Total() != 3068*time.Second {
		t.Errorf("%d waits, %d s, total %s", s.Len(), sum, s.Total())
	}
	if s.FirstCycle() != 6 {
		t.Errorf("the first cycle is over at failure %d, want 6", s.FirstCycle())
	}
	written := []string{"1s 3s 5s 10s 10s", "0s 1s 3s 5s 30s", "1m 1m 3m 5m 10m 30m"}
	if !slices.Equal(s.Cycles(), written) {
		t.Errorf("written as %q", s.Cycles())
	}
	if p, err := retry.Parse(written); err != nil || !p.Equal(s) {
		t.Errorf("read as %v, %v", p.Cycles(), err)
	}
}

func TestNoRetries(t *testing.T) {
	for _, s := range []retry.Schedule{{}, parse(t)} {
		if _, ok := s.After(1); ok || s.Len() != 0 || s.FirstCycle() != 1 || s.Repeat(1) != 30*time.Minute {
			t.Errorf("%v", s.Cycles())
		}
	}
}

func parse(t *testing.T, cycles ...string) retry.Schedule {
	t.Helper()
	s, err := retry.Parse(cycles)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestRepeat(t *testing.T) {
	s := parse(t, "1s 2s", "10s 0s 30s")
	for i, want := range []int{1, 2, 10, 0, 30, 10, 1, 30, 10, 1, 30, 10} {
		if got := s.Repeat(i + 1); got != time.Duration(want)*time.Second {
			t.Errorf("after failure %d: %s, want %d s", i+1, got, want)
		}
	}
}

func TestBeforeAnyFailure(t *testing.T) {
	for _, n := range []int{0, -1} {
		if d, ok := retry.Default().After(n); d != 0 || !ok {
			t.Errorf("after %d failures: %s, %t", n, d, ok)
		}
	}
}

func TestParse(t *testing.T) {
	for _, tc := range []struct {
		text string
		want time.Duration
	}{
		{"0", 0},
		{"0s", 0},
		{"500ms", 500 * time.Millisecond},
		{"30s", 30 * time.Second},
		{"1m30s", 90 * time.Second},
		{"24h", 24 * time.Hour},
		{"1d", 24 * time.Hour},
		{"0.5d", 12 * time.Hour},
		{"0d5m", 5 * time.Minute},
		{"30", 30 * time.Second},
		{"1.5", 1500 * time.Millisecond},
	} {
		s, err := retry.Parse([]string{tc.text})
		if err != nil {
			t.Errorf("%s: %v", tc.text, err)
			continue
		}
		if got, _ := s.After(1); got != tc.want {
			t.Errorf("%s: %s, want %s", tc.text, got, tc.want)
		}
	}
	for _, tc := range []struct {
		cycles []string
		want   string
	}{
		{[]string{""}, "cycle 1 is empty"},
		{[]string{"1s", " \t"}, "cycle 2 is empty"},
		{[]string{"1s", "2s soon"}, `cycle 2: "soon" is not a duration`},
		{[]string{"1x"}, `"1x" is not a duration`},
		{[]string{"d"}, `"d" is not a duration`},
		{[]string{"1h2d"}, `"1h2d" is not a duration`},
		{[]string{"-1s"}, "-1s is negative"},
		{[]string{"-1d"}, "is not a duration"},
		{[]string{"25h"}, "25h is longer than 24h"},
		{[]string{"1d1s"}, "longer than 24h"},
		{[]string{"106752d"}, "longer than 24h"}, // more nanoseconds than there are
		{[]string{"99999999999999999999d"}, "is not a duration"},
	} {
		if _, err := retry.Parse(tc.cycles); err == nil || !strings.Contains(err.Error(), tc.want) {
			t.Errorf("%q: %v, want %q", tc.cycles, err, tc.want)
		}
	}
}

// What is written is read back, and the sums agree with the parts.
func TestCyclesRoundTrip(t *testing.T) {
	unit := rapid.SampledFrom([]time.Duration{time.Millisecond, time.Second, time.Minute, time.Hour})
	rapid.Check(t, func(t *rapid.T) {
		var cycles []string
		var all []time.Duration
		for range rapid.IntRange(0, 4).Draw(t, "cycles") {
			var texts []string
			for range rapid.IntRange(1, 6).Draw(t, "waits") {
				d := min(time.Duration(rapid.IntRange(0, 90).Draw(t, "n"))*unit.Draw(t, "unit"), retry.MaxWait)
				texts, all = append(texts, d.String()), append(all, d)
			}
			cycles = append(cycles, strings.Join(texts, " "))
		}
		s, err := retry.Parse(cycles)
		if err != nil {
			t.Fatal(err)
		}
		again, err := retry.Parse(s.Cycles())
		if err != nil || !again.Equal(s) || !slices.Equal(again.Cycles(), s.Cycles()) {
			t.Fatalf("%q became %q: %v", cycles, s.Cycles(), err)
		}
		var total time.Duration
		for i, want := range all {
			got, ok := s.After(i + 1)
			if !ok || got != want || max(got, s.Repeat(i+1)) != got {
				t.Fatalf("wait %d is %s, want %s", i+1, got, want)
			}
			total += want
		}
		if s.Len() != len(all) || s.Total() != total {
			t.Fatalf("%d waits of %s, want %d of %s", s.Len(), s.Total(), len(all), total)
		}
		if d := s.Repeat(len(all) + rapid.IntRange(1, 100).Draw(t, "more")); d < time.Second || d > retry.MaxWait {
			t.Fatalf("repeats after %s", d)
		}
	})
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"1s 3s", "1d", "0.5d12h", "99999999999d", "-1", "1h2d"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		s, err := retry.Parse([]string{text})
		if err != nil {
			return
		}
		for n := 1; n <= s.Len(); n++ {
			if d, ok := s.After(n); !ok || d < 0 || d > retry.MaxWait {
				t.Errorf("%q: wait %d is %s", text, n, d)
			}
		}
		if again, err := retry.Parse(s.Cycles()); err != nil || !again.Equal(s) {
			t.Errorf("%q is written as %q: %v", text, s.Cycles(), err)
		}
	})
}

func TestRaise(t *testing.T) {
	for _, tc := range []struct{ wait, asked, want time.Duration }{
		{5 * time.Second, 0, 5 * time.Second},
		{5 * time.Second, 3 * time.Second, 5 * time.Second},
		{5 * time.Second, 7 * time.Second, 7 * time.Second},
		{5 * time.Second, 2 * time.Hour, time.Hour},
		{3 * time.Hour, 2 * time.Hour, 3 * time.Hour},
		{5 * time.Second, -time.Hour, 5 * time.Second},
	} {
		if got := retry.Raise(tc.wait, tc.asked); got != tc.want {
			t.Errorf("%s, asked for %s: %s, want %s", tc.wait, tc.asked, got, tc.want)
		}
	}
}
