package dispatch

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/wnotify/wnotify/dispatch/intake"
	"github.com/wnotify/wnotify/store"
)

// What can go wrong in a run without ending it. Each is one of the errors that
// [Summary.Problems] returns, for the exit code.
type (
	// InvalidError: some input was no event and is kept as rejects, as far as
	// there is room for them.
	InvalidError struct {
		Rejected int64
		Unkept   int64 // of these, for want of room
		Stopped  bool  // --on-invalid stop: nothing behind it was read

		Rehearsed bool // by a dry run: nothing is kept
	}

	// UnreadableError: a file is missing or cannot be read.
	UnreadableError struct {
		Path string
		Err  error
	}

	// GaveUpError: dead letters were made or integrations were disabled
	// automatically in this run.
	GaveUpError struct {
		Dead    map[string]int64 // events by integration
		Tripped []string
	}

	// RefusedError: queues were full.
	RefusedError struct {
		Refused map[string]int64 // events by integration
		Untaken int64            // events that nobody took
	}

	// LocalError: a file of an integration cannot be used, or this machine had
	// no descriptor left for it.
	LocalError struct {
		Integration string
		Err         error
	}

	// RacedError: another process reads the same file.
	RacedError struct{ What string }
)

func (e *InvalidError) Error() string {
	if e.Stopped {
		return "stopped at invalid input (--on-invalid stop)"
	}
	if e.Rehearsed {
		return several(e.Rejected, "invalid input") + " would be kept as rejects"
	}
	if e.Unkept > 0 {
		return several(e.Rejected, "invalid input") + ", " + strconv.FormatInt(e.Unkept, 10) +
			" not kept, since the rejects have reached max_reject_bytes; the rest was accepted"
	}
	return several(e.Rejected, "invalid input") + " kept as rejects; the rest was accepted"
}

// several is a number of things.
func several(n int64, word string) string {
	if n != 1 {
		word += "s"
	}
	return strconv.FormatInt(n, 10) + " " + word
}

func (e *UnreadableError) Error() string {
	if cut, ok := errors.AsType[*intake.SourceError](e.Err); ok {
		return cut.Error() // it names the path, and how far it could be read
	}
	return fmt.Sprintf("cannot read %s: %v", e.Path, e.Err)
}

func (e *UnreadableError) Unwrap() error { return e.Err }

func (e *GaveUpError) Error() string {
	var parts []string
	for _, name := range sorted(e.Dead) {
		became := " became dead letters"
		if e.Dead[name] == 1 {
			became = " became a dead letter"
		}
		parts = append(parts, name+": "+several(e.Dead[name], "event")+became)
	}
	for _, name := range e.Tripped {
		parts = append(parts, name+": disabled automatically")
	}
	return strings.Join(parts, "; ")
}

func (e *RefusedError) Error() string {
	var parts []string
	for _, name := range sorted(e.Refused) {
		parts = append(parts, name+": "+several(e.Refused[name], "event")+" refused, its queue is full")
	}
	return strings.Join(parts, "; ")
}

func (e *LocalError) Error() string { return e.Integration + " waits: " + e.Err.Error() }
func (e *LocalError) Unwrap() error { return e.Err }

func (e *RacedError) Error() string {
	return "another wnotify reads the same file (" + e.What + ")"
}

// conflicts reports whether an error says that something moved on.
func conflicts(err error) bool {
	var conflict *store.ConflictError
	return errors.As(err, &conflict)
}

func contains(names []string, name string) bool { return slices.Contains(names, name) }
