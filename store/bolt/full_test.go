//go:build linux

package bolt_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/wnotify/wnotify/store"
	"github.com/wnotify/wnotify/store/bolt"
)

// full runs with a limit on the size of files, which is how a disk without
// room looks from here.
func full(ctx context.Context, s *bolt.Store) error {
	limit := unix.Rlimit{Cur: 24 << 20, Max: 24 << 20}
	if err := unix.Setrlimit(unix.RLIMIT_FSIZE, &limit); err != nil {
		return err
	}
	one := rows(256<<10, "a")
	took, err := putUntilFull(ctx, s, one, 2)
	if err != nil {
		return err
	}
	// Together with puts that cannot be, a settle must go through.
	var all sync.WaitGroup
	var r store.Record
	for r.Through < took {
		if r.Through < took/4 {
			all.Go(func() { s.Commit(ctx, store.Change{Blocks: []store.Block{one, one, one}}) })
		}
		if err := deliver(ctx, s, &r, one.Count); err != nil {
			return err
		}
	}
	all.Wait()
	if _, err := s.Commit(ctx, store.Change{Blocks: []store.Block{one, one}}); err != nil {
		return fmt.Errorf("put after there was room: %w", err)
	}
	fmt.Println(took)
	return s.Close()
}

// small runs on a disk of its own that somebody else fills. What a settle
// gives back here is less than what it writes.
func small(ctx context.Context, s *bolt.Store, dir string) error {
	disk := filepath.Dir(dir)
	if err := unix.Mount("none", disk, "tmpfs", 0, "size=16m"); err != nil {
		fmt.Println("no mount:", err)
		return nil
	}
	one := block(strings.Repeat("x\n", 500), "a")
	if _, err := s.Commit(ctx, store.Change{Blocks: []store.Block{one}}); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(disk, "others"), make([]byte, 16<<20), 0o600); !errors.Is(err, syscall.ENOSPC) {
		return fmt.Errorf("filling the disk: %w", err)
	}
	took, err := putUntilFull(ctx, s, one, 1)
	if err != nil {
		return err
	}
	l, err := s.Lead(ctx, "a")
	if err != nil {
		return fmt.Errorf("lead on a full disk: %w", err)
	}
	defer l.Release()
	r := store.Record{}
	for r.Through < 500 {
		if err := deliver(ctx, s, &r, 1); err != nil {
			return err
		}
		if _, err := s.Commit(ctx, store.Change{Blocks: []store.Block{one}}); !errors.Is(err, store.ErrDiskFull) {
			return fmt.Errorf("put into the room of the settles: %w", err)
		}
	}
	if err := os.Remove(filepath.Join(disk, "others")); err != nil {
		return err
	}
	if _, err := s.Commit(ctx, store.Change{Blocks: []store.Block{one}}); err != nil {
		return fmt.Errorf("put after there was room: %w", err)
	}
	lane, err := s.Lane(ctx, "a")
	if err != nil || lane.Events != int64(took) {
		return fmt.Errorf("%d events wait, want %d: %w", lane.Events, took, err)
	}
	problems, err := s.Check(ctx)
	if len(problems) > 0 || err != nil {
		return fmt.Errorf("%v %w", problems, err)
	}
	fmt.Println(took)
	return s.Close()
}

// putUntilFull returns the last number that was given out.
func putUntilFull(ctx context.Context, s *bolt.Store, b store.Block, blocks int) (took uint64, err error) {
	c := store.Change{}
	for range blocks {
		c.Blocks = append(c.Blocks, b)
	}
	for {
		r, err := s.Commit(ctx, c)
		if errors.Is(err, store.ErrDiskFull) {
			if strings.Count(err.Error(), "journal.db") > 1 {
				return took, fmt.Errorf("it says it twice: %w", err)
			}
			l, err := s.Lane(ctx, "a")
			return l.Next - 1, err
		}
		if err != nil {
			return took, fmt.Errorf("put: %w", err)
		}
		took = r.Blocks[blocks-1][0].First
	}
}

// deliver takes events off lane a, with a line of history.
func deliver(ctx context.Context, s *bolt.Store, r *store.Record, events int) error {
	runs, err := s.Read(ctx, "a", r.Through+1, store.Limit{Events: events})
	if err != nil {
		return err
	}
	for _, run := range runs {
		r.Through += uint64(run.Count)
		r.Delivered += int64(run.Count)
		r.GoneBytes += int64(len(run.Data))
	}
	at := time.Unix(1700000000, 0).Add(time.Duration(r.Revision) * time.Second)
	_, err = s.Commit(ctx, store.Change{Settles: []store.Settle{{
		Lane: "a", Revision: r.Revision, Record: *r,
		Attempts: []store.Attempt{{At: at, Key: "k", Answer: strings.Repeat("an answer ", 100), Outcome: store.Delivered}},
	}}})
	if err != nil {
		return fmt.Errorf("settle on a full disk: %w", err)
	}
	r.Revision++
	return nil
}

func TestFullDiskStillSettles(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "s")
	out, err := other(t, "full", dir).Output()
	if err != nil {
		t.Fatalf("%v", err)
	}
	t.Logf("%s events", strings.TrimSpace(string(out)))
	sound(t, dir)
}

func TestDiskFilledByOthersStillSettles(t *testing.T) {
	c := other(t, "small", filepath.Join(t.TempDir(), "s"))
	c.SysProcAttr = &syscall.SysProcAttr{
		Cloneflags:  syscall.CLONE_NEWUSER | syscall.CLONE_NEWNS,
		UidMappings: []syscall.SysProcIDMap{{HostID: os.Getuid(), Size: 1}},
		GidMappings: []syscall.SysProcIDMap{{HostID: os.Getgid(), Size: 1}},
	}
	out, err := c.Output()
	switch {
	case errors.Is(err, syscall.EPERM), errors.Is(err, syscall.ENOSPC), strings.HasPrefix(string(out), "no mount"):
		t.Skipf("it takes a mount: %v %s", err, out)
	case err != nil:
		t.Fatalf("%v %s", err, out)
	}
	t.Logf("%s events", strings.TrimSpace(string(out)))
}
