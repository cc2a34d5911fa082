package retry

import (
	"fmt"
	"strings"
	"time"
)

// wait reads one wait: 500ms, 30s, 5m, 2h, 1d, also put together, or seconds
// as a bare number.
func wait(text string) (time.Duration, error) {
	days, rest, found := strings.Cut(text, "d")
	if !found {
		days, rest = "0", text
	}
	if rest == "" {
		rest = "0"
	} else if number(rest) {
		rest += "s"
	}
	n, err := time.ParseDuration(days + "h") // times 24, below
	if err != nil || !number(days) {
		return 0, fmt.Errorf("%q is not a duration like 30s or 5m", text)
	}
	d, err := time.ParseDuration(rest)
	switch {
	case err != nil:
		return 0, fmt.Errorf("%q is not a duration like 30s or 5m", text)
	case d < 0:
		return 0, fmt.Errorf("%s is negative", text)
	case n > MaxWait/24 || d > MaxWait-24*n:
		return 0, fmt.Errorf("%s is longer than 24h", text)
	}
	return 24*n + d, nil
}

func number(s string) bool { return strings.Trim(s, "0123456789.") == "" }

// short writes 1m, not 1m0s.
func short(d time.Duration) string {
	t := d.String()
	if strings.HasSuffix(t, "m0s") {
		t = strings.TrimSuffix(t, "0s")
	}
	if strings.HasSuffix(t, "h0m") {
		t = strings.TrimSuffix(t, "0m")
	}
	return t
}
