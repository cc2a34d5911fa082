package store

import "time"

// Record is the one truth about the delivery of a lane. It is replaced as a
// whole by a [Settle], never edited in place, so a crash leaves either the old
// one or the new one and there is no recovery code.
type Record struct {
	// Revision counts the writes; a settle names the one it comes from.
	Revision uint64 `json:"-"`

	// ID is random and made with the first record. A lane that was removed and
	// added again has another one, and so other keys.
	ID string `json:"id"`

	// Epoch is raised by each new leader with its first write. A leader that
	// reads a higher one than its own has been replaced and stops.
	Epoch uint64 `json:"epoch"`

	// Promise: the leader takes whatever is put while this is set. Who puts
	// events reads it in the receipt and may leave the delivery to the leader.
	Promise bool `json:"promise,omitempty"`

	// Through: every event numbered up to and including this one has left the
	// lane, but for those aside.
	Through uint64 `json:"through"`

	// Pieces are the batches that have a name, in order. The first is on the
	// wire or waits for its next attempt; a second one may follow it without a
	// commit in between. They begin at Through+1 and have no holes between
	// them but for numbers that were dropped.
	Pieces []Piece `json:"pieces,omitempty"`

	// Aside are single events that were refused and finish their schedule
	// alone while the others go on.
	Aside []Piece `json:"aside,omitempty"`

	// Tripped is set by automatic disable and cleared by a person.
	Tripped *Tripped `json:"tripped,omitempty"`

	// Window holds the requests of the last hours, for automatic disable;
	// oldest first.
	Window []Counts `json:"window,omitempty"`

	// What has left the lane since its creation, in events.
	Delivered int64 `json:"delivered"`
	Dead      int64 `json:"dead"`
	Dropped   int64 `json:"dropped,omitempty"`

	// GoneBytes is what Delivered, Dead and Dropped held.
	GoneBytes int64 `json:"gone_bytes"`

	// Last outcomes, for people.
	LastSuccess time.Time `json:"last_success,omitzero"`
	LastFailure time.Time `json:"last_failure,omitzero"`
	LastStatus  int       `json:"last_status,omitempty"` // of the last failure
	LastError   string    `json:"last_error,omitempty"`  // of the last failure; redacted
}

// Piece is a batch with a name: the events First to Last, one request.
type Piece struct {
	First   uint64    `json:"first"`
	Last    uint64    `json:"last"`
	Events  int       `json:"events"` // not more than Last-First+1
	Bytes   int64     `json:"bytes"`  // of the events
	Key     string    `json:"key"`
	Format  string    `json:"format"`
	Created time.Time `json:"created"`

	Attempt   int           `json:"attempt,omitempty"`     // failures so far
	NotBefore time.Time     `json:"not_before,omitzero"`   // of the next attempt
	Wait      time.Duration `json:"wait,omitempty"`        // that led to NotBefore: bounds it when the clock jumps back
	Resets    int           `json:"resets,omitempty"`      // connection resets in a row
	Halved    bool          `json:"halved,omitempty"`      // part of a refused batch
	Status    int           `json:"last_status,omitempty"` // of the last failure
	Error     string        `json:"last_error,omitempty"`  // of the last failure; redacted
}

// Tripped says why and when an integration was disabled automatically.
type Tripped struct {
	At       time.Time `json:"at"`
	Requests int64     `json:"requests"`
	Failures int64     `json:"failures"`
}

// Counts are the requests of one slot of the failure window.
type Counts struct {
	Slot     int64 `json:"s"` // Unix time of its start, seconds
	Requests int64 `json:"r"`
	Failures int64 `json:"f"`
}

// Span is a row of event numbers, both ends included.
type Span struct{ First, Last uint64 }

// Needs reports whether a lane with this record still needs any event of the
// span. Engines delete what is not needed.
func (r *Record) Needs(s Span) bool {
	if s.Last > r.Through {
		return true
	}
	for _, p := range r.Aside {
		if p.First <= s.Last && s.First <= p.Last {
			return true
		}
	}
	return false
}

// Gone is the number of events that have left the lane since its creation.
func (r *Record) Gone() int64 { return r.Delivered + r.Dead + r.Dropped }
