package nats

import (
	"context"
	"errors"
	"fmt"

	client "github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// Kind says who has to do something about a [SetupError].
type Kind int

// The kinds of a [SetupError].
const (
	Unreachable Kind = iota + 1 // no server answers, or it has no JetStream right now
	Denied                      // the credentials are wrong or do not allow it
	Unfit                       // a setting, of ours or of the server, must change
)

// SetupError says why the queue cannot be used as it is set up. Nothing was
// stored.
type SetupError struct {
	Kind  Kind
	Where string // the server, or the key of the configuration
	Err   error
	Fix   string // the line to set, if there is one
}

func (e *SetupError) Error() string { return fmt.Sprintf("the queue on NATS (%s): %v", e.Where, e.Err) }

// Unwrap returns the cause.
func (e *SetupError) Unwrap() error { return e.Err }

// ErrUnanswered: the servers do not answer. Whether a change is stored is
// unknown, or it is not.
var ErrUnanswered = errors.New("the NATS servers do not answer")

// TooLargeError refuses a change that does not fit into one atomic batch, of
// which a server takes at most 1000 messages, or a value that does not fit into
// one message. Nothing was applied.
type TooLargeError struct {
	Messages int

	Key   string // of the value, and
	Bytes int    // its size
}

func (e *TooLargeError) Error() string {
	if e.Key != "" {
		return fmt.Sprintf("%s has %d bytes, more than a message of the NATS server may have; raise its max_payload", e.Key, e.Bytes)
	}
	return fmt.Sprintf("the change needs %d messages and JetStream commits at most %d together; make it smaller", e.Messages, maxMessages)
}

// What JetStream answers, by its numbers (server/errors.json).
const (
	codeResourcesAccount  = 10002
	codeNoPeers           = 10005
	codeClusterNotAvail   = 10008
	codeResources         = 10023
	codeNoMessage         = 10037
	codeNotEnabledAccount = 10039
	codeStorage           = 10047
	codeStreamNotFound    = 10059
	codeWrongSequence     = 10071
	codeReplicas          = 10074
	codeNotEnabled        = 10076
	codeStoreFailed       = 10077
	codeWrongSequenceBusy = 10164
	codeBatchDisabled     = 10174
	codeBatchIncomplete   = 10176
	codeBatchTooMany      = 10210
)

// errMoved: a key was written since it was read.
var errMoved = errors.New("a key has moved on")

// errLater: nothing was applied, and the same may work in a moment.
var errLater = errors.New("the server cannot take it now")

// verdict makes of an answer of JetStream what the rest decides on.
func verdict(e *jetstream.APIError) error {
	switch e.ErrorCode {
	case codeWrongSequence, codeWrongSequenceBusy:
		return errMoved
	case codeBatchIncomplete, codeBatchTooMany, codeClusterNotAvail:
		return fmt.Errorf("%w: %w", errLater, e)
	case codeResourcesAccount, codeResources, codeStorage, codeStoreFailed:
		return &FullError{Why: e.Description}
	default:
		return e
	}
}

// setup makes a [SetupError] of an error while opening.
func (o Options) setup(err error) error {
	var api *jetstream.APIError
	kind, fix := Unreachable, ""
	switch {
	case errors.Is(err, context.Canceled):
		return err
	case errors.Is(err, client.ErrAuthorization), errors.Is(err, client.ErrAuthExpired), errors.Is(err, client.ErrAuthRevoked),
		errors.Is(err, client.ErrPermissionViolation), errors.Is(err, client.ErrAccountAuthExpired):
		kind, fix = Denied, `credentials = { file = "/etc/wnotify/wnotify.creds" }`
	case errors.Is(err, client.ErrNoServers):
		err = errors.New("no server answers there")
	case errors.Is(err, client.ErrNoResponders):
		err = errors.New("JetStream does not answer: it is not enabled, or its cluster has no leader at this moment")
		fix = "jetstream: enabled (in the server's configuration)"
	case errors.Is(err, context.DeadlineExceeded):
		err = fmt.Errorf("JetStream has not answered for %s: its cluster may have no leader at this moment", giveUp)
		fix = "start a majority of the servers and repeat the command"
	case errors.Is(err, jetstream.ErrJetStreamNotEnabled), errors.Is(err, jetstream.ErrJetStreamNotEnabledForAccount):
		kind, fix = Unfit, "jetstream: enabled (in the server's configuration)"
	case errors.As(err, &api):
		switch api.ErrorCode {
		case codeNoPeers, codeReplicas, codeStorage, codeResources:
			kind, fix = Unfit, "replicas = 1"
		case codeNotEnabled, codeNotEnabledAccount:
			kind, fix = Unfit, "jetstream: enabled (in the server's configuration)"
		case codeClusterNotAvail:
		default:
			kind = Unfit
		}
	}
	if kind == Unreachable && fix == "" {
		fix = "start the servers, or correct url in [store]"
	}
	return &SetupError{Kind: kind, Where: o.servers(), Err: err, Fix: fix}
}
