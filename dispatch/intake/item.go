// Package intake turns streams of bytes into events with their places: it finds
// where each JSON value begins and ends, whatever the format around it, and
// keeps reading behind what is no JSON. For files it knows where it stopped.
//
// It refuses to decide what an event is (that is dispatch/event), to decode or
// change values, to keep more than a few buffers in memory, and to store
// anything: cursors are handed to the caller.
//
// Start reading at reader.go (the states of reading), then between.go, value.go
// and junk.go. Bytes come from a goroutine of their own: pump.go.
package intake

import "github.com/wnotify/wnotify/dispatch/scan"

// MaxEventBytes is the default of [Options.MaxEventBytes].
const MaxEventBytes = 1 << 20

// Item is one value of the input: an event to be recognised, or a reject.
type Item struct {
	// Raw is one JSON object on one line. White space is gone if a line break
	// was among it, every other byte is as it came. It is valid until the next
	// call of Next or Ready. Nil for a reject.
	Raw []byte

	// Fields are those of Raw, and valid as long.
	Fields scan.Fields

	// Place is where it came from.
	Place Place

	// Reject is not nil if it is no object, or no JSON.
	Reject *Reject

	// Resume is where reading goes on behind it.
	Resume Point
}

// Place is a part of the input.
type Place struct {
	Offset int64 // of its first byte; bytes from the start, decompressed
	End    int64 // behind its last byte
	Line   int64 // of its first byte, from 1; 0 when not known
}

// Reject is input that is no event.
type Reject struct {
	Reason string // a clause for people
	Data   []byte // the first 64 KiB; the caller's to keep
	Size   int64  // bytes of all of it
	SHA256 string // of all of it, hexadecimal
}

// Point is a place between two items, from which reading can go on.
type Point struct {
	// File is the identity of the file, as the caller of Next knows it from
	// Options.Stored; empty for a stream. Behind the rotation of a followed
	// file it changes.
	File string `json:"-"`

	Offset int64  `json:"offset"` // bytes from the start, decompressed
	Line   int64  `json:"line"`   // from 1; 0 when not known
	In     within `json:"in"`

	// generation counts what a reader has read: a followed file that was
	// truncated keeps its identity, but not its places.
	generation int
}

// NotAnEvent makes a reject of an item that turned out to be no event.
func NotAnEvent(item *Item, reason error) *Reject {
	return newReject(item.Raw, reason.Error())
}
