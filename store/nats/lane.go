package nats

import (
	"encoding/json"
	"math"
	"slices"
	"time"

	"github.com/wnotify/wnotify/store"
)

// lane is the state of a lane, one value: whoever changes anything about a lane
// replaces it. Its references are those of the oldest events (head), pages of
// references in between, and the newest (tail).
type lane struct {
	Inc       string          `json:"inc"` // this life of the lane
	Next      uint64          `json:"next"`
	Put       int64           `json:"put"` // events ever put, and their bytes
	PutBytes  int64           `json:"put_bytes"`
	Dead      int64           `json:"dead,omitempty"`
	DeadBytes int64           `json:"dead_bytes,omitempty"`
	Revision  uint64          `json:"revision,omitempty"`
	Record    json.RawMessage `json:"record,omitempty"`
	ID        string          `json:"id,omitempty"`         // of the record
	Promise   bool            `json:"promise,omitempty"`    // of the record
	GoneBytes int64           `json:"gone_bytes,omitempty"` // of the record
	Attempts  uint64          `json:"attempts,omitempty"`   // ever
	Newest    int64           `json:"newest,omitempty"`     // attempt of the last settle, Unix time in nanoseconds
	Cuts      []cut           `json:"cuts,omitempty"`       // of history
	Pages     []page          `json:"pages,omitempty"`
	Garbage   []string        `json:"garbage,omitempty"` // shared segments that this lane is done with
	Head      []byte          `json:"head,omitempty"`
	Tail      []byte          `json:"tail,omitempty"`

	head, tail []ref
}

// page is a row of references that has a value of its own.
type page struct {
	ID       string `json:"id"`
	First    uint64 `json:"f"`
	Last     uint64 `json:"l"`
	Put      int64  `json:"p"`
	FirstSeg string `json:"a"`
	LastSeg  string `json:"z"`

	fresh []ref // of a page that is not written yet
}

// pageRefs is how many references a page has. With it a lane of a million
// blocks has a state of some 300 kB, one of a thousand some 10 kB.
const pageRefs = 256

func newLane() *lane { return &lane{Inc: uid(), Next: 1} }

func decodeLane(name string, b []byte) (*lane, error) {
	l := new(lane)
	err := json.Unmarshal(b, l)
	if err == nil {
		l.head, err = decodeRefs(l.Head)
	}
	if err == nil {
		l.tail, err = decodeRefs(l.Tail)
	}
	if err != nil {
		return nil, &store.CorruptError{What: "state", Lane: name}
	}
	return l, nil
}

// encode needs the names of all segments.
func (l *lane) encode() ([]byte, error) {
	l.Head, l.Tail = encodeRefs(l.head), encodeRefs(l.tail)
	return json.Marshal(l)
}

// clone is a copy that can be changed.
func (l *lane) clone() *lane {
	c := *l
	c.Pages = slices.Clone(l.Pages)
	c.Garbage = slices.Clone(l.Garbage)
	c.Cuts = slices.Clone(l.Cuts)
	c.head = slices.Clip(l.head)
	return &c
}

func (l *lane) bytes() int64 { return max(0, l.PutBytes-l.GoneBytes) }

// turn moves full pages out of the tail.
func (l *lane) turn() {
	for len(l.tail) > 2*pageRefs {
		l.Pages = append(l.Pages, newPage(l.tail[:pageRefs:pageRefs]))
		l.tail = slices.Clone(l.tail[pageRefs:])
	}
}

func newPage(refs []ref) page {
	return page{ID: uid(), First: refs[0].first, Last: refs[len(refs)-1].last(), Put: refs[0].put, fresh: refs}
}

// oldest is the time of the first event; zero if there is none.
func (l *lane) oldest() time.Time {
	switch {
	case len(l.head) > 0:
		return timeOf(l.head[0].put)
	case len(l.Pages) > 0:
		return timeOf(l.Pages[0].Put)
	case len(l.tail) > 0:
		return timeOf(l.tail[0].put)
	default:
		return time.Time{}
	}
}

func (l *lane) record() (r store.Record, err error) {
	if l.Revision == 0 {
		return r, nil
	}
	err = json.Unmarshal(l.Record, &r)
	r.Revision = l.Revision
	return r, err
}

// describe is what the contract says of a lane.
func (l *lane) describe(name string) (store.Lane, error) {
	r, err := l.record()
	if err != nil {
		return store.Lane{}, &store.CorruptError{What: "record", Lane: name}
	}
	return store.Lane{
		Name: name, Record: r, Next: l.Next, Events: max(0, l.Put-r.Gone()), Bytes: l.bytes(), Oldest: l.oldest(),
		Dead: l.Dead, DeadBytes: l.DeadBytes,
	}, nil
}

// holds reports whether the lane may still refer to a segment in which it has
// the events of a span.
func (l *lane) holds(seg string, in store.Span) bool {
	has := func(r ref) bool { return r.seg.name == seg }
	return slices.ContainsFunc(l.head, has) || slices.ContainsFunc(l.tail, has) ||
		slices.ContainsFunc(l.Pages, func(p page) bool { return p.First <= in.Last && in.First <= p.Last })
}

func nanos(t time.Time) int64 {
	if t.IsZero() {
		return math.MinInt64
	}
	return t.UnixNano()
}

func timeOf(n int64) time.Time {
	if n == math.MinInt64 {
		return time.Time{}
	}
	return time.Unix(0, n).UTC()
}
