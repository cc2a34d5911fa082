// Package event is the vocabulary of Wallarm's notifications: the catalogue of
// their types, the selections of integrations, how an object is recognised and
// wrapped, and the notifications that wnotify writes itself.
//
// It is pure: no clock, no file (samples are embedded), no state. What came in is
// forwarded with the bytes of its values; it is never decoded to be encoded
// again. The package counts nothing, delivers nothing and does not decide who
// gets what, beyond whether a selection matches.
package event

// Event is one recognised event.
type Event struct {
	Kind *Kind  // its row in the catalogue; nil for a type the catalogue does not know
	Type string // details.notification_type
	Risk Risk

	// Raw is the envelope, on one line, ready to forward: the very bytes that
	// came in, a copy without white space if they were on several lines, or
	// what wrapping made of them.
	Raw []byte

	// Plain is Raw without details.hit.headers, the same slice when there are
	// none.
	Plain []byte

	// Skip: experimental or not in the sample, never notified.
	Skip bool
}
