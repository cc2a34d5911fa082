package cmd

import "slices"

// Exit codes, by the names that -o json prints. They are an interface: a change
// is a breaking change.
const (
	exitOK           = 0
	exitFailed       = 1
	exitUsage        = 64
	exitData         = 65
	exitNoInput      = 66
	exitUnavailable  = 69
	exitInternal     = 70
	exitCannotCreate = 73
	exitIO           = 74
	exitTryAgain     = 75
	exitNoPermission = 77
	exitConfig       = 78
	exitInterrupted  = signalled + 2
	exitTerminated   = signalled + 15
	signalled        = 128 // plus the number of the signal
)

// Exit is one row of the table of exit codes.
type Exit struct {
	Code    int
	Name    string // as in the JSON form of an error
	Meaning string
	Repeat  string // whether to repeat the command
}

// Exits is the table of exit codes, by number. Help and the README print it.
func Exits() []Exit { return slices.Clone(exits) }

var exits = []Exit{
	{exitOK, "ok", "done: everything accepted (send, enqueue); what was due was tried (flush)", "no"},
	{exitFailed, "failed", "status --check, doctor: something needs a person; any unclassified failure", ""},
	{exitUsage, "usage", "the command line made no sense, or a prompt was needed without a terminal", "after mending it"},
	{exitData, "data", "some input was invalid and is kept as rejects; the rest was accepted", "no"},
	{exitNoInput, "no-input", "an input file is missing or unreadable (the others were read)", "after mending it"},
	{exitUnavailable, "unavailable", "gave up on something in this run: dead letters made, automatically disabled, a test failed", "no: dead replay"},
	{exitInternal, "internal", "internal error", ""},
	{exitCannotCreate, "cannot-create", "cannot write an output or a config the user asked for", "after mending it"},
	{exitIO, "io", "state or disk fault: events after the last one reported were not accepted", "after mending it; a FILE goes on where it stopped"},
	{exitTryAgain, "try-again", "not everything was accepted (an integration's queue is full, the state was locked for 10 s, the disk is full), or flush --require-delivery was not fulfilled", "a FILE goes on where it stopped; from a pipe see refused and read in the summary"},
	{exitNoPermission, "no-permission", "no permission; a file of an integration is unreadable, or writable by others", "after mending it (flush)"},
	{exitConfig, "config", "the configuration is wrong, or names an integration that does not exist", "after mending it"},
	{exitInterrupted, "interrupted", "stopped by SIGINT (without --follow); everything reported as accepted is safe", "yes for a FILE"},
	{exitTerminated, "terminated", "stopped by SIGTERM (without --follow); everything reported as accepted is safe", "yes for a FILE"},
}

// precedence decides which code a run has when several apply: the first here.
var precedence = []int{
	exitInternal, exitIO, exitTryAgain, exitInterrupted, exitTerminated, exitConfig, exitNoPermission,
	exitUsage, exitNoInput, exitCannotCreate, exitData, exitUnavailable, exitFailed, exitOK,
}

// Combine returns the exit code of a run to which all of these codes apply. A
// code that is not in the table counts as [exitInternal].
func Combine(codes ...int) int {
	best := len(precedence) - 1
	for _, code := range codes {
		rank := max(slices.Index(precedence, code), 0)
		best = min(best, rank)
	}
	return precedence[best]
}

// exitName is the name of a code in the JSON form of an error.
func exitName(code int) string {
	for _, e := range exits {
		if e.Code == code {
			return e.Name
		}
	}
	return "internal"
}
