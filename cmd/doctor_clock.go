package cmd

import (
	"os"
	"time"
)

// tolerance is how far clocks may be apart: that of a file server is not ours.
const tolerance = 2 * time.Minute

// clock collects times that must have been: none can lie ahead.
type clock struct {
	seen   int
	latest time.Time
	what   string // that has the latest time
}

// saw takes note of a time in the past.
func (c *clock) saw(what string, t time.Time) {
	if t.IsZero() {
		return
	}
	c.seen++
	if t.After(c.latest) {
		c.latest, c.what = t, what
	}
}

// file takes note of when a file was written.
func (c *clock) file(path string) {
	if info, err := os.Stat(path); err == nil {
		c.saw(path, info.ModTime())
	}
}

// record takes note of what the queue remembers of an integration.
func (c *clock) record(i statusItem) {
	c.saw("the last success of "+i.Name, i.LastSuccess)
	c.saw("the last failure of "+i.Name, i.LastErrorAt)
	c.saw("the oldest event of "+i.Name, i.Oldest)
}

// judge compares the clock with all of them. This program is one: a clock that
// began at its epoch is behind it.
func (c *clock) judge(x *examination) {
	if program, err := os.Executable(); err == nil {
		c.file(program)
	}
	now := x.a.env.Now()
	if ahead := c.latest.Sub(now); ahead > tolerance {
		x.warnf("clock", "", "set the clock of this machine (timedatectl), or wait",
			"it says %s, but %s is of %s", stampText(now), c.what, stampText(c.latest))
		return
	}
	x.ok("clock", "", "it says %s, and nothing seen is of later", stampText(now))
}

func stampText(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05 MST") }
