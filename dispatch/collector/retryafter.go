package collector

import (
	"net/http"
	"strconv"
	"strings"
	"time"
)

// maxRetryAfter bounds what an answer may ask for.
const maxRetryAfter = time.Hour

// retryAfter reads a Retry-After header: seconds, or a date. The first value
// that is one of them counts. The result is in [0, 1 h].
func retryAfter(values []string, now time.Time) time.Duration {
	for _, v := range values {
		v = strings.TrimSpace(v)
		if seconds, ok := digits(v); ok {
			return time.Duration(seconds) * time.Second
		}
		if t, err := http.ParseTime(v); err == nil {
			return min(max(t.Sub(now), 0), maxRetryAfter)
		}
	}
	return 0
}

// digits reads a number and clamps it before it is multiplied: ten more digits
// would wrap around into a wait of any length.
func digits(s string) (int64, bool) {
	if s == "" || strings.Trim(s, "0123456789") != "" {
		return 0, false
	}
	const most = int64(maxRetryAfter / time.Second)
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		return most, true // digits only, so it is out of range
	}
	return min(n, most), true
}
