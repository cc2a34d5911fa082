package dispatch

import (
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/wnotify/wnotify/store"
)

// Hosts share the work by integration: a run that stays tells the others which
// lanes it leads and which it waits for, all of them compute the same plan of
// who should lead what, and who leads a lane of somebody else gives it up. A run
// that is alone, or does not stay, waits for nobody.

// How often runs tell each other, and how long an answer may take.
const (
	meetEvery = time.Second
	meetFor   = 2 * time.Second
)

// assign says which run should lead each lane. Whoever leads one keeps it, unless
// somebody who waits for it leads two lanes less: then it moves to whom has
// least. The peers come in the order in which they spoke. Equal views lead to
// equal plans, and a plan that was carried out is not changed again.
func assign(peers []store.Peer) map[string]string {
	plan, load, asking := map[string]string{}, map[string]int{}, map[string][]string{}
	for _, p := range peers {
		for _, lane := range p.Leads {
			load[plan[lane]]-- // who said so before has given it up since
			plan[lane] = p.Run
			load[p.Run]++
		}
	}
	for _, p := range slices.SortedFunc(slices.Values(peers), func(a, b store.Peer) int { return strings.Compare(a.Run, b.Run) }) {
		for _, lane := range p.Asks {
			asking[lane] = append(asking[lane], p.Run)
		}
	}
	lanes := slices.Sorted(maps.Keys(asking))
	for _, lane := range lanes {
		if _, led := plan[lane]; !led {
			least := slices.MinFunc(asking[lane], func(a, b string) int { return load[a] - load[b] })
			plan[lane] = least
			load[least]++
		}
	}
	for {
		most, move, to := 1, "", ""
		for _, lane := range lanes {
			for _, run := range asking[lane] {
				if more := load[plan[lane]] - load[run]; more > most {
					most, move, to = more, lane, run
				}
			}
		}
		if move == "" {
			return plan
		}
		load[plan[move]]--
		load[to]++
		plan[move] = to
	}
}

// meet tells the others what this run leads and waits for, and makes the plan.
// Without an answer there is none: then who finds a lane free takes it. A run
// that follows asks for what it hears of, also where nothing is queued.
func (r *run) meet() {
	shared, many := r.Store.(store.Shared)
	if !many || !r.feeds {
		return
	}
	own := store.Peer{Run: r.id}
	there := r.staying() && r.ctx.Err() == nil
	if there {
		own.Leads, own.Asks = r.served()
	} else {
		r.plan.Store(nil)
	}
	says := len(own.Leads)+len(own.Asks) > 0
	if !says && !r.met && !(there && r.follows) {
		return
	}
	r.met = says
	ctx, cancel := context.WithTimeout(r.hard, meetFor)
	defer cancel()
	peers, err := shared.Meet(ctx, own)
	if err != nil || !there {
		r.plan.Store(nil)
		return
	}
	plan := assign(peers)
	r.plan.Store(&plan)
	for name, run := range plan {
		switch {
		case r.serves(name):
			if run != r.id {
				r.lane(name).wake()
			}
		case r.follows && r.wants(name):
			if l := r.lane(name); !l.unfit.Load() {
				r.start(l)
			}
		}
	}
}

// wants reports whether this run may deliver a lane that others put events into.
func (r *run) wants(name string) bool {
	return r.deliverable(name) && (len(r.names) == 0 || contains(r.names, name))
}

// served are the lanes that this run leads and those it waits for.
func (r *run) served() (leads, asks []string) {
	r.each(func(l *lane) {
		switch {
		case l.unfit.Load():
		case l.leads.Load():
			leads = append(leads, l.name)
		case l.serving:
			asks = append(asks, l.name)
		}
	})
	return leads, asks
}

// anothers reports whether the lane is somebody else's by the plan. A run that
// does not stay has no time for plans.
func (l *lane) anothers() bool {
	plan := l.plan.Load()
	if plan == nil || !l.staying() {
		return false
	}
	run, ok := (*plan)[l.name]
	return ok && run != l.id
}

// take takes the lane, unless it is somebody else's.
func (l *lane) take(ctx context.Context) (store.Lease, error) {
	if l.anothers() {
		return nil, store.ErrBusy
	}
	lease, err := l.Store.Lead(ctx, l.name)
	if err != nil && ctx.Err() != nil {
		return nil, store.ErrBusy // that it was told to stop is no failure
	}
	return lease, err
}

// leaderLives reports whether who leads the lane has said so since this run first
// asked: the promise of a host that died is worth nothing, so who relies on it
// stays until it is renewed, or can be taken over.
func (l *lane) leaderLives(ctx context.Context, s store.Shared) (bool, error) {
	now, err := s.Renewed(ctx, l.name)
	if err != nil {
		return false, err
	}
	if l.heard == 0 {
		l.heard = now
	}
	return now != 0 && now != l.heard, nil
}
