package event

// Event is one recognised event.
type Event struct {
	Kind *Kind  // its row in the catalogue; nil for a type the catalogue does not know
	Type string // details.notification_type
	Risk Risk

	// Raw is the envelope, on one line, ready to forward: the bytes that came
	// in, but for white space, or what wrapping made of them.
	Raw []byte

	// Plain is Raw without details.hit.headers, the same slice when there are
	// none.
	Plain []byte

	// Skip: experimental or not in the sample, never notified.
	Skip bool
}
