package dispatch

import (
	"maps"
	"slices"
	"time"

	"github.com/wnotify/wnotify/dispatch/payload"
	"github.com/wnotify/wnotify/dispatch/trigger"
	"github.com/wnotify/wnotify/store"
)

// plan is a change with what has to be known when it is done.
type plan struct {
	change  store.Change
	chunks  []*chunk
	groups  [][]group
	taken   map[string]int64 // events by lane
	refused map[string]int64 // events by lane
	events  int64            // taken by anybody
	untaken int64            // wanted by somebody, taken by nobody
	cursors int              // of the riders, the first so many
	alerts  []trigger.Alert  // that these events set off
	file    bool             // comes from a file with a cursor
}

// plan makes the change for chunks. Lanes in room take events only while they
// fit, and none after the first that does not.
func (q *committer) plan(chunks []*chunk, room map[string]int64) plan {
	p := plan{chunks: chunks, taken: map[string]int64{}, refused: map[string]int64{}}
	p.change.ID = chunks[0].id + "+" + chunks[len(chunks)-1].id
	limits := q.Settings().Queue
	p.change.RejectsCap = limits.MaxRejects
	left := map[string]int64{}
	maps.Copy(left, room)
	now := time.Now()
	riders := &chunk{}
	for _, c := range chunks {
		takers := make([]bool, len(c.ends))
		var take func(lane, i int, size int64) bool
		if room != nil {
			take = func(lane, i int, size int64) bool {
				name := c.router.lanes[lane].Name
				if n, limited := left[name]; limited {
					if n < size {
						left[name] = -1 // nothing after it either: order is kept
						p.refused[name]++
						return false
					}
					left[name] = n - size
				}
				takers[i] = true
				return true
			}
		}
		groups := c.groups(take)
		p.groups = append(p.groups, groups)
		p.change.Blocks = append(p.change.Blocks, c.storeBlocks(groups, limits.MaxBytes, now)...)
		for _, g := range groups {
			for _, lane := range g.lanes {
				p.taken[c.router.lanes[lane].Name] += int64(g.count())
			}
		}
		for _, t := range takers {
			if room == nil || t {
				p.events++
			} else {
				p.untaken++
			}
		}
		for _, r := range c.riders {
			riders.ride(r)
			p.file = true
		}
		p.change.Rejects = append(p.change.Rejects, c.rejects...)
	}
	for i, r := range riders.riders {
		if rev, ok := q.revs[r.Key]; ok {
			riders.riders[i].Revision = rev
		}
	}
	p.change.Riders, p.cursors = riders.riders, len(riders.riders)
	return p
}

// turn makes arrays' parts of the blocks that no lane wants as lines.
// The store has them by then, and no lane has seen them yet.
func (p *plan) turn() {
	for at, groups := range p.groups {
		for _, g := range groups {
			lines := func(lane int) bool { return p.chunks[at].router.lanes[lane].Format == payload.NDJSON }
			if !slices.ContainsFunc(g.lanes, lines) {
				g.turn(',')
			}
		}
	}
}
