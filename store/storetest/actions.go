package storetest

import (
	"slices"
	"time"

	"pgregory.net/rapid"

	"github.com/wnotify/wnotify/store"
)

// put stores one to three blocks, sometimes under a cap, sometimes with riders.
func (m *machine) put(r *rapid.T) {
	var c store.Change
	for range rapid.IntRange(1, 3).Draw(r, "blocks") {
		c.Blocks = append(c.Blocks, m.block(r))
	}
	if rapid.IntRange(0, 3).Draw(r, "riders") == 0 {
		c.Riders = m.riders(r)
	}
	m.commit(r, c)
}

func (m *machine) block(r *rapid.T) store.Block {
	b := store.Block{Put: m.tick(r), Count: rapid.IntRange(1, 5).Draw(r, "events")}
	for _, lane := range laneNames {
		if rapid.Bool().Draw(r, lane) {
			b.Lanes = append(b.Lanes, store.Target{Lane: lane, Cap: rapid.SampledFrom([]int64{0, 0, 0, 60, 200}).Draw(r, "cap")})
		}
	}
	if len(b.Lanes) == 0 {
		b.Lanes = []store.Target{{Lane: rapid.SampledFrom(laneNames).Draw(r, "lane")}}
	}
	for range b.Count {
		b.Data = append(append(b.Data, m.next("event")...), '\n')
	}
	if rapid.IntRange(0, 5).Draw(r, "sealed") == 0 {
		b.Seal = &store.Seal{Key: m.next("key"), Format: "ndjson"}
	}
	return b
}

// ride changes riders: mostly from the current revision.
func (m *machine) ride(r *rapid.T) { m.commit(r, store.Change{Riders: m.riders(r)}) }

func (m *machine) riders(r *rapid.T) []store.Rider {
	var riders []store.Rider
	for _, key := range riderNames {
		if rapid.Bool().Draw(r, key) {
			continue
		}
		rider, err := m.model.Rider(m.ctx, key)
		if err != nil {
			r.Fatalf("reading a rider of the model: %v", err)
		}
		rider.Revision += rapid.SampledFrom([]uint64{0, 0, 0, 0, 0, 1}).Draw(r, "ahead")
		rider.Value = []byte(m.next("value"))
		if rapid.IntRange(0, 4).Draw(r, "removed") == 0 {
			rider.Value = nil
		}
		riders = append(riders, rider)
	}
	return riders
}

// settle moves a lane on: delivers, sets aside, drops, buries; sometimes from a
// stale revision.
func (m *machine) settle(r *rapid.T) {
	name := rapid.SampledFrom(laneNames).Draw(r, "lane")
	s, runs := m.computed(r, name)
	c := store.Change{}
	record := &s.Record
	lane, _ := m.model.Lane(m.ctx, name)
	record.Through = rapid.Uint64Range(record.Through, lane.Next-1).Draw(r, "through")
	record.Aside = slices.DeleteFunc(record.Aside, func(store.Piece) bool { return rapid.Bool().Draw(r, "aside done") })
	for _, run := range runs {
		last := run.First + uint64(run.Count) - 1
		if run.First <= record.Through && rapid.IntRange(0, 3).Draw(r, "aside") == 0 {
			n := rapid.Uint64Range(run.First, min(last, record.Through)).Draw(r, "event aside")
			record.Aside = append(record.Aside, store.Piece{First: n, Last: n, Events: 1, Key: m.next("key")})
		}
		if rapid.IntRange(0, 5).Draw(r, "drop") == 0 {
			first := rapid.Uint64Range(run.First, last).Draw(r, "from")
			s.Drop = append(s.Drop, store.Span{First: first, Last: rapid.Uint64Range(first, last+2).Draw(r, "to")})
		}
	}
	for range rapid.IntRange(0, 3).Draw(r, "attempts") {
		a := attempt(0, rapid.SampledFrom([]string{store.Delivered, "retry", "dead"}).Draw(r, "outcome"))
		a.At, a.Key, a.Latency = m.tick(r), m.next("key"), time.Duration(m.serial)*time.Millisecond
		s.Attempts = append(s.Attempts, a)
	}
	s.Retention = rapid.SampledFrom([]time.Duration{0, time.Hour, 40 * time.Hour}).Draw(r, "retention")
	leave(&s, runs)
	if rapid.IntRange(0, 7).Draw(r, "stale") == 0 {
		s.Revision++
	}
	c.Settles = []store.Settle{s}
	m.commit(r, c)
}

func (m *machine) computed(r *rapid.T, lane string) (store.Settle, []store.Run) {
	l, err := m.model.Lane(m.ctx, lane)
	if err != nil {
		r.Fatalf("describing a lane of the model: %v", err)
	}
	runs, err := m.model.Read(m.ctx, lane, 1, store.Limit{})
	if err != nil {
		r.Fatalf("reading the model: %v", err)
	}
	s := store.Settle{Lane: lane, Revision: l.Record.Revision, Record: l.Record}
	s.Record.ID = lane + "-id"
	s.Record.Promise = rapid.Bool().Draw(r, "promise")
	return s, runs
}

// name puts a block and names it in the same change, mostly rightly.
func (m *machine) name(r *rapid.T) {
	b := m.block(r)
	s, _ := m.computed(r, b.Lanes[0].Lane)
	l, _ := m.model.Lane(m.ctx, s.Lane)
	s.Next = l.Next + rapid.SampledFrom([]uint64{0, 0, 0, 1}).Draw(r, "wrong")
	s.Record.Pieces = []store.Piece{{First: s.Next, Last: s.Next, Events: 1, Key: m.next("key")}}
	m.commit(r, store.Change{Blocks: []store.Block{b}, Settles: []store.Settle{s}})
}

// letter adds, replaces or buries dead letters.
func (m *machine) letter(r *rapid.T) {
	l := letter(rapid.SampledFrom([]string{"d1", "d2", "d3", "d4"}).Draw(r, "id"), rapid.SampledFrom(laneNames).Draw(r, "lane"), 0)
	l.Died = m.tick(r)
	l.Data = []byte(m.next("dead") + "\n")
	if rapid.IntRange(0, 2).Draw(r, "bury") == 0 {
		m.commit(r, store.Change{Bury: []string{l.ID, "unknown"}})
		return
	}
	m.commit(r, store.Change{Letters: []store.Letter{l}})
}

// reject adds or forgets rejects. One that is there comes again as it was.
func (m *machine) reject(r *rapid.T) {
	id := m.next("reject")
	for old, err := range m.model.Rejects(m.ctx) {
		if err == nil && rapid.IntRange(0, 3).Draw(r, "take "+old.ID) == 0 {
			m.commit(r, store.Change{Forget: []string{old.ID}})
			return
		}
	}
	one := reject(id, 0, rapid.IntRange(1, 40).Draw(r, "size"))
	one.At = m.tick(r)
	m.commit(r, store.Change{Rejects: []store.Reject{one}, RejectsCap: rapid.SampledFrom([]int64{0, 50, 100}).Draw(r, "cap")})
}

func (m *machine) remove(r *rapid.T) {
	if rapid.IntRange(0, 3).Draw(r, "really") > 0 {
		r.Skip("lanes are seldom removed")
	}
	m.commit(r, store.Change{Remove: []string{rapid.SampledFrom(laneNames).Draw(r, "lane")}})
}

// repeat commits a change of the past again.
func (m *machine) repeat(r *rapid.T) {
	if len(m.past) == 0 {
		r.Skip("nothing to repeat")
	}
	m.commit(r, m.past[rapid.IntRange(0, len(m.past)-1).Draw(r, "change")])
}
