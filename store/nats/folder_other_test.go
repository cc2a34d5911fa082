//go:build !linux

package nats_test

import "testing"

// folder is where the servers of a test keep their streams.
func folder(t testing.TB) string {
	t.Helper()
	return t.TempDir()
}
