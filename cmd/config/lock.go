package config

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"github.com/gofrs/flock"
)

// lockPatience is how long an edit waits for another one. An edit takes
// milliseconds; one that holds the lock longer hangs.
const lockPatience = 10 * time.Second

// BusyError is a configuration that another process edits. Exit code 75.
type BusyError struct{ Path string }

// Error says for how long it was waited.
func (e *BusyError) Error() string {
	return fmt.Sprintf("another process has been editing %s for %s; try again", e.Path, showDuration(lockPatience))
}

// lock holds the lock file beside a configuration. The lock file stays, and is
// never renamed or removed: a lock on a file that is replaced excludes nobody.
func lock(ctx context.Context, target string) (unlock func(), err error) {
	if err := makeFolder(filepath.Dir(target)); err != nil {
		return nil, err
	}
	patient, cancel := context.WithTimeout(ctx, lockPatience)
	defer cancel()
	l := flock.New(target+".lock", flock.SetPermissions(0o600))
	_, err = l.TryLockContext(patient, 20*time.Millisecond)
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case errors.Is(err, context.DeadlineExceeded):
		return nil, &BusyError{target}
	case err != nil:
		return nil, err
	}
	return func() { _ = l.Unlock() }, nil
}
