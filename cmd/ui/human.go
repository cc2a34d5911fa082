package ui

import (
	"fmt"
	"strings"
	"time"

	"github.com/dustin/go-humanize"
)

// Count writes a number with commas.
func Count(n int64) string { return humanize.Comma(n) }

// Bytes writes a size in binary units: 1.2 MiB.
func Bytes(n int64) string {
	if n < 0 {
		return "-" + Bytes(-n)
	}
	return humanize.IBytes(uint64(n))
}

// Plural writes a number of things: 1 event, 3 events. The plural of word is
// word with an s, or y made ies.
func Plural(n int64, word string) string {
	if n != 1 {
		if stem, ok := strings.CutSuffix(word, "y"); ok {
			word = stem + "ie"
		}
		word += "s"
	}
	return Count(n) + " " + word
}

// Percent writes a share of a whole: 61%. It is never rounded up to the next
// percent, so that a limit is not shown before it is reached.
func Percent(part, whole int64) string {
	if whole == 0 {
		return "0%"
	}
	return fmt.Sprintf("%d%%", part*100/whole)
}

// Duration writes a duration in its two largest units: 2m10s, 3h5m, 4d12h.
// Below a second it is milliseconds, and a negative one counts as none.
func Duration(d time.Duration) string {
	const day = 24 * time.Hour
	switch {
	case d <= 0:
		return "0s"
	case d < time.Second:
		return fmt.Sprintf("%dms", max(1, d.Milliseconds()))
	case d < time.Minute:
		return fmt.Sprintf("%ds", d/time.Second)
	case d < time.Hour:
		return two(d, time.Minute, "m", time.Second, "s")
	case d < day:
		return two(d, time.Hour, "h", time.Minute, "m")
	}
	return two(d, day, "d", time.Hour, "h")
}

func two(d, large time.Duration, largeName string, small time.Duration, smallName string) string {
	text := fmt.Sprintf("%d%s", d/large, largeName)
	if rest := d % large / small; rest > 0 {
		text += fmt.Sprintf("%d%s", rest, smallName)
	}
	return text
}

// When tells a time by its distance from now: 3m20s ago, in 2m10s, now.
func When(t, now time.Time) string {
	switch d := now.Sub(t); {
	case d >= time.Second:
		return Duration(d) + " ago"
	case d <= -time.Second:
		return "in " + Duration(-d)
	}
	return "now"
}
