// Package scan validates JSON (RFC 8259, strictly, and UTF-8) in one pass over
// the raw bytes and notes the few members by which an event is recognised. It
// refuses to decode, copy or change what it reads, and takes nothing that any
// strict parser might not.
//
// Start reading at value.go, the grammar; run.go takes most of the work off it,
// word.go has the arithmetic. The tracker is the same grammar once more, for
// input in pieces.
package scan

// Fields are the members of one top-level object that decide what it is. The
// slices point into the scanned bytes, unless there were escapes to resolve; a
// slice is nil when the member is not there or has another type. Of duplicate
// members the last one counts, but all headers are to be cut.
type Fields struct {
	Object bool // the value is an object

	// Members of the object itself.
	Type       []byte // "notification_type": contents of the string, escapes resolved
	ObjectType []byte // "object_type", likewise
	Details    bool   // there is a "details" that is an object
	Summary    bool   // there is a "summary"
	Other      bool   // there is a member besides summary, description, details

	// Members of details.
	DetailsType []byte // "notification_type"
	Threat      []byte // vuln.threat
	Risk        []byte // security_issue.risk

	// Members of details.hit.
	Experimental bool // experimental: true
	Unsampled    bool // sampled: false

	// The members "headers" of details.hit, each from the first byte to cut to
	// the byte after the last one to cut, so that cutting them leaves valid
	// JSON with every other byte in its place. Nil when there is none.
	Headers []Cut

	// Breaks: there is a line feed or carriage return between tokens, so the
	// value does not fit on one line as it is.
	Breaks bool
}

// Cut is a row of bytes, end excluded.
type Cut struct{ Start, End int }
