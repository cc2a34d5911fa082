// Package trigger counts events over windows of time and says when there were
// too many. It keeps nothing itself: counts are riders of the events that were
// counted.
package trigger

import "time"

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
