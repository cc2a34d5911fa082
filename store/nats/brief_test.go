//go:build !torture

package nats_test

// How often what is random or slow is repeated by "go test ./...".
const (
	modelChecks = "30" // runs of rapid
	leaderStops = 1
)
