package dispatch

import "time"

// Accepting pauses once every lane that delivers is this far behind, so that a
// fast pipe does not become a backlog on disk, which costs twice as much CPU to
// deliver. It also pauses for a lane that nearly keeps step with the fastest but
// would soon have to read from disk. It never waits for a lane that waits itself,
// and for slow ones only a little: what has been accepted cannot be lost.
const (
	paceBehind = 4 << 20                // bytes
	paceFar    = 8 << 20                // bytes, of a lane that is not the fastest
	paceMin    = 20 * time.Millisecond  // for each MiB put, whatever the lanes do
	paceMore   = 150 * time.Millisecond // for each MiB that a lane has delivered meanwhile: from 7 MB/s on it is waited for
	paceMost   = time.Second            // is saved up
)

// pacer is how long accepting may still pause. Only the committer uses it.
type pacer struct {
	seen   int64 // bytes that had left the queue, of all lanes, when it last paused
	credit time.Duration
}

// earn adds what the lanes have earned since the last time.
func (p *pacer) earn(passed int64, lanes int) {
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
		p.earn(r.passed(), len(lanes))
		if !r.late(lanes) || free+p.credit <= 0 || r.ctx.Err() != nil {
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

// passed is how many bytes left the queue in this run, of all lanes.
func (r *run) passed() (bytes int64) {
	r.each(func(l *lane) { bytes += l.passed.Load() })
	return bytes
}

// late reports whether accepting is too far ahead of the lanes.
func (r *run) late(lanes []*lane) bool {
	var most int64
	for _, l := range lanes {
		most = max(most, l.passed.Load())
	}
	keepsUp := len(lanes) == 0
	for _, l := range lanes {
		behind := r.hot.behind(l.name)
		if behind > paceFar && l.passed.Load() >= most/4*3 {
			return true
		}
		keepsUp = keepsUp || behind < paceBehind
	}
	return !keepsUp
}

// flowing lists the lanes whose last request succeeded.
func (r *run) flowing() []*lane {
	var lanes []*lane
	r.each(func(l *lane) {
		if l.flows.Load() {
			lanes = append(lanes, l)
		}
	})
	return lanes
}
