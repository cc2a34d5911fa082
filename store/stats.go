package store

import "time"

// SlotWidth is the width of a statistics slot; slots older than SlotDetail are
// merged into days.
const (
	SlotWidth  = 5 * time.Minute
	SlotDetail = 48 * time.Hour
)

// HistoryMax is how many attempts of a lane are kept at most.
const HistoryMax = 10_000

// Attempt is one HTTP request for one batch, as history keeps it.
type Attempt struct {
	At      time.Time     `json:"at"` // when it ended
	Key     string        `json:"key"`
	First   uint64        `json:"first"`
	Last    uint64        `json:"last"`
	Events  int           `json:"events"`
	Bytes   int64         `json:"bytes"`
	Number  int           `json:"number"` // 1 for the first
	Status  int           `json:"status,omitempty"`
	Latency time.Duration `json:"latency"`
	Error   string        `json:"error,omitempty"`  // redacted
	Answer  string        `json:"answer,omitempty"` // redacted start of the body
	Outcome string        `json:"outcome"`          // delivered, retry, halved, aside, dead
}

// Delivered is the outcome of an attempt that succeeded.
const Delivered = "delivered"

// LatencyBounds are the upper bounds of the latency histogram of a [Slot]; the
// last bucket has none.
var LatencyBounds = [...]time.Duration{
	5 * time.Millisecond, 10 * time.Millisecond, 25 * time.Millisecond,
	50 * time.Millisecond, 100 * time.Millisecond, 250 * time.Millisecond,
	500 * time.Millisecond, time.Second, 2500 * time.Millisecond,
	5 * time.Second, 15 * time.Second,
}

// Slot is the statistics of a lane over a span of time.
type Slot struct {
	Start    time.Time     `json:"start"`
	Width    time.Duration `json:"width"` // SlotWidth, or a day
	Requests int64         `json:"requests"`
	Failures int64         `json:"failures"`
	Events   int64         `json:"events"` // delivered
	Bytes    int64         `json:"bytes"`  // delivered
	Dead     int64         `json:"dead"`   // events given up

	Latency [len(LatencyBounds) + 1]int64 `json:"latency"` // requests by latency
	Took    time.Duration                 `json:"took"`    // sum of all latencies
}

// Add counts an attempt.
func (s *Slot) Add(a Attempt) {
	s.Requests++
	if a.Outcome == Delivered {
		s.Events += int64(a.Events)
		s.Bytes += a.Bytes
	} else {
		s.Failures++
	}
	if a.Outcome == "dead" {
		s.Dead += int64(a.Events)
	}
	i := 0
	for i < len(LatencyBounds) && a.Latency > LatencyBounds[i] {
		i++
	}
	s.Latency[i]++
	s.Took += a.Latency
}

// Merge adds another slot to this one; Start and Width stay.
func (s *Slot) Merge(o Slot) {
	s.Requests += o.Requests
	s.Failures += o.Failures
	s.Events += o.Events
	s.Bytes += o.Bytes
	s.Dead += o.Dead
	for i := range s.Latency {
		s.Latency[i] += o.Latency[i]
	}
	s.Took += o.Took
}
