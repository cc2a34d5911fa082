// Package trigger counts events over windows of time and says when there were
// too many. It keeps nothing itself: counts are riders of the events that were
// counted, so an event and its count are on disk together or not at all.
//
// Start reading at counter.go. What can be watched is in condition.go, what can
// be filtered in field.go; a window of seconds is in window.go, and what is
// known of each attack or address in table.go.
//
// It refuses to do I/O of its own (it is handed a function that reads a rider),
// to look at a clock (events bring their arrival), to route alerts, and to keep
// events: memory and disk are bounded by the rules, not by the traffic.
package trigger

import (
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"slices"
	"time"
)

// Rule is a condition with filters that sends an alert of its own.
type Rule struct {
	Name         string
	Enabled      bool
	Condition    string // attacks, hits, incidents, payloads, user_added, …
	MoreThan     int64  // threshold; events without one have Per 0
	Per          time.Duration
	Filters      []Filter
	Integrations []string
}

// Filter narrows a condition: the field has one of the values, or none of them.
type Filter struct {
	Field  string
	Not    bool
	Values []string
}

// seconds is the length of the window; windows are counted in whole seconds.
func (r *Rule) seconds() int64 { return max(1, int64(r.Per/time.Second)) }

// fingerprint changes when what is counted changes: a count that was begun
// under another one means nothing. The integrations are no part of it, nor is
// the order of filters and values.
func (r *Rule) fingerprint() uint64 {
	filters := make([]string, len(r.Filters))
	for i, f := range r.Filters {
		values := make([]string, len(f.Values))
		for j, v := range f.Values {
			values[j] = normal(f.Field, v)
		}
		slices.Sort(values)
		filters[i] = fmt.Sprintf("%q %t %q", f.Field, f.Not, slices.Compact(values))
	}
	slices.SortFunc(filters, cmp.Compare)
	sum := sha256.Sum256(fmt.Appendf(nil, "%q %d %d %q", r.Condition, r.MoreThan, r.seconds(), filters))
	return binary.BigEndian.Uint64(sum[:])
}
