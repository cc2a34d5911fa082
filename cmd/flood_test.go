//go:build unix

package cmd

import (
	"bufio"
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"slices"
	"syscall"
	"testing"

	"github.com/wnotify/wnotify/dispatch/receiver"
)

// The program that TestFloodFromAPipe runs is this test binary, under the name
// by which TestMain knows it.
const (
	flood       = 200_000   // events
	floodMemory = 150 << 20 // bytes that may be resident at most
)

// TestFloodFromAPipe pipes many events to two integrations: each gets each once
// and in order, and memory stays bounded.
func TestFloodFromAPipe(t *testing.T) {
	if testing.Short() {
		t.Skip("200,000 events take seconds")
	}
	dir := t.TempDir()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	program := filepath.Join(dir, "wnotify")
	if err := os.Symlink(self, program); err != nil {
		t.Fatal(err)
	}
	command := func(args ...string) *exec.Cmd {
		c := exec.CommandContext(t.Context(), program, args...)
		c.Env = []string{"HOME=" + dir, "PATH=" + os.Getenv("PATH")}
		c.Stderr = &bytes.Buffer{}
		return c
	}
	collectors := map[string]*receiver.Receiver{}
	for _, name := range []string{"siem", "soc"} {
		r, err := receiver.New(receiver.Options{TLS: true})
		if err != nil {
			t.Fatal(err)
		}
		defer r.Close()
		ca := filepath.Join(dir, name+".pem")
		if err := os.WriteFile(ca, r.CA(), 0o600); err != nil {
			t.Fatal(err)
		}
		if out, err := command("integration", "add", name, "--url", r.URL(), "--ca-certificate", ca).Output(); err != nil {
			t.Fatalf("%v: %s", err, out)
		}
		collectors[name] = r
	}
	send := command("send", "--wait", "drain")
	pipe, err := send.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := send.Start(); err != nil {
		t.Fatal(err)
	}
	w := bufio.NewWriterSize(pipe, 64<<10)
	for n := range flood {
		if _, err := w.Write(append(floodEvent(n), '\n')); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	if err := pipe.Close(); err != nil {
		t.Fatal(err)
	}
	if err := send.Wait(); err != nil {
		t.Fatalf("%v: %s", err, send.Stderr)
	}
	for name, r := range collectors {
		got := r.Events()
		if len(got) != flood {
			t.Fatalf("%s got %d events, want %d", name, len(got), flood)
		}
		for n, e := range got {
			if !bytes.Equal(e, floodEvent(n)) {
				t.Fatalf("%s: event %d is %s", name, n, e)
			}
		}
	}
	usage, ok := send.ProcessState.SysUsage().(*syscall.Rusage)
	if !ok || runtime.GOOS != "linux" || raceDetector() {
		return // others count otherwise, and the race detector needs as much again
	}
	peak := usage.Maxrss << 10
	t.Logf("%d events to 2 integrations: %.1f s of CPU, at most %d MiB", flood,
		(send.ProcessState.UserTime() + send.ProcessState.SystemTime()).Seconds(), peak>>20)
	if peak > floodMemory {
		t.Errorf("%d MiB were resident, want at most %d", peak>>20, floodMemory>>20)
	}
}

// raceDetector says whether this program was built with -race.
func raceDetector() bool {
	info, _ := debug.ReadBuildInfo()
	return info != nil && slices.Contains(info.Settings, debug.BuildSetting{Key: "-race", Value: "true"})
}

// floodEvent is an event of the size that hits usually have.
func floodEvent(n int) []byte {
	return fmt.Appendf(nil, `{"summary":"[Wallarm] New hit detected","details":{"client_name":"TestCompany","cloud":"US","notification_type":"new_hits","hit":{"id":%d,"domain":"www.example.com","remote_addr":"198.51.100.%d","path":"/login","payloads":["' or 1=1 --"],"point":["post","form_urlencoded","user"],"type":"sqli","statuscode":404}}}`, n, n%256)
}
