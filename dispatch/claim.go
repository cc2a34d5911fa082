package dispatch

import (
	"errors"
	"time"

	"github.com/wnotify/wnotify/store"
)

// A claim names the first batch of an idle lane in the same change that puts
// its events: a lone event then costs one commit before its first byte and one
// after, not two and one.

// claim is the record of an idle lane as it will be with its first batch.
type claim struct {
	lane   *lane
	batch  batch
	record store.Record
	settle store.Settle
}

// claims prepares the idle lanes among those that take blocks of the plan; they
// stay locked until [lane.claimed].
func (q *committer) claims(p *plan) []claim {
	if !q.feeds {
		return nil
	}
	var claims []claim
	seen := map[string]bool{}
	for ci, groups := range p.groups {
		for _, g := range groups {
			for _, at := range g.lanes {
				i := p.chunks[ci].router.lanes[at]
				if seen[i.Name] || !q.deliverable(i.Name) {
					continue
				}
				seen[i.Name] = true
				if c, ok := q.lane(i.Name).claim(g.block, i); ok {
					claims = append(claims, c)
					p.change.Settles = append(p.change.Settles, c.settle)
				}
			}
		}
	}
	return claims
}

// claim locks the lane if it is idle and names the first batch of a block that
// is about to be put there. On false the lane is not locked.
func (l *lane) claim(b *block, i Integration) (claim, bool) {
	l.idle.Lock()
	if !l.parked && !l.prelead() || l.view.Tripped != nil || len(l.view.Pieces)+len(l.view.Aside) > 0 || l.waiting() {
		l.idle.Unlock()
		return claim{}, false
	}
	install, err := l.Store.Install(l.hard)
	if err != nil {
		l.idle.Unlock()
		return claim{}, false // the commit, or the goroutine, meets the same
	}
	rec := clone(l.base)
	rec.Epoch, rec.Promise = l.epoch, true
	if rec.ID == "" {
		rec.ID = newID()
	}
	next := l.next.Load()
	rec.Through = next - 1 // what was between was dropped
	g := gather{limits: limits{events: i.BatchEvents, bytes: i.BatchBytes}}
	g.add(b, 0, next)
	c := claim{lane: l, batch: g.batch(install, rec.ID, string(i.Format), time.Now())}
	rec.Pieces = append(rec.Pieces, c.batch.piece)
	c.record = rec
	c.settle = store.Settle{Lane: l.name, Revision: l.base.Revision, Next: next, Record: rec}
	return c, true
}

// claimed unlocks the lane; err is what the commit returned.
func (c claim) claimed(err error) {
	l := c.lane
	if err == nil {
		c.record.Revision = l.base.Revision + 1
		l.base, l.view = c.record, c.record
		l.batches[c.batch.piece.Key] = c.batch
	} else {
		l.stale.Store(true)
	}
	l.idle.Unlock()
}

// prelead takes a lane that no goroutine serves yet, so that it can be claimed.
// It does not wait for anybody, and errors are left to the goroutine.
func (l *lane) prelead() bool {
	if l.asked || l.ctx.Err() != nil {
		return false
	}
	l.asked = true
	lease, err := l.Store.Lead(l.hard, l.name)
	if err != nil {
		return false
	}
	if err := l.load(l.hard); err != nil {
		_ = lease.Release()
		return false
	}
	l.lease, l.epoch, l.parked = lease, l.base.Epoch+1, true
	return true
}

// park makes an idle lane claimable while f waits.
func (l *lane) park(f func()) {
	l.idle.Lock()
	l.parked = true
	l.idle.Unlock()
	f()
	l.idle.Lock()
	l.parked = false
	l.idle.Unlock()
}

// claimFailed reports whether a change failed because of its claims.
func claimFailed(claims []claim, err error) bool {
	var conflict *store.ConflictError
	return len(claims) > 0 && errors.As(err, &conflict) && conflict.Lane != ""
}
