//go:build unix

package cmd

import (
	"bufio"
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/wnotify/wnotify/dispatch/receiver"
)

// The program that TestFloodFromAPipe runs is this test binary, under the name
// by which TestMain knows it.
const floodMemory = 150 << 20 // bytes that may be resident at most

// TestFloodFromAPipe pipes many events to two integrations: each gets each once
// and in order, and memory stays bounded.
func TestFloodFromAPipe(t *testing.T) {
	if testing.Short() {
		t.Skip("200,000 events take seconds")
	}
	flood := 200_000 // events
	if raceDetector() {
		flood = 40_000 // memory is not looked at, so that the number is not the point
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
		c.Env = []string{"HOME=" + dir, "PATH=" + os.Getenv("PATH"), "GORACE=" + goRace()}
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
	ended := make(chan struct{})
	peak := make(chan int64)
	go func() { peak <- watchMemory(send.Process.Pid, ended) }()
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
	err = send.Wait()
	close(ended)
	most := <-peak
	if err != nil {
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
	if most == 0 || raceDetector() {
		return // others do not tell, and the race detector needs as much again
	}
	t.Logf("%d events to 2 integrations: %.1f s of CPU, at most %d MiB", flood,
		(send.ProcessState.UserTime() + send.ProcessState.SystemTime()).Seconds(), most>>20)
	if most > floodMemory {
		t.Errorf("%d MiB were resident, want at most %d", most>>20, floodMemory>>20)
	}
}

// watchMemory returns the most bytes that a process had resident until it
// ended; 0 where the system does not tell. What wait4 tells is of no use: it
// begins with the memory of this process, which forked.
func watchMemory(pid int, ended <-chan struct{}) (most int64) {
	for {
		status, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
		for line := range bytes.Lines(status) {
			var kib int64
			if n, _ := fmt.Sscanf(string(line), "VmHWM: %d kB", &kib); n == 1 {
				most = max(most, kib<<10)
			}
		}
		select {
		case <-ended:
			return most
		case <-time.After(5 * time.Millisecond):
		}
	}
}

// floodEvent is an event of the size that hits usually have.
func floodEvent(n int) []byte {
	return fmt.Appendf(nil, `{"summary":"[Wallarm] New hit detected","details":{"client_name":"TestCompany","cloud":"US","notification_type":"new_hits","hit":{"id":%d,"domain":"www.example.com","remote_addr":"198.51.100.%d","path":"/login","payloads":["' or 1=1 --"],"point":["post","form_urlencoded","user"],"type":"sqli","statuscode":404}}}`, n, n%256)
}
