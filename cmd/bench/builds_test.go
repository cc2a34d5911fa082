//go:build linux && !bench

package main

import (
	"os/exec"
	"testing"
)

// TestWithTheTag builds the program, which no other build looks at, and runs its
// tests.
func TestWithTheTag(t *testing.T) {
	if out, err := exec.CommandContext(t.Context(), "go", "test", "-tags", "bench", ".").CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}
