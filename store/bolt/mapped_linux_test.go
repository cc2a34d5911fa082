package bolt_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/wnotify/wnotify/store"
	"github.com/wnotify/wnotify/store/bolt"
)

// mappedNow is what is resident of the files that this process has mapped, in
// bytes.
func mappedNow(t *testing.T) (n int64) {
	t.Helper()
	text, err := os.ReadFile("/proc/self/status")
	if err != nil {
		t.Skip(err)
	}
	for line := range strings.Lines(string(text)) {
		if _, err := fmt.Sscanf(line, "RssFile: %d kB", &n); err == nil {
			return n << 10
		}
	}
	t.Skip("this kernel does not say")
	return 0
}

// Reading a long backlog takes little memory, without opening the journal again
// and again.
func TestReadingGivesMemoryBack(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "state"))
	size := 0
	for size < 100<<20 {
		c, n := megabyte("a")
		if _, err := s.Commit(t.Context(), c); err != nil {
			t.Fatal(err)
		}
		size += n
	}
	before, most := mappedNow(t), int64(0)
	handle := bolt.Handle(s)
	for n := uint64(1); ; {
		runs, err := s.Read(t.Context(), "a", n, store.Limit{Events: 1000})
		if err != nil {
			t.Fatal(err)
		}
		if len(runs) == 0 {
			break
		}
		for _, r := range runs {
			n = r.First + uint64(r.Count)
		}
		most = max(most, mappedNow(t)-before)
	}
	if most > 40<<20 {
		t.Errorf("%d MiB of %d were resident", most>>20, size>>20)
	}
	if bolt.Handle(s) != handle {
		t.Error("the journal was opened again")
	}
}
