package dispatch

import (
	"context"
	"maps"
	"slices"
	"sync"

	"github.com/wnotify/wnotify/dispatch/intake"
	"github.com/wnotify/wnotify/store"
)

// Summary is what a run did.
type Summary struct {
	Read      int64 `json:"read"`
	Accepted  int64 `json:"accepted"`
	Rejected  int64 `json:"rejected"`
	Unrouted  int64 `json:"unrouted"`
	Skipped   int64 `json:"skipped"`
	Refused   int64 `json:"refused"`
	Generated int64 `json:"generated"`

	Integrations []LaneSummary `json:"integrations"`

	Rejects  []Rejected  `json:"-"` // the first ten
	Held     []HeldLane  `json:"-"` // lanes with events that nobody delivers
	Ends     []SourceEnd `json:"-"`
	problems []error
}

// LaneSummary is what a run did for one integration. Delivered and dead are
// this run's, its backlog included; queued is the whole queue at the end.
type LaneSummary struct {
	Name      string `json:"name"`
	Accepted  int64  `json:"accepted"`
	Refused   int64  `json:"refused"`
	Delivered int64  `json:"delivered"`
	Dead      int64  `json:"dead"`
	Queued    int64  `json:"queued"`
}

// Rejected is an input that was no event.
type Rejected struct {
	Path  string
	Place intake.Place
	Err   error
}

// HeldLane is a lane that is disabled automatically and holds events.
type HeldLane struct {
	Name    string
	Events  int64
	Tripped store.Tripped
}

// SourceEnd says how a source ended.
type SourceEnd struct {
	Path   string
	Offset int64 // bytes read in all, decompressed
	Resume bool  // the source is a file with a cursor
	Tail   int64 // bytes of an incomplete event left for the next run
	Note   string
}

// maxShown is how many rejects, or dead letters of an integration, are told one
// by one.
const maxShown = 10

// Problems are what the exit code has to tell; see outcome.go.
func (s Summary) Problems() []error { return s.problems }

// Told is the summary of a run that told its problems as they came, because it
// went on for long: the counts are left.
func (s Summary) Told() Summary {
	s.Rejects, s.Held, s.problems = nil, nil, nil
	return s
}

// tally counts while a run runs.
type tally struct {
	mu      sync.Mutex
	s       Summary
	lanes   map[string]*LaneSummary
	refused map[string]int64
	tripped []string
	local   map[string]error
	stopped bool
	unkept  int64 // rejects for which there was no room
	offsets map[string]int64
	d       *Dispatcher
}

func newTally(d *Dispatcher) *tally {
	return &tally{d: d, lanes: map[string]*LaneSummary{}, refused: map[string]int64{}, local: map[string]error{}, offsets: map[string]int64{}}
}

// lane says that an integration is part of what the run did.
func (t *tally) lane(name string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.get(name)
}

func (t *tally) get(name string) *LaneSummary {
	if t.lanes[name] == nil {
		t.lanes[name] = &LaneSummary{Name: name}
	}
	return t.lanes[name]
}

// accept counts what a commit took.
func (t *tally) accept(p plan, r store.Receipt) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, c := range p.chunks {
		t.s.Read += c.counts.read
		t.s.Rejected += c.counts.rejected
		t.s.Unrouted += c.counts.unrouted
		t.s.Skipped += c.counts.skipped
	}
	if !r.Repeated {
		t.unkept += int64(len(p.change.Rejects) - r.Rejects)
	}
	t.s.Accepted += p.events
	t.s.Refused += p.untaken
	for name, n := range p.taken {
		t.get(name).Accepted += n
	}
	for name, n := range p.refused {
		t.get(name).Refused += n
		t.refused[name] += n
	}
}

// refuse counts an event of a file that nobody could take; the file stays
// before it.
func (t *tally) refuse(p plan) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for name, n := range p.refused {
		t.get(name).Refused += n
		t.refused[name] += n
	}
	t.s.Refused += p.untaken
	t.s.Read += p.untaken
}

// reject notes an input that was no event; true: it is one of the first, which
// are told one by one.
func (t *tally) reject(path string, at intake.Place, err error) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	shown := len(t.s.Rejects) < maxShown
	if shown {
		t.s.Rejects = append(t.s.Rejects, Rejected{path, at, err})
	}
	return shown
}

// stop notes the input that ended the reading.
func (t *tally) stop(path string, at intake.Place, err error) {
	t.reject(path, at, err)
	t.mu.Lock()
	defer t.mu.Unlock()
	t.stopped = true
}

func (t *tally) unreadable(err *UnreadableError) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.s.problems = append(t.s.problems, err)
}

func (t *tally) end(e SourceEnd) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.s.Ends = append(t.s.Ends, e)
}

func (t *tally) delivered(name string, events int64) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.get(name).Delivered += events
}

func (t *tally) dropped(name string, events int64) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.get(name).Dead += events
}

func (t *tally) trip(name string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.tripped = append(t.tripped, name)
}

func (t *tally) hold(name string, err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.local[name] = err
}

func (t *tally) release(name string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.local, name)
}

func (t *tally) generate(events int64) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.s.Generated += events
}

// summary closes the books.
func (t *tally) summary(ctx context.Context) (Summary, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	s := t.s
	dead := map[string]int64{}
	for _, name := range slices.Sorted(maps.Keys(t.lanes)) {
		line := t.lanes[name]
		lane, err := t.d.Store.Lane(ctx, name)
		if err != nil {
			return s, err
		}
		line.Queued = lane.Events
		if line.Dead > 0 {
			dead[name] = line.Dead
		}
		_, known := t.d.Settings().Integration(name) // nothing can enable an orphan
		if known && lane.Record.Tripped != nil && lane.Events > 0 && !slices.Contains(t.tripped, name) {
			s.Held = append(s.Held, HeldLane{name, lane.Events, *lane.Record.Tripped})
		}
		s.Integrations = append(s.Integrations, *line)
	}
	if s.Rejected > 0 {
		s.problems = append(s.problems, &InvalidError{Rejected: s.Rejected, Unkept: t.unkept, Stopped: t.stopped})
	}
	if len(dead) > 0 || len(t.tripped) > 0 {
		s.problems = append(s.problems, &GaveUpError{Dead: dead, Tripped: t.tripped})
	}
	if len(t.refused) > 0 {
		s.problems = append(s.problems, &RefusedError{Refused: t.refused, Untaken: s.Refused})
	}
	for _, name := range slices.Sorted(maps.Keys(t.local)) {
		s.problems = append(s.problems, &LocalError{Integration: name, Err: t.local[name]})
	}
	return s, nil
}

func sorted[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
