package main

import (
	"os"
	"os/exec"
	"testing"
)

// TestItBuilds keeps the program alive, which no other build looks at.
func TestItBuilds(t *testing.T) {
	c := exec.CommandContext(t.Context(), "go", "vet", "-tags", "bench", ".")
	c.Env = append(os.Environ(), "GOOS=linux", "GOARCH=amd64", "CGO_ENABLED=0")
	if out, err := c.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}
