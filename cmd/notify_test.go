//go:build unix

package cmd

import (
	"bytes"
	"context"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/wnotify/wnotify/store"
)

func TestStatusLine(t *testing.T) {
	for want, lanes := range map[string][]store.Lane{
		"nothing waits":  {{}},
		"1 event queued": {{Events: 1}, {}},
		"12 events queued, 1 integration disabled automatically": {{Events: 5}, {Events: 7, Record: store.Record{Tripped: &store.Tripped{}}}},
	} {
		if got := statusLine(lanes); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func TestManagerIsToldHowTheServiceFares(t *testing.T) {
	dir := t.TempDir()
	socket := filepath.Join(dir, "notify")
	l, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: socket, Net: "unixgram"})
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	config := filepath.Join(dir, "config.toml")
	if err := os.WriteFile(config, []byte("version = 1\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	variables := map[string]string{
		"WNOTIFY_CONFIG": config, "WNOTIFY_STATE": filepath.Join(dir, "state"), "NOTIFY_SOCKET": socket, "WATCHDOG_USEC": "20000",
	}
	var out bytes.Buffer
	a := newApp(Env{
		Args: []string{"flush", "--follow"}, Stdin: &bytes.Buffer{}, Stdout: &out, Stderr: &out, Now: time.Now,
		Getenv: func(name string) string { return variables[name] },
	})
	heed(syscall.SIGHUP) // under nohup it is ignored, and stays so
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error)
	go func() { done <- a.run(ctx) }()
	heard := func() string {
		b := make([]byte, 100)
		n, err := l.Read(b)
		if err != nil {
			t.Fatal(err)
		}
		return string(b[:n])
	}
	// beside passes over the signs of life.
	beside := func() string {
		for {
			if got := heard(); got != "WATCHDOG=1" {
				return got
			}
		}
	}
	for _, want := range []string{"READY=1\nSTATUS=nothing waits", "WATCHDOG=1", "WATCHDOG=1"} {
		if got := heard(); got != want {
			t.Fatalf("told %q, want %q", got, want)
		}
	}
	if err := syscall.Kill(os.Getpid(), syscall.SIGHUP); err != nil {
		t.Fatal(err)
	}
	began, since, _ := strings.Cut(beside(), "\n")
	if since = strings.TrimPrefix(since, "MONOTONIC_USEC="); began != "RELOADING=1" || runtime.GOOS == "linux" && since == "" {
		t.Fatalf("told %q at %q, not that it reloads", began, since)
	}
	if us, err := strconv.ParseInt(since, 10, 64); since != "" && (err != nil || us <= 0) {
		t.Errorf("it reloads at %q", since)
	}
	if got := beside(); got != "READY=1" {
		t.Fatalf("told %q after the reload", got)
	}
	cancel()
	if got := beside(); got != "STOPPING=1" {
		t.Fatalf("told %q while stopping", got)
	}
	if err := <-done; err != nil {
		t.Errorf("stopping is its normal end, not %v", err)
	}
	if out.Len() > 0 {
		t.Errorf("it printed %q", out.String())
	}
}

func TestManagerOf(t *testing.T) {
	for _, c := range []struct {
		name string
		env  map[string]string
		want manager
	}{
		{"none", nil, manager{}},
		{"no socket, no watchdog", map[string]string{"WATCHDOG_USEC": "1000"}, manager{}},
		{"socket", map[string]string{"NOTIFY_SOCKET": "@x"}, manager{socket: "@x"}},
		{"watchdog", map[string]string{"NOTIFY_SOCKET": "/x", "WATCHDOG_USEC": "3000000"}, manager{"/x", 3 * time.Second}},
		{"ours", map[string]string{"NOTIFY_SOCKET": "/x", "WATCHDOG_USEC": "1000", "WATCHDOG_PID": "7"}, manager{"/x", time.Millisecond}},
		{"another's", map[string]string{"NOTIFY_SOCKET": "/x", "WATCHDOG_USEC": "1000", "WATCHDOG_PID": "8"}, manager{socket: "/x"}},
		{"nonsense", map[string]string{"NOTIFY_SOCKET": "/x", "WATCHDOG_USEC": "soon"}, manager{socket: "/x"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := managerOf(func(name string) string { return c.env[name] }, 7); got != c.want {
				t.Errorf("got %+v, want %+v", got, c.want)
			}
		})
	}
	if err := (manager{socket: "/nowhere/socket"}).tell(t.Context(), "READY=1"); err == nil {
		t.Error("a socket that is not there is no error")
	}
}
