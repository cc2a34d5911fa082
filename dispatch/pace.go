package dispatch

import "time"

// Accepting pauses a little once every lane that delivers is this far behind,
// so that a fast pipe does not become a backlog on disk; it never waits for a
// lane that waits itself.
const (
	paceBehind = 8 << 20               // bytes
	paceMax    = 20 * time.Millisecond // for each MiB put
)

// pace pauses the committer after so many bytes were put.
func (r *run) pace(bytes int) {
	limit := time.Duration(float64(paceMax) * float64(bytes) / (1 << 20))
	for end := time.Now().Add(limit); ; {
		if r.hot.behind(r.flowing()) < paceBehind {
			return
		}
		left := time.Until(end)
		if left <= 0 || r.ctx.Err() != nil {
			return
		}
		t := time.NewTimer(min(left, time.Millisecond))
		<-t.C
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
