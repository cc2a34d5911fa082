// Package beside measures what we do beside the least that could be done, so
// that a figure holds on a fast machine and on a slow one. For benchmarks of
// any package; it refuses to judge what it measures.
package beside

import (
	"slices"
	"testing"
	"time"
)

// Measure runs ours and the least that could be done in turn, and reports, by
// the medians, the nanoseconds that ours takes and how many times as long that
// is. What comes before does not count.
func Measure(b *testing.B, ours, least func(), before ...func()) {
	b.Helper()
	var mine, bare []time.Duration
	for b.Loop() {
		for _, f := range before {
			f()
		}
		begun := time.Now()
		ours()
		mine = append(mine, time.Since(begun))
		begun = time.Now()
		least()
		bare = append(bare, time.Since(begun))
	}
	slices.Sort(mine)
	slices.Sort(bare)
	b.ReportMetric(float64(mine[len(mine)/2])/float64(bare[len(bare)/2]), "ratio")
	b.ReportMetric(float64(mine[len(mine)/2]), "ns/op")
}
