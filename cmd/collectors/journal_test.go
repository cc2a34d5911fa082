//go:build unix

package collectors

import (
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestTheJournalItself runs the recipe with the real journalctl, on a journal
// that systemd-journal-remote writes.
func TestTheJournalItself(t *testing.T) {
	journalctl, err := exec.LookPath("journalctl")
	writer := "/lib/systemd/systemd-journal-remote"
	if _, missing := os.Stat(writer); err != nil || missing != nil {
		t.Skip("skipped: journalctl or systemd-journal-remote is not installed")
	}
	d := newDesk(t)
	lines := commandLines(d.wnotify("", "help", "recipes"))
	line := lines[slices.IndexFunc(lines, func(l string) bool { return strings.HasPrefix(l, "journalctl") })]
	d.must(os.Mkdir(d.path("journal"), 0o700))
	script := fmt.Sprintf("#!/bin/sh\nexec %s --directory=%s \"$@\"\n", journalctl, d.path("journal"))
	d.must(os.WriteFile(d.path("bin/journalctl"), []byte(script), 0o700))
	note := func(message string) {
		entry := fmt.Sprintf("__REALTIME_TIMESTAMP=%d\n_BOOT_ID=%032x\n_SYSTEMD_UNIT=waf-node.service\nMESSAGE=%s\n\n", time.Now().UnixMicro(), 1, message)
		file := d.write("entry", []byte(entry))
		if out, err := d.program(writer, "-o", d.path("journal/waf.journal"), file).CombinedOutput(); err != nil {
			t.Fatalf("%v: %s", err, out)
		}
	}
	note("of yesterday")
	to := d.imitate("siem", "webhook", nil)
	c := d.program("sh", "-c", line)
	var said strings.Builder
	c.Stdout, c.Stderr = &said, &said
	d.must(c.Start())
	defer func() {
		d.must(syscall.Kill(-c.Process.Pid, syscall.SIGTERM))
		_ = c.Wait() // it was stopped
	}()
	// What is noted before it looks is old to it: hence more until some arrived.
	sent := numbered(100, 800)
	noted := 0
	d.patiently("the journal to arrive", func() bool {
		if noted < len(sent) {
			note(sent[noted])
			noted++
		}
		return len(to.Events()) >= 3
	})
	d.patiently("all of it to arrive", func() bool {
		got := kept(to)
		return got[len(got)-1] == sent[noted-1]
	})
	if got := kept(to); !slices.Equal(got, sent[noted-len(got):noted]) {
		t.Errorf("arrived:\n%s", strings.Join(got, "\n"))
	}
}
