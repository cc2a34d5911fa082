package dispatch

import (
	"time"

	"github.com/wnotify/wnotify/store"
)

// Percentile is the latency that a share of the requests (above 0, at most 1)
// did not exceed, interpolated inside a bucket of the histogram; what lies
// beyond the last bound counts as twice that bound. It is 0 without requests.
func Percentile(s store.Slot, share float64) time.Duration {
	var total int64
	for _, n := range s.Latency {
		total += n
	}
	want := share * float64(total)
	var below, sum float64
	for i, n := range s.Latency {
		upper := 2 * float64(store.LatencyBounds[len(store.LatencyBounds)-1])
		if i < len(store.LatencyBounds) {
			upper = float64(store.LatencyBounds[i])
		}
		if n > 0 && sum+float64(n) >= want {
			return time.Duration(below + (upper-below)*(want-sum)/float64(n))
		}
		sum += float64(n)
		below = upper
	}
	return 0
}
