// Package retry is the arithmetic of trying again: when the next attempt is
// due, how many requests failed in a window, and when that is too many. It has
// no clock, does no I/O and keeps nothing.
package retry

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Schedule is a row of cycles; each cycle is a row of waits. Read in sequence,
// wait n follows failure n. The zero Schedule makes one attempt.
type Schedule struct{ cycles [][]time.Duration }

// MaxWait bounds a single wait of a schedule.
const MaxWait = 24 * time.Hour

// Default is the published schedule: 16 waits, 3068 seconds, 17 attempts.
func Default() Schedule {
	const s, m = time.Second, time.Minute
	return Schedule{cycles: [][]time.Duration{
		{1 * s, 3 * s, 5 * s, 10 * s, 10 * s},
		{0, 1 * s, 3 * s, 5 * s, 30 * s},
		{1 * m, 1 * m, 3 * m, 5 * m, 10 * m, 30 * m},
	}}
}

// Parse reads cycles, each a text of waits between blanks. No cycles: one
// attempt. It refuses empty cycles, negative waits and waits over [MaxWait].
func Parse(cycles []string) (Schedule, error) {
	var s Schedule
	for i, text := range cycles {
		var cycle []time.Duration
		for f := range strings.FieldsSeq(text) {
			d, err := wait(f)
			if err != nil {
				return Schedule{}, fmt.Errorf("cycle %d: %w", i+1, err)
			}
			cycle = append(cycle, d)
		}
		if len(cycle) == 0 {
			return Schedule{}, fmt.Errorf("cycle %d is empty", i+1)
		}
		s.cycles = append(s.cycles, cycle)
	}
	return s, nil
}

// After returns the wait after failure n (the first is 1), and false when the
// retries are used up. Before the first failure there is nothing to wait for.
func (s Schedule) After(n int) (time.Duration, bool) {
	if n < 1 {
		return 0, true
	}
	for _, c := range s.cycles {
		if n <= len(c) {
			return c[n-1], true
		}
		n -= len(c)
	}
	return 0, false
}

// Repeat is After for a schedule whose last cycle goes on for ever. A schedule
// without waits repeats every 30 minutes, one that ends without waiting every
// second.
func (s Schedule) Repeat(n int) time.Duration {
	if d, ok := s.After(n); ok {
		return d
	}
	if len(s.cycles) == 0 {
		return 30 * time.Minute
	}
	last := s.cycles[len(s.cycles)-1]
	return max(last[(n-s.Len()-1)%len(last)], time.Second)
}

// FirstCycle is the number of failures that ends the first cycle: one more than
// it has waits.
func (s Schedule) FirstCycle() int {
	if len(s.cycles) == 0 {
		return 1
	}
	return len(s.cycles[0]) + 1
}

// Len is the number of waits.
func (s Schedule) Len() int {
	n := 0
	for _, c := range s.cycles {
		n += len(c)
	}
	return n
}

// Total is the sum of all waits.
func (s Schedule) Total() time.Duration {
	var t time.Duration
	for _, c := range s.cycles {
		for _, d := range c {
			t += d
		}
	}
	return t
}

// Cycles is the schedule as text, as [Parse] reads it.
func (s Schedule) Cycles() []string {
	text := make([]string, 0, len(s.cycles))
	for _, c := range s.cycles {
		var b strings.Builder
		for i, d := range c {
			if i > 0 {
				b.WriteByte(' ')
			}
			b.WriteString(short(d))
		}
		text = append(text, b.String())
	}
	return text
}

// Equal reports whether two schedules are the same.
func (s Schedule) Equal(o Schedule) bool {
	return slices.EqualFunc(s.cycles, o.cycles, slices.Equal[[]time.Duration])
}

// Raise is a wait that an answer asked to be longer: never shorter than the
// schedule's, never longer than an hour because of the answer.
func Raise(wait, asked time.Duration) time.Duration {
	return max(wait, min(asked, time.Hour))
}
