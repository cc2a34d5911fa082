package cmd

import "github.com/prometheus/client_golang/prometheus"

// Names that are read back from a textfile.
const (
	nameLastRun  = "wnotify_last_run_timestamp_seconds"
	nameLastExit = "wnotify_last_run_exit_code"
)

// The metrics. Times are Unix times, so that a file that nobody writes any more
// tells the truth: its reader knows what time it is.
var (
	descBuild    = describe("wnotify_build_info", "The program; always 1.", "version", "commit", "go_version")
	descReadable = describe("wnotify_state_readable", "1 when the queue could be read.")
	descLastRun  = describe(nameLastRun, "When the last run of a command ended.", "command")
	descLastExit = describe(nameLastExit, "Exit code of the last run of a command; 0, 65 and 69 are no reason to repeat it.", "command")

	descState = describe("wnotify_integration_state",
		"1 for the state of the integration: ok, waiting, disabled, auto-disabled or orphaned.", "integration", "state")
	descLeader = describe("wnotify_integration_leader",
		"1 for the host that delivers the integration at this moment, of those that share the queue.", "integration", "leader")
	descQueueEvents = describe("wnotify_queue_events", "Events that wait to be delivered.", "integration")
	descQueueBytes  = describe("wnotify_queue_bytes", "Size of the events that wait.", "integration")
	descQueueLimit  = describe("wnotify_queue_limit_bytes", "The most that one integration may have waiting.")
	descOldest      = describe("wnotify_queue_oldest_timestamp_seconds", "When the oldest waiting event was accepted; absent when none waits.", "integration")
	descNextAttempt = describe("wnotify_next_attempt_timestamp_seconds", "When what failed is tried again; absent when nothing is.", "integration")

	descAccepted       = describe("wnotify_events_accepted_total", "Events that were queued.", "integration")
	descDelivered      = describe("wnotify_events_delivered_total", "Events that the collector took.", "integration")
	descGivenUp        = describe("wnotify_events_dead_total", "Events that became dead letters.", "integration")
	descDropped        = describe("wnotify_events_dropped_total", "Events that a person dropped or moved.", "integration")
	descDeliveredBytes = describe("wnotify_events_delivered_bytes_total", "Size of the events that the collector took.", "integration")

	descRequests       = describe("wnotify_requests_total", "Requests by outcome: delivered or failed.", "integration", "outcome")
	descDuration       = describe("wnotify_request_duration_seconds", "How long requests took, connecting included.", "integration")
	descWindowRequests = describe("wnotify_window_requests", "Requests in the failure window.", "integration")
	descWindowFailures = describe("wnotify_window_failures", "Failed requests in the failure window.", "integration")
	descFailureLimit   = describe("wnotify_window_failure_limit_ratio", "The share of failures at which an integration is disabled automatically.")
	descLastSuccess    = describe("wnotify_last_success_timestamp_seconds", "When a request was last answered with a 2xx.", "integration")
	descLastFailure    = describe("wnotify_last_failure_timestamp_seconds", "When a request last failed.", "integration")

	descDead      = describe("wnotify_dead_letters", "Dead letters that are kept.", "integration")
	descDeadBytes = describe("wnotify_dead_letters_bytes", "Size of the dead letters that are kept.", "integration")
	descRejects   = describe("wnotify_rejects", "Rejects that are kept: input that was no event.")
)

var descriptions = []*prometheus.Desc{
	descBuild, descReadable, descLastRun, descLastExit, descState, descLeader, descQueueEvents, descQueueBytes, descQueueLimit, descOldest,
	descNextAttempt, descAccepted, descDelivered, descGivenUp, descDropped, descDeliveredBytes, descRequests, descDuration,
	descWindowRequests, descWindowFailures, descFailureLimit, descLastSuccess, descLastFailure, descDead, descDeadBytes, descRejects,
}

func describe(name, help string, labels ...string) *prometheus.Desc {
	return prometheus.NewDesc(name, help, labels, nil)
}
