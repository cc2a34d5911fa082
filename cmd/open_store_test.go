package cmd

import (
	"os"
	"path/filepath"
	"sync"
	"testing"
)

// Processes that begin at once agree on the name of their host, and what one left
// that was killed before is gone.
func TestNameOfTheHost(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "st[a]te")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, ".host-123"), []byte("half a na"), 0o600); err != nil {
		t.Fatal(err)
	}
	names := make([]string, 16)
	var all sync.WaitGroup
	for i := range names {
		all.Go(func() {
			var err error
			if names[i], err = hostOf(dir); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	for _, name := range names {
		if name == "" || name != names[0] {
			t.Fatalf("the names are %q", names)
		}
	}
	if _, err := hostOf(dir); err != nil {
		t.Error(err)
	}
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 1 {
		t.Errorf("the folder holds %v, %v", entries, err)
	}
}
