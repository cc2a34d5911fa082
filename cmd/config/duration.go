package config

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// Day is 24 hours; the configuration knows no time zone.
const day = 24 * time.Hour

var durationUnits = map[string]time.Duration{
	"ms": time.Millisecond, "s": time.Second, "m": time.Minute, "h": time.Hour, "d": day,
}

// ParseDuration reads a duration of one or several numbers with the units ms,
// s, m, h and d, as 90s, 1h30m, 1.5h or 7d. A bare number is seconds. It
// refuses negative ones and those over 146 years.
func ParseDuration(s string) (time.Duration, error) { return parseDuration(s) }

func parseDuration(s string) (time.Duration, error) {
	if seconds, err := strconv.ParseFloat(s, 64); err == nil && plain(s) {
		return nanoseconds(s, seconds, time.Second)
	}
	rest, total := s, time.Duration(0)
	for rest != "" {
		number, unit, after := cut(rest)
		n, err := strconv.ParseFloat(number, 64)
		width, known := durationUnits[unit]
		if err != nil || !known {
			return 0, fmt.Errorf("%s is not a duration", cite(s))
		}
		d, err := nanoseconds(s, n, width)
		if err != nil || total > math.MaxInt64-d {
			return 0, fmt.Errorf("%s is too long", cite(s))
		}
		total, rest = total+d, after
	}
	if s == "" {
		return 0, fmt.Errorf("%s is not a duration", cite(s))
	}
	return total, nil
}

func nanoseconds(s string, n float64, unit time.Duration) (time.Duration, error) {
	// 2^62 leaves room for the rounding of a float.
	if n*float64(unit) > 1<<62 {
		return 0, fmt.Errorf("%s is too long", cite(s))
	}
	return time.Duration(math.Round(n * float64(unit))), nil
}

// cut splits "1.5h30m" into "1.5", "h" and "30m".
func cut(s string) (number, unit, rest string) {
	i := strings.IndexFunc(s, func(r rune) bool { return (r < '0' || r > '9') && r != '.' })
	if i < 0 {
		return s, "", ""
	}
	number, rest = s[:i], s[i:]
	i = strings.IndexAny(rest, "0123456789.")
	if i < 0 {
		return number, rest, ""
	}
	return number, rest[:i], rest[i:]
}

// plain reports whether a number has only digits and a point.
func plain(s string) bool { return strings.Trim(s, "0123456789.") == "" }

// showDuration writes a duration as the configuration reads it, without what
// is zero: 12h, 1m30s, 7d.
func showDuration(d time.Duration) string {
	if d == 0 {
		return "0s"
	}
	if d%time.Millisecond != 0 {
		return d.String()
	}
	var b strings.Builder
	for _, unit := range []string{"d", "h", "m", "s", "ms"} {
		if n := d / durationUnits[unit]; n > 0 {
			fmt.Fprintf(&b, "%d%s", n, unit)
			d %= durationUnits[unit]
		}
	}
	return b.String()
}
