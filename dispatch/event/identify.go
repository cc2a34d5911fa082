package event

import (
	"fmt"

	"github.com/wnotify/wnotify/dispatch/scan"
)

// Identify recognises one JSON object, of which the scanner found f: an
// envelope (details.notification_type) is taken as it is, a bare notification
// (notification_type) and a bare hit (object_type "hit") are wrapped into one
// with the values of the account, and any other object becomes an event of the
// type as, if that is not empty. The bytes of values never change.
//
// raw must be valid JSON; the event keeps it, so it must not be written to
// afterwards. The error is an *UnrecognisedError, or wraps a *scan.SyntaxError
// when the envelope would be nested too deeply.
func (a Account) Identify(raw []byte, f *scan.Fields, as string) (Event, error) {
	if len(f.DetailsType) > 0 {
		return recognised(raw, f), nil
	}
	wrapped, err := a.wrap(raw, f, as)
	if err != nil {
		return Event{}, err
	}
	var g scan.Fields
	if _, err := scan.Value(wrapped, &g); err != nil {
		// Only nesting comes to its limit here: the envelope adds two levels.
		return Event{}, fmt.Errorf("not an event once it is wrapped into an envelope: %w", err)
	}
	return recognised(wrapped, &g), nil
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
		raw = oneLine(raw)
		if len(f.Headers) > 0 {
			plain = oneLine(plain)
		} else {
			plain = raw
		}
	}
	e.Raw, e.Plain = raw, plain
	return e
}

// oneLine copies JSON without the white space between its tokens.
func oneLine(json []byte) []byte {
	return scan.AppendCompact(make([]byte, 0, len(json)), json)
}

// without copies JSON without the cuts, which are in order.
func without(json []byte, cuts []scan.Cut) []byte {
	out := make([]byte, 0, len(json))
	from := 0
	for _, c := range cuts {
		out = append(out, json[from:c.Start]...)
		from = c.End
	}
	return append(out, json[from:]...)
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
