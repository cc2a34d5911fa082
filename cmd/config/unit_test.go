package config

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestParseDuration(t *testing.T) {
	for s, want := range map[string]time.Duration{
		"0": 0, "15": 15 * time.Second, "1.5": 1500 * time.Millisecond, "250ms": 250 * time.Millisecond, "90s": 90 * time.Second,
		"1h30m": 90 * time.Minute, "1.5h": 90 * time.Minute, "7d": 168 * time.Hour, ".5s": 500 * time.Millisecond, "1d12h": 36 * time.Hour,
	} {
		if got, err := ParseDuration(s); err != nil || got != want {
			t.Errorf("%q: %v, %v; want %v", s, got, err, want)
		}
	}
	for _, s := range []string{"", " ", "-1", "-1s", "+1s", "1 s", "s", "1x", "1us", "1ns", "1µs", "1S", "1M", "1w", "1e3", "1s2", "..1s", "Inf", "NaN", "0x10", "1_000", "9999999999d", "106751d106751d"} {
		if got, err := ParseDuration(s); err == nil {
			t.Errorf("%q is taken for %v", s, got)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		d := time.Duration(rapid.Int64Range(0, int64(100*365*day/time.Millisecond)).Draw(t, "milliseconds")) * time.Millisecond
		if got, err := ParseDuration(showDuration(d)); err != nil || got != d {
			t.Fatalf("%s is shown as %s and read as %v, %v", d, showDuration(d), got, err)
		}
	})
}

func TestParseSize(t *testing.T) {
	for s, want := range map[string]int64{
		"0": 0, "1": 1, "1000": 1000, "1kB": 1000, "1KiB": 1024, "1.5MiB": 3 << 19, "64 MiB": 64 << 20, "2GB": 2e9, "1GiB": 1 << 30, "7B": 7,
		"8589934591GiB": (1<<33 - 1) << 30,
	} {
		if got, err := ParseSize(s); err != nil || got != want {
			t.Errorf("%q: %d, %v; want %d", s, got, err, want)
		}
	}
	for _, s := range []string{"", "-1", "1K", "1k", "1mb", "1 M iB", "0.3", "1.0001kB", "1TB", "8589934592GiB", "99999999999999999999", "1e3", "MiB", "1MiB2"} {
		if got, err := ParseSize(s); err == nil {
			t.Errorf("%q is taken for %d", s, got)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.Int64Range(0, 1<<60).Draw(t, "bytes")
		shown := showSize(n)
		if n == 1 {
			shown = "1"
		}
		if i := len(shown) - len(" bytes"); i > 0 && shown[i:] == " bytes" {
			shown = shown[:i]
		}
		if got, err := ParseSize(shown); err != nil || got != n {
			t.Fatalf("%d is shown as %s and read as %v, %v", n, showSize(n), got, err)
		}
	})
}

// TestQuote: any text survives as a value and as a key.
func TestQuote(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := rapid.String().Draw(t, "text")
		root, faults := parse([]byte("[t]\n" + quoteKey(want) + " = " + quote(want)))
		if got := root.find("t", want); len(faults) > 0 || got == nil || got.text != want {
			t.Fatalf("%q: %v %+v", want, faults, got)
		}
	})
}
