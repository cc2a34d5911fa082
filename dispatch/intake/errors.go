package intake

import (
	"errors"
	"fmt"
)

// SourceError is why reading had to end before the end of the input. What was
// read before it is good.
type SourceError struct {
	Path   string // "-" is standard input
	Offset int64  // bytes that could be read, decompressed
	Err    error
}

func (e *SourceError) Error() string {
	name := e.Path
	if name == "-" {
		name = "standard input"
	}
	return fmt.Sprintf("cannot read %s beyond byte %d: %v", name, e.Offset, e.Err)
}

// Unwrap returns the cause.
func (e *SourceError) Unwrap() error { return e.Err }

// errStopped ends a reader that was told to stop.
var errStopped = errors.New("stopped")
