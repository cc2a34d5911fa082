package trigger

import (
	"sync/atomic"
	"time"

	"github.com/wnotify/wnotify/dispatch/event"
	"github.com/wnotify/wnotify/store"
)

// Counter counts events for rules. Who reads events calls [Counter.Wants] and
// [Counter.Note]; who commits them calls [Counter.Count] with the notes of the
// events of a change, puts the riders and the alerts into the same change, and
// says what became of it with [Counter.Committed] or [Counter.Forget]. The two
// may be two goroutines; each method belongs to one of them, Use to the first.
type Counter struct {
	load   func(key string) (store.Rider, error)
	active atomic.Pointer[matcher]
	reader reader // of Note

	states  map[string]*state // by name of the rule
	counted *matcher          // that the states were counted with
	pending []*state          // counted, and not committed yet
	losses  []Loss
}

// NewCounter counts for those of the rules that are enabled; they should have no
// [Rule.Problems]. The function reads a rider; without a store, see [NewTrial].
func NewCounter(rules []Rule, load func(key string) (store.Rider, error)) *Counter {
	c := &Counter{load: load, states: map[string]*state{}}
	c.Use(rules)
	return c
}

// Use takes up other rules. Notes taken before stay good: those of a rule that
// counts something else now, or is gone, are left out of the count.
func (c *Counter) Use(rules []Rule) { c.active.Store(compile(rules)) }

// Wants reports whether any rule looks at events of a kind, nil for a type that
// the catalogue does not know. It takes a few nanoseconds.
func (c *Counter) Wants(k *event.Kind) bool { return c.active.Load().wants(k) }

// Note appends to dst what the rules need of an event that they match, condition
// and filters. It is called once for each event, routed or not, except for
// rejects, skipped ones and replays. The event need not be kept.
func (c *Counter) Note(dst []Note, e *event.Event, arrival time.Time) []Note {
	m := c.active.Load()
	if e.Skip || !m.wants(e.Kind) {
		return dst
	}
	return c.reader.note(dst, m, e, arrival)
}

// Count adds notes, in order, to what was committed. The riders belong into the
// change that stores the events, and are nil when nothing has to be written; the
// alerts are those that it has to queue. Nothing is decided before Committed:
// Count may be called again, also with other notes, and begins again from what
// is on disk. An error is one of load, or a *store.CorruptError.
func (c *Counter) Count(notes []Note) (riders []store.Rider, alerts []Alert, err error) {
	c.drop()
	for i := range notes {
		s, err := c.state(&notes[i])
		if err != nil {
			return nil, nil, err
		}
		if s == nil {
			continue
		}
		if !s.pending {
			s.pending = true
			c.pending = append(c.pending, s)
		}
		a, err := s.apply(&notes[i])
		if err != nil {
			return nil, nil, err
		}
		if a != nil {
			alerts = append(alerts, *a)
		}
	}
	for _, s := range c.pending {
		list, err := s.riders()
		if err != nil {
			return nil, nil, err
		}
		riders = append(riders, list...)
	}
	return riders, alerts, nil
}

// state is that of the rule of a note; nil when it is not to be counted.
func (c *Counter) state(n *Note) (*state, error) {
	if m := c.active.Load(); m != c.counted {
		for name, s := range c.states {
			if now := m.byName[name]; now == nil || now.print != s.rule.print {
				delete(c.states, name)
			} else {
				s.rule = now // its integrations may be others
			}
		}
		c.counted = m
	}
	now := c.counted.byName[n.rule.Name]
	if now == nil || now.print != n.rule.print {
		return nil, nil
	}
	if s := c.states[n.rule.Name]; s != nil {
		return s, nil
	}
	s, err := open(now, shelf{name: now.Name, load: c.load})
	if err != nil {
		return nil, err
	}
	c.states[n.rule.Name] = s
	return s, nil
}

// Committed says that the change with the riders of the last Count is on disk.
// When the store says that it was repeated, Forget is the right call: what is on
// disk may have been counted by somebody else since.
func (c *Counter) Committed() {
	for _, s := range c.pending {
		if lost := s.table.lost; lost > 0 {
			c.losses = append(c.losses, Loss{Trigger: s.rule.Name, Condition: s.rule.Condition, Entries: lost})
		}
		s.committed()
	}
	c.pending = nil
}

// Forget drops everything that was read: after a conflict, another process has
// counted on. Count then reads and computes again, so that of two processes one
// fires.
func (c *Counter) Forget() {
	clear(c.states)
	c.pending = nil
}

// drop forgets what was counted and not committed.
func (c *Counter) drop() {
	for _, s := range c.pending {
		delete(c.states, s.rule.Name)
	}
	c.pending = nil
}

// Loss says that a rule has more to remember than it may: the least recent
// addresses, or attacks, went, although they were still in the window. Their
// payloads count from 0 again; their next hits are new attacks.
type Loss struct {
	Trigger   string
	Condition string // payloads: addresses were lost; attacks: attacks
	Entries   int
}

// Losses returns what was lost by committed counts since it was last asked.
func (c *Counter) Losses() []Loss {
	list := c.losses
	c.losses = nil
	return list
}
