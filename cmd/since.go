package cmd

import (
	"time"

	"github.com/wnotify/wnotify/cmd/config"
)

// parseMoment reads a time as --since takes it: a duration before now, a date
// or a time (RFC 3339).
func parseMoment(flag, text string, now time.Time) (time.Time, error) {
	if d, err := config.ParseDuration(text); err == nil {
		return now.Add(-d), nil
	}
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04", time.DateTime, time.DateOnly} {
		if t, err := time.ParseInLocation(layout, text, time.UTC); err == nil {
			return t, nil
		}
	}
	return time.Time{}, usagef("--%s %q: it must be a duration as 24h or 7d, or a time as 2026-11-21T12:00:00Z", flag, text)
}
