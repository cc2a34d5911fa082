package store

import "time"

// Change is one step of the queue. Empty parts are left alone. Parts are
// applied in the order of the fields.
type Change struct {
	// ID makes a repeat harmless; it names one try, not its content: what is
	// done again on purpose has another. Engines remember the last 500 changes,
	// or those of the last two minutes. Empty: the engine makes one up, and a
	// repeat is a new change.
	ID string

	// Blocks are appended to their lanes, in order.
	Blocks []Block

	// Riders travel with the events they describe: file cursors, trigger
	// counts, hourly counters.
	Riders []Rider

	// Settles write lane records.
	Settles []Settle

	Letters []Letter // become dead letters; one with the ID of another replaces it
	Bury    []string // IDs of dead letters to remove; an unknown one is ignored

	Rejects    []Reject
	RejectsCap int64    // bytes of rejects kept in all; what does not fit is counted, not kept; 0 is no limit
	Forget     []string // IDs of rejects to remove

	// Remove deletes lanes with everything in them: events, record, history,
	// dead letters.
	Remove []string
}

// Block is a row of events, stored once, that one or more lanes take whole.
type Block struct {
	Lanes []Target
	Count int       // events, at least 1
	Data  []byte    // each event followed by '\n'; no event contains one
	Sum   uint32    // CRC-32C of Data, which it is checked against when read; 0: the engine computes it
	Put   time.Time // when accepted
	Seal  *Seal     // see [Run]

	// Room, if any, are the bytes right before Data in the same array. The engine
	// may put its head there until Commit returns, and need not copy Data then.
	Room []byte
}

// Target is a lane that takes a block.
type Target struct {
	Lane string
	Cap  int64 // bytes the lane may hold with this block in; 0 is no limit
}

// Rider is a small value with a revision. The first revision is 1, each write
// adds 1.
//
// In a change, Revision is the one the new value was computed from (0: the key
// did not exist) and must still be current. A nil Value removes the key.
type Rider struct {
	Key      string
	Revision uint64
	Value    []byte
}

// Settle replaces the record of a lane by one that was computed from the
// revision it names. It is the only way a lane's events are used up: what the
// new record no longer needs (see [Record.Needs]) is collected by the engine.
type Settle struct {
	Lane string

	// Revision of the record this was computed from; 0: there was none. Another
	// revision is a conflict, and so is a record with another ID: the lane was
	// removed and made again.
	Revision uint64
	Record   Record // the engine sets its Revision to Revision+1

	// Next, if not 0, is the number the lane must give out next when the
	// change begins. It lets a leader name a batch in the same change that
	// puts its events.
	Next uint64

	// Drop removes events that the record still needs, by their numbers.
	Drop []Span

	// Attempts go into history and statistics.
	Attempts  []Attempt
	Retention time.Duration // of history; 0 keeps the engine's bound only
}

// Receipt is what a change did.
type Receipt struct {
	// Blocks has an entry for each block, which has one for each target, in
	// order. Nil when Repeated.
	Blocks [][]Taken

	Rejects  int  // rejects kept
	Repeated bool // the change was committed before; nothing was done
}

// Taken is where a block went in one lane.
type Taken struct {
	First    uint64 // number of its first event
	Promised bool   // a leader has promised, when it was put or after, to take it; see [Record.Promise]
}

// Letter is a dead letter: a batch, or one event, whose retries are used up.
type Letter struct {
	ID       string    `json:"id"`
	Lane     string    `json:"lane"`
	Key      string    `json:"key"`
	Format   string    `json:"format"`
	Events   int       `json:"events"`
	Created  time.Time `json:"created"` // when the batch was formed
	Died     time.Time `json:"died"`
	Attempts int       `json:"attempts"`
	Status   int       `json:"status,omitempty"`
	Reason   string    `json:"reason"`
	Data     []byte    `json:"-"` // each event followed by '\n'
}

// Reject is input that was not an event.
type Reject struct {
	ID     string    `json:"id"` // from its source and place: the same reject is kept once
	At     time.Time `json:"at"`
	Source string    `json:"source"` // path, or "-"
	Line   int64     `json:"line,omitempty"`
	Offset int64     `json:"offset"` // bytes, decompressed, from the start of the source
	Size   int64     `json:"size"`   // bytes; Data may be shorter
	SHA256 string    `json:"sha256"` // of all of it
	Reason string    `json:"reason"`
	For    []string  `json:"for,omitempty"` // the integrations its run was to send to; none: by selection
	Data   []byte    `json:"-"`             // the first 64 KiB
}
