//go:build torture

package nats_test

// How often what is random or slow is repeated by the long proof.
const (
	modelChecks = "400" // runs of rapid
	leaderStops = 6
)
