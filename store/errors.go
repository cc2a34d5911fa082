package store

import (
	"errors"
	"strconv"
)

var (
	// ErrBusy: another process holds the lock, or leads the lane.
	ErrBusy = errors.New("in use by another process")

	// ErrDiskFull: no room on the disk; nothing was written.
	ErrDiskFull = errors.New("no space left on the disk of the state folder")

	// ErrReadOnly: the state cannot be written.
	ErrReadOnly = errors.New("the state folder cannot be written")

	// ErrNewer: the state was written by a newer version of wnotify.
	ErrNewer = errors.New("the state was written by a newer wnotify")

	// ErrDamaged: the state is there but cannot be trusted.
	ErrDamaged = errors.New("the state is damaged")
)

// ConflictError says that something moved on since it was read; nothing was
// applied.
type ConflictError struct {
	Rider string // key of the rider, or
	Lane  string // name of the lane whose record or numbers moved
}

func (e *ConflictError) Error() string {
	if e.Rider != "" {
		return "conflict on " + e.Rider
	}
	return "conflict on the record of " + e.Lane
}

// FullError says which lanes have no room for a change; nothing was applied.
type FullError struct {
	Room map[string]int64 // lane → bytes it could still take
}

func (e *FullError) Error() string {
	return strconv.Itoa(len(e.Room)) + " queues are full"
}

// CorruptError says that stored bytes are not what was written.
type CorruptError struct {
	What string // a block, a record, a letter …
	Lane string // if known
	Span Span   // of the events that cannot be read, if known
}

func (e *CorruptError) Error() string {
	s := "damaged " + e.What
	if e.Lane != "" {
		s += " of " + e.Lane
	}
	if e.Span.Last != 0 {
		s += ", events " + strconv.FormatUint(e.Span.First, 10) + "-" + strconv.FormatUint(e.Span.Last, 10)
	}
	return s
}

// Is makes errors.Is(err, ErrDamaged) true.
func (e *CorruptError) Is(target error) bool { return target == ErrDamaged }
