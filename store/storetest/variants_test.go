package storetest

import (
	"strings"
	"testing"

	"github.com/wnotify/wnotify/store"
	"github.com/wnotify/wnotify/store/memory"
)

// TestWithdrawn shows that a wrapper is as weak as it says: a check that is
// skipped for it would fail.
func TestWithdrawn(t *testing.T) {
	known := map[string]check{}
	for _, c := range checks() {
		if _, twice := known[c.name]; twice {
			t.Errorf("there are two checks %q", c.name)
		}
		known[c.name] = c
	}
	for _, v := range variants {
		for name := range v.withdraws {
			c, ok := known[name]
			if !ok {
				t.Errorf("%s: there is no check %q", v.name, name)
				continue
			}
			if verdict(t, func(r *recorder) { c.run(&bench{T: r, s: v.wrap(memory.New())}) }) == "" {
				t.Errorf("%s: check %q is skipped and would pass", v.name, name)
			}
		}
	}
}

// TestSeparateRiders shows the weakness that matters: a conflict after which the
// blocks are in, and a next try that does not store them again.
func TestSeparateRiders(t *testing.T) {
	b := &bench{T: t, s: SeparateRiders(memory.New())}
	c := rides("cursors/f", 3, "1")
	c.ID, c.Blocks = "same", []store.Block{block("siem", "a")}
	b.conflict(c, "rider cursors/f")
	b.holds("siem", "1:a")
	b.rider("cursors/f", 0, "")
	c.Riders[0].Revision = 0
	if receipt := b.commit(c); !receipt.Repeated || receipt.Blocks != nil {
		t.Errorf("the next try got %+v, want what says that the blocks were there", receipt)
	}
	b.holds("siem", "1:a")
	b.rider("cursors/f", 1, "1")
}

// TestLostReplies shows that a change without an ID is done once, although it is
// committed twice.
func TestLostReplies(t *testing.T) {
	s := memory.New()
	var commits []string
	s.Fail(func(op string) error {
		if strings.HasPrefix(op, "commit") {
			commits = append(commits, op)
		}
		return nil
	})
	b := &bench{T: t, s: LostReplies(s)}
	b.put("siem", "a")
	b.holds("siem", "1:a")
	if got := strings.Join(commits, " "); got != "commit committed commit committed" {
		t.Errorf("one put was %s", got)
	}
}
