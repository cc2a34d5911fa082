package collector

import (
	"bytes"
	"strings"
	"time"
)

// Request is one attempt.
type Request struct {
	Body [][]byte // its pieces, before compression; never empty; read-only while Send runs
	Key  string   // Idempotency-Key
	Type string   // Content-Type if the endpoint has none of its own
}

// Content is the body in one piece.
func (r Request) Content() []byte { return bytes.Join(r.Body, nil) }

// Reply is what became of an attempt.
type Reply struct {
	// Status is 0 when no complete answer came. A success counts as complete
	// when all of the request was sent and all of the answer (at most 64 KiB of
	// it) was read within the request timeout; a refusal is believed as soon as
	// its header is there.
	Status     int
	RetryAfter time.Duration // asked for by 429 or 503; clamped to [0, 1 h]
	Took       time.Duration // from the start of the attempt, connecting included
	Answer     string        // start of the body, printable, redacted, at most 512 bytes
	Location   string        // of a redirect, redacted
	Sent       string        // the Content-Type that was sent
	Form       string        // the one that fits the body

	Err   error // why Status is 0, redacted; a sentence for people
	Cause Cause // what kind of failure Err is

	// Warn: a secret, CA or key changed to something that cannot be used, and
	// the one before was used instead.
	Warn error
}

// OK reports success: any 2xx.
func (r Reply) OK() bool { return r.Status >= 200 && r.Status <= 299 }

// misnamed: the body was sent as something that it is not.
func (r Reply) misnamed() bool { return r.Form != "" && !strings.HasPrefix(r.Sent, r.Form) }

// Cause is the kind of a failure without a status.
type Cause uint8

// The causes.
const (
	None        Cause = iota
	DNS               // the name could not be resolved
	Connect           // TCP or proxy: refused, unreachable, timed out
	TLS               // handshake or certificate
	Timeout           // the request's clock ran out
	Reset             // the connection was reset or closed while the request was on the wire
	Protocol          // the answer was not HTTP
	Local             // ours: an unreadable CA, key or secret, no descriptor left; nothing was sent
	Interrupted       // ours: the context ended; what the collector got is unknown
)
