package dispatch

import (
	"sync/atomic"
	"time"
)

// Accepting pauses once every lane that delivers is this far behind, so that a
// fast pipe does not become a backlog on disk, which costs twice as much CPU to
// deliver. It never waits for a lane that waits itself, and for slow ones only
// a little: what has been accepted cannot be lost.
const (
	paceBehind = 4 << 20                // bytes; the others may be four times as far before they must read
	paceMin    = 20 * time.Millisecond  // for each MiB put, whatever the lanes do
	paceMore   = 150 * time.Millisecond // for each MiB that a lane has delivered meanwhile: from 7 MB/s on it is waited for
	paceMost   = time.Second            // is saved up
)

// pacer is how long accepting may still pause. Only the committer uses it, but
// for passed.
type pacer struct {
	passed atomic.Int64 // bytes that left the queue, of all lanes
	seen   int64        // of them, when it last paused
	credit time.Duration
}

// earn adds what the lanes have earned since the last time.
func (p *pacer) earn(lanes int) {
	passed := p.passed.Load()
	if lanes > 0 {
		p.credit = min(p.credit+perMiB(paceMore, int(passed-p.seen)/lanes), paceMost)
	}
	p.seen = passed
}

func perMiB(d time.Duration, bytes int) time.Duration {
	return time.Duration(float64(d) * float64(bytes) / (1 << 20))
}

// pace pauses the committer after so many bytes were put.
func (r *run) pace(bytes int) {
	p := &r.pacer
	free := perMiB(paceMin, bytes)
	for last := time.Now(); ; {
		lanes := r.flowing()
		p.earn(len(lanes))
		if r.hot.behind(lanes) < paceBehind || free+p.credit <= 0 || r.ctx.Err() != nil {
			return
		}
		time.Sleep(min(free+p.credit, time.Millisecond))
		now := time.Now()
		if free -= now.Sub(last); free < 0 {
			p.credit, free = max(p.credit+free, 0), 0
		}
		last = now
	}
}

// flowing lists the lanes whose last request succeeded.
func (r *run) flowing() []string {
	var names []string
	r.each(func(l *lane) {
		if l.flows.Load() {
			names = append(names, l.name)
		}
	})
	return names
}
