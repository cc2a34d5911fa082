//go:build unix

package cmd

import (
	"bytes"
	"context"
	"errors"
	"os"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/wnotify/wnotify/cmd/ui"
)

func TestSecondSignalExitsAtOnce(t *testing.T) {
	heed(syscall.SIGINT)
	var out bytes.Buffer
	exits := make(chan int)
	ctx, stop := withSignals(t.Context(), ui.NewStream(&out, func(string) string { return "" }), func(code int) { exits <- code })
	defer stop()
	kill(t, syscall.SIGTERM)
	<-ctx.Done()
	stopped, ok := errors.AsType[*StoppedError](context.Cause(ctx))
	if !ok || stopped.Signal != syscall.SIGTERM {
		t.Fatalf("the cause is %v", context.Cause(ctx))
	}
	kill(t, syscall.SIGINT)
	if code := <-exits; code != exitInterrupted {
		t.Errorf("exit code %d, want %d", code, exitInterrupted)
	}
}

// timeout(1) sends the same signal to the process and to its group: that is one
// stop, which may settle in peace. Another signal, or the same one later, is a
// person who will not wait.
func TestSignalThatComesTwiceAtOnceIsOneStop(t *testing.T) {
	for name, tc := range map[string]struct {
		again syscall.Signal
		pause time.Duration
		code  int // 0: it goes on
	}{
		"the same at once":  {syscall.SIGTERM, sameStop / 2, 0},
		"the same later":    {syscall.SIGTERM, 2 * sameStop, exitTerminated},
		"another one":       {syscall.SIGINT, 0, exitInterrupted},
		"another one later": {syscall.SIGINT, 2 * sameStop, exitInterrupted},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				arrived, done := make(chan os.Signal, 2), make(chan struct{})
				stops, code := 0, 0
				go attend(arrived, done, func(c int) { code = c }, func(syscall.Signal) { stops++ })
				arrived <- syscall.SIGTERM
				time.Sleep(tc.pause)
				arrived <- tc.again
				synctest.Wait()
				close(done)
				if stops != 1 || code != tc.code {
					t.Errorf("%d stops and exit code %d, want one stop and %d", stops, code, tc.code)
				}
			})
		})
	}
}

func TestNobodyReadsOnIsToldByTheCodeAlone(t *testing.T) {
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	var stderr bytes.Buffer
	code := Main(Env{
		Args: []string{"events"}, Stdin: strings.NewReader(""), Stdout: w, Stderr: &stderr,
		Getenv: func(string) string { return "" },
	})
	if code != exitCannotCreate || stderr.Len() > 0 {
		t.Errorf("code %d, stderr %q", code, stderr.String())
	}
}

func kill(t *testing.T, s syscall.Signal) {
	t.Helper()
	if err := syscall.Kill(os.Getpid(), s); err != nil {
		t.Fatal(err)
	}
}
