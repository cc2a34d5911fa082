package event

import (
	"github.com/wnotify/wnotify/dispatch/scan"
)

// Identify recognises one JSON object, of which the scanner found f: an
// envelope (details.notification_type) is taken as it is, a bare notification
// (notification_type) and a bare hit (object_type "hit") are wrapped into one
// with the values of the account, and any other object becomes an event of the
// type as, if that is not empty. The bytes of values never change.
//
// raw must be valid JSON; the event keeps it, so it must not be written to
// afterwards. The error is an *UnrecognisedError.
func (a Account) Identify(raw []byte, f *scan.Fields, as string) (Event, error) {
	if len(f.DetailsType) > 0 {
		return recognised(raw, f), nil
	}
	wrapped, err := a.wrap(raw, f, as)
	if err != nil {
		return Event{}, err
	}
	g, err := rescan(wrapped)
	if err != nil {
		return Event{}, err
	}
	return recognised(wrapped, g), nil
}

// recognised reads an envelope.
func recognised(raw []byte, f *scan.Fields) Event {
	e := Event{Kind: byType[string(f.DetailsType)], Skip: f.Experimental || f.Unsampled}
	if e.Kind == nil {
		e.Type = string(f.DetailsType)
	} else {
		e.Type = e.Kind.Type
		e.Risk = e.Kind.risk(f)
	}
	plain := raw
	if len(f.Headers) > 0 {
		plain = without(raw, f.Headers)
	}
	if f.Breaks {
		raw = compact(raw)
		if len(f.Headers) > 0 {
			plain = compact(plain)
		} else {
			plain = raw
		}
	}
	e.Raw, e.Plain = raw, plain
	return e
}

// UnrecognisedError is why an object is no event.
type UnrecognisedError struct {
	// Object: it is an object, but of no recognisable type.
	Object bool
	// Details: it has details, but they have no type.
	Details bool
}

// Error says what is missing and what to do.
func (e *UnrecognisedError) Error() string {
	switch {
	case !e.Object:
		return "not an event: an event is a JSON object"
	case e.Details:
		return `not an event: "details" has no "notification_type" that is a string; --as TYPE gives such objects a type`
	}
	return `not an event: no "details" with a "notification_type", no "notification_type", and "object_type" is not "hit"; --as TYPE gives such objects a type`
}
