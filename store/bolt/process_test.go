//go:build linux

package bolt_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/wnotify/wnotify/store"
	"github.com/wnotify/wnotify/store/bolt"
)

// TestMain lets the test binary be another process: its environment says what
// it does.
func TestMain(m *testing.M) {
	if role := os.Getenv("BOLT_ROLE"); role != "" {
		if err := play(role, os.Getenv("BOLT_DIR")); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

func play(role, dir string) error {
	s, err := bolt.Open(dir, bolt.Options{})
	if err != nil {
		return err
	}
	ctx := context.Background()
	switch role {
	case "install":
		id, err := s.Install(ctx)
		if err != nil {
			return err
		}
		fmt.Println(id)
	case "put": // until killed; says each number that is safe
		name := os.Getenv("BOLT_NAME")
		for i := 0; ; i++ {
			text := fmt.Sprintf("%s-%d\n", name, i)
			_, err := s.Commit(ctx, store.Change{ID: text, Blocks: []store.Block{block(text, "a", "b")}})
			if err != nil {
				return err
			}
			fmt.Println(i)
		}
	case "drain": // until killed
		var r store.Record
		for {
			l, err := s.Lane(ctx, "b")
			if err != nil {
				return err
			}
			r = l.Record
			runs, err := s.Read(ctx, "b", r.Through+1, store.Limit{Events: 7})
			if err != nil {
				return err
			}
			for _, run := range runs {
				r.Through += uint64(run.Count)
				r.Delivered += int64(run.Count)
				r.GoneBytes += int64(len(run.Data))
			}
			_, err = s.Commit(ctx, store.Change{Settles: []store.Settle{{Lane: "b", Revision: r.Revision, Record: r}}})
			if err != nil {
				return err
			}
		}
	case "full":
		return full(ctx, s)
	case "small":
		return small(ctx, s, dir)
	case "hold":
		f, err := os.OpenFile(filepath.Join(dir, "LOCK.journal"), os.O_RDWR, 0)
		if err != nil {
			return err
		}
		if err := unix.Flock(int(f.Fd()), unix.LOCK_EX); err != nil {
			return err
		}
		fmt.Println("held")
		io.Copy(io.Discard, os.Stdin)
	case "lead":
		if _, err := s.Lead(ctx, "siem"); err != nil {
			return err
		}
		fmt.Println("led")
		io.Copy(io.Discard, os.Stdin)
	}
	return nil
}

func other(t *testing.T, role, dir string, env ...string) *exec.Cmd {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	c := exec.Command(exe)
	c.Env = append(os.Environ(), append(env, "BOLT_ROLE="+role, "BOLT_DIR="+dir)...)
	c.Stderr = os.Stderr
	return c
}

func TestManyMakeItAtOnce(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "deep", "state")
	var mu sync.Mutex
	ids := map[string]int{}
	var all sync.WaitGroup
	for range 8 {
		c := other(t, "install", dir)
		all.Go(func() {
			out, err := c.Output()
			if err != nil {
				t.Error(err)
			}
			mu.Lock()
			ids[string(out)]++
			mu.Unlock()
		})
	}
	all.Wait()
	if len(ids) != 1 {
		t.Errorf("install IDs: %v", ids)
	}
	sound(t, dir)
	left, _ := filepath.Glob(filepath.Join(dir, "*.new.*"))
	if len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

func TestKilledWritersLoseNothingAcknowledged(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "s")
	rounds := 12
	if testing.Short() {
		rounds = 2
	}
	acked := map[string]bool{}
	for round := range rounds {
		var cs []*exec.Cmd
		var all sync.WaitGroup
		var mu sync.Mutex
		for p := range 2 {
			name := fmt.Sprintf("%d.%d", round, p)
			c := other(t, "put", dir, "BOLT_NAME="+name)
			out, err := c.StdoutPipe()
			if err != nil {
				t.Fatal(err)
			}
			if err := c.Start(); err != nil {
				t.Fatal(err)
			}
			all.Go(func() {
				for lines := bufio.NewScanner(out); lines.Scan(); {
					if _, err := strconv.Atoi(lines.Text()); err == nil {
						mu.Lock()
						acked[name+"-"+lines.Text()] = true
						mu.Unlock()
					}
				}
			})
			cs = append(cs, c)
		}
		d := other(t, "drain", dir)
		d.Stderr = nil
		if err := d.Start(); err != nil {
			t.Fatal(err)
		}
		cs = append(cs, d)
		time.Sleep(time.Duration(20+rand.IntN(120)) * time.Millisecond)
		for _, c := range cs {
			c.Process.Kill()
		}
		all.Wait()
		for _, c := range cs {
			c.Wait()
		}
		sound(t, dir)
	}
	s := open(t, dir)
	runs, err := s.Read(t.Context(), "a", 1, store.Limit{})
	if err != nil {
		t.Fatal(err)
	}
	next := uint64(1)
	held := 0
	for _, run := range runs {
		if run.First != next {
			t.Errorf("a hole before %d", run.First)
		}
		next = run.First + uint64(run.Count)
		for line := range strings.FieldsSeq(string(run.Data)) {
			held++
			delete(acked, line)
		}
	}
	if len(acked) > 0 {
		t.Errorf("%d acknowledged events are missing", len(acked))
	}
	t.Logf("%d events", held)
}

func TestLockIsWaitedForAndThenBusy(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "s")
	fill(t, dir)
	c := other(t, "hold", dir)
	in, _ := c.StdinPipe()
	out, _ := c.StdoutPipe()
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	defer c.Wait()
	bufio.NewReader(out).ReadString('\n')
	s, _ := bolt.Open(dir, bolt.Options{LockWait: 50 * time.Millisecond})
	defer s.Close()
	if _, err := s.Lanes(t.Context()); !errors.Is(err, store.ErrBusy) {
		t.Errorf("held by another: %v", err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	patient := open(t, dir)
	if _, err := patient.Commit(ctx, store.Change{Blocks: []store.Block{block("x\n", "a")}}); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("with a context that ends: %v", err)
	}
	done := make(chan error)
	go func() {
		_, err := patient.Commit(t.Context(), store.Change{Blocks: []store.Block{block("x\n", "a")}})
		done <- err
	}()
	time.Sleep(30 * time.Millisecond)
	in.Close()
	if err := <-done; err != nil {
		t.Errorf("after it was given back: %v", err)
	}
	if _, err := s.Lanes(t.Context()); err != nil {
		t.Errorf("after it was given back: %v", err)
	}
}

func TestLeaseEndsWithItsProcess(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "s")
	s := open(t, dir)
	c := other(t, "lead", dir)
	c.StdinPipe()
	out, _ := c.StdoutPipe()
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	bufio.NewReader(out).ReadString('\n')
	if _, err := s.Lead(t.Context(), "siem"); !errors.Is(err, store.ErrBusy) {
		t.Errorf("led by another: %v", err)
	}
	c.Process.Kill()
	c.Wait()
	l, err := s.Lead(t.Context(), "siem")
	if err != nil {
		t.Fatalf("after it died: %v", err)
	}
	if err := errors.Join(l.Release(), l.Release()); err != nil {
		t.Error(err)
	}
}
