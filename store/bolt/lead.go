package bolt

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"github.com/wnotify/wnotify/store"
)

// lease is a lock that the kernel releases with the process, so it is never
// lost while we run.
type lease struct {
	mu     sync.Mutex
	lock   *lockFile
	remove bool // a name used once leaves no file behind
	never  chan struct{}
}

// Lead makes the caller the only leader of a lane; see [store.Queue].
func (s *Store) Lead(ctx context.Context, name string) (store.Lease, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if s.closed.Load() {
		return nil, errClosed
	}
	if err := checkName("lane", name); err != nil {
		return nil, err
	}
	if err := makeFolder(s.dir); err != nil {
		return nil, named(err)
	}
	path := filepath.Join(s.dir, "lanes", lockName(name))
	l, err := takeNow(path)
	if errors.Is(err, store.ErrDiskFull) && s.spendReserve() {
		l, err = takeNow(path)
	}
	if err != nil {
		return nil, err
	}
	return &lease{lock: l, remove: strings.Contains(name, "/"), never: make(chan struct{})}, nil
}

// takeNow locks a file if it is free, and makes it with its folder if need be.
func takeNow(path string) (*lockFile, error) {
	if err := makeFolder(filepath.Dir(path)); err != nil {
		return nil, named(err)
	}
	for range 8 {
		l, err := openLock(path)
		if err != nil {
			return nil, err
		}
		if err := l.try(); err != nil {
			_ = l.close()
			return nil, err
		}
		if l.current() {
			return l, nil
		}
		_ = l.close() // whoever had it removed it as we came
	}
	return nil, fmt.Errorf("%w: %s is replaced all the time", store.ErrBusy, path)
}

// Lost never happens.
func (l *lease) Lost() <-chan struct{} { return l.never }

// Release gives the lane back.
func (l *lease) Release() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.lock.f == nil {
		return nil
	}
	var err error
	if l.remove {
		err = os.Remove(l.lock.path)
	}
	return errors.Join(err, l.lock.close())
}

// lockName is a file name for any lane: the name itself if it is harmless on
// every file system, else a hash.
func lockName(name string) string {
	plain := len(name) <= 64 && name[0] != '-' && strings.Trim(name, "abcdefghijklmnopqrstuvwxyz0123456789-_") == ""
	if plain {
		return name + ".lock"
	}
	sum := sha256.Sum256([]byte(name))
	return "=" + hex.EncodeToString(sum[:16]) + ".lock"
}
