package collector

import (
	"errors"
	"fmt"
	"time"
)

// fault is why an attempt failed without a status: a sentence, redacted, and
// what to do about it.
type fault struct {
	text string
	fix  string
	err  error // for errors.As; only errors that hold nothing a stranger wrote

	unready bool // nothing there speaks TLS; perhaps the collector was not told to
}

func (f *fault) Error() string { return f.text }
func (f *fault) Unwrap() error { return f.err }

// errStale never leaves the package.
var errStale = errors.New("the kept connection had been closed")

var errInterrupted = &fault{
	text: "interrupted before an answer came",
	fix:  "nothing: the batch keeps its place and its Idempotency-Key",
}

// limitText is a timeout as it stands in the configuration.
func limitText(d time.Duration, key string) string {
	return fmt.Sprintf("within %s (%s)", d, key)
}
