package cmd

import (
	"fmt"
	"time"

	"github.com/wnotify/wnotify/cmd/ui"
	"github.com/wnotify/wnotify/dispatch"
	"github.com/wnotify/wnotify/store"
)

// gauge makes lines of what a run has done so far.
type gauge struct {
	stream *ui.Stream
	size   int64            // of the input in bytes; 0: not known
	queued map[string]int64 // events, when the queue was last looked at, less what this run had added by then
	paces  map[string]*pace
}

// queue takes a look at the queue, and what the run had done by then.
func (g *gauge) queue(lanes []store.Lane, now dispatch.Progress) {
	g.queued = map[string]int64{}
	for _, l := range lanes {
		g.queued[l.Name] = l.Events
	}
	for _, i := range now.Integrations {
		g.queued[i.Name] -= added(i)
	}
}

// added is what a run has added to a queue.
func added(i dispatch.LaneSummary) int64 { return i.Accepted - i.Delivered - i.Dead }

// lines are how far the run has come after some time: what was read, and a line
// for each integration.
func (g *gauge) lines(now dispatch.Progress, after time.Duration) []string {
	var lines []string
	if now.Read > 0 {
		lines = append(lines, g.reading(now, after))
	}
	for _, i := range now.Integrations {
		lines = append(lines, g.delivering(i, after))
	}
	return lines
}

func (g *gauge) reading(now dispatch.Progress, after time.Duration) string {
	line := fmt.Sprintf("read %s  %s", ui.Plural(now.Read, "event"), perSecond(g.pace("", now.Read, after)))
	var at int64
	for _, offset := range now.Offsets {
		at += offset
	}
	if g.size == 0 || at > g.size {
		return line
	}
	if at >= g.size-1 { // a line break may be left
		return fmt.Sprintf("read %s, all", ui.Plural(now.Read, "event"))
	}
	line += fmt.Sprintf("  %s of %s", ui.Percent(at, g.size), ui.Bytes(g.size))
	return line + eta(g.size-at, g.pace("bytes", at, after))
}

func (g *gauge) delivering(i dispatch.LaneSummary, after time.Duration) string {
	rate := g.pace("lane "+i.Name, i.Delivered, after)
	line := fmt.Sprintf("%-12s %s delivered  %s", i.Name, ui.Count(i.Delivered), perSecond(rate))
	if left := g.queued[i.Name] + added(i); left > 0 {
		share := float64(i.Delivered) / float64(i.Delivered+left)
		line = fmt.Sprintf("%-12s %s %s delivered, %s queued  %s", i.Name, g.stream.Bar(share, 0, 14), ui.Count(i.Delivered), ui.Count(left), perSecond(rate))
		line += eta(left, rate)
	}
	if i.Dead > 0 {
		line += fmt.Sprintf("  %s dead", ui.Count(i.Dead))
	}
	return line
}

func (g *gauge) pace(what string, n int64, after time.Duration) float64 {
	if g.paces[what] == nil {
		g.paces[what] = &pace{}
	}
	return g.paces[what].at(n, after)
}

// pace is how fast a count grows, by the recent past rather than the average.
type pace struct {
	n    int64
	when time.Duration
	rate float64 // a second
	seen bool
}

// paceMemory is the time over which a change of pace is smoothed.
const paceMemory = 3 * time.Second

// at notes the count at a time, and returns the pace.
func (p *pace) at(n int64, when time.Duration) float64 {
	span := when - p.when
	if span <= 0 {
		return p.rate
	}
	now := float64(n-p.n) / span.Seconds()
	weight := min(1, float64(span)/float64(paceMemory))
	if !p.seen {
		weight = 1
	}
	p.rate = p.rate*(1-weight) + now*weight
	p.n, p.when, p.seen = n, when, true
	return p.rate
}

func perSecond(rate float64) string {
	if rate > 0 && rate < 9.95 {
		return fmt.Sprintf("%.1f/s", rate)
	}
	return ui.Count(int64(rate+0.5)) + "/s"
}

// eta is how long what is left takes, when that can be said.
func eta(left int64, rate float64) string {
	if rate < 0.05 || left <= 0 || float64(left)/rate > (99*time.Hour).Seconds() {
		return ""
	}
	return "  " + ui.Duration(time.Duration(float64(left)/rate*float64(time.Second)).Round(time.Second)) + " left"
}
