package nats

import "testing"

// TestAtLeast shows which servers are new enough for atomic batches.
func TestAtLeast(t *testing.T) {
	t.Parallel()
	for version, want := range map[string]bool{
		"2.9.25": false, "2.11.10": false, "2.12.0": false, "2.12.0-RC.1": false, "1.99.99": false,
		"2.12.1": true, "2.12.10": true, "2.13.0-preview.1": true, "3.0.0": true, "nightly": true,
	} {
		if got := atLeast(version, 2, 12, 1); got != want {
			t.Errorf("version %s is new enough: %t, want %t", version, got, want)
		}
	}
}
