package spelling

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestNearest(t *testing.T) {
	known := []string{"hits", "retry", "url", "method", "verify_tls", "batch_events", "request_timeout", "vulnerabilities.high"}
	for word, want := range map[string]string{
		"ulr": "url", "URL": "url", "methd": "method", "verify-tls": "verify_tls", "batchevents": "batch_events", "request": "request_timeout",
		"HIT": "hits", "retries": "retry", "huts": "hits", "hope": "",
		"x": "", "": "", "zzzzzzzz": "", "hitz": "hits", "vulnerabilities.info": "", strings.Repeat("hits", 20): "",
	} {
		if got := Nearest(word, known); got != want {
			t.Errorf("%q: %q, want %q", word, got, want)
		}
	}
}

func TestDistanceIsOne(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		word := rapid.StringMatching(`[a-z_]{0,70}`)
		a, b := word.Draw(t, "a"), word.Draw(t, "b")
		d := Distance(a, b)
		short := len(a) <= 64 && len(b) <= 64
		if d != Distance(b, a) || d != Distance(strings.ToUpper(a), b) || a != b && d == 0 || short && d > max(len(a), len(b)) {
			t.Fatalf("%q and %q are %d apart, %d from the other side", a, b, d, Distance(b, a))
		}
		if len(a) <= 64 && Distance(a, a) != 0 {
			t.Fatalf("%q is %d from itself", a, Distance(a, a))
		}
	})
}
