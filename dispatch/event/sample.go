package event

import (
	"bytes"

	"github.com/wnotify/wnotify/testdata/events"
)

// Sample returns an event of a notification type, on one line: the published one
// where there is one. It is nil for a type that the catalogue does not know.
func Sample(notificationType string) []byte {
	if Lookup(notificationType) == nil {
		return nil
	}
	line, err := events.Samples.ReadFile(notificationType + ".json")
	if err != nil {
		return nil
	}
	return bytes.TrimSuffix(line, []byte("\n"))
}

// SampleOf returns the sample of a kind with another risk, on one line.
func SampleOf(k *Kind, r Risk) []byte {
	details := sampleDetails(k)
	inner := withRisk(details[1:len(details)-1], k, r)
	return compose("[Wallarm] ", k, append(append([]byte{'{'}, inner...), '}'))
}
