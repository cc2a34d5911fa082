// Package dispatch takes events in and sends them out. The two halves meet
// only in the store: Accept writes events to lanes, Flush empties lanes, and
// either can be killed at any instruction.
//
// Start reading at run.go (what a command does), accept.go (events → lanes)
// and lane.go (lane → collector); judge.go is the whole delivery policy. The
// package knows no engine, no command line and no TOML.
package dispatch

import (
	"context"
	"fmt"
	"time"

	"github.com/rs/zerolog"

	"github.com/wnotify/wnotify/dispatch/collector"
	"github.com/wnotify/wnotify/store"
)

// Dispatcher is what the commands drive.
type Dispatcher struct {
	Store  store.Store
	Sender Sender
	Log    zerolog.Logger

	// Settings returns the configuration of this moment. It is asked before
	// each batch and each chunk of input, so it must be cheap, and return the
	// same pointer while nothing changed.
	Settings func() *Settings

	// Watch, unless nil, is called when a run begins, with a function that tells
	// how far it has come; what it returns is called when the run is over.
	Watch func(look func() Progress) (over func())
}

// Sender makes one request; see [collector.Client].
type Sender interface {
	Send(ctx context.Context, e collector.Endpoint, r collector.Request) collector.Reply
}

// Wait says how long a run goes on after its start, or after the end of its
// input.
type Wait struct {
	For    time.Duration // 0: what is due is tried once
	Drain  bool          // until everything is delivered or dead
	Follow bool          // until it is stopped
}

// grace is what requests on the wire get when a run is stopped.
const grace = 5 * time.Second

// poll is how often a waiting lane looks for what other processes did.
const poll = 250 * time.Millisecond

// ErrStopped ends a run that was told to stop; what it accepted is safe.
var ErrStopped = fmt.Errorf("stopped: %w", context.Canceled)
