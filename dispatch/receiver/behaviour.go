package receiver

import (
	"fmt"
	"slices"
	"time"
)

// Behaviour is how a receiver answers. The zero Behaviour stores every event
// and answers 200.
type Behaviour struct {
	Status     int           // of the answer; default 200; an event is stored with 2xx
	Body       string        // of the answer; default "ok" or a reason
	RetryAfter string        // header Retry-After
	Location   string        // header Location
	Delay      time.Duration // before the answer
	MaxBody    int64         // larger bodies are refused with 413, unread; 0: none are

	Poison       string // a request with an event that contains this text is refused
	PoisonStatus int    // with this status; default 400

	Fault Fault

	// For and Times end the behaviour: what applied before it does again after
	// so long, or after so many requests. Neither: it stays.
	For   time.Duration
	Times int
}

// Fault is what goes wrong below HTTP.
type Fault string

// The faults.
const (
	NoFault Fault = ""
	Reset   Fault = "reset"   // the header is read, then the connection is reset
	Drop    Fault = "drop"    // the request is read and stored, then the connection closed
	Hang    Fault = "hang"    // the request is read, never answered
	Drip    Fault = "drip"    // stored; the answer comes a byte every 100 ms
	Cut     Fault = "cut"     // stored; the answer ends in the middle of its body
	Garbage Fault = "garbage" // read; the answer is not HTTP
)

// ParseFault reads the name of a fault.
func ParseFault(s string) (Fault, error) {
	if f := Fault(s); slices.Contains([]Fault{NoFault, Reset, Drop, Hang, Drip, Cut, Garbage}, f) {
		return f, nil
	}
	return NoFault, fmt.Errorf("unknown fault %q: reset, drop, hang, drip, cut or garbage", s)
}

// manners are the behaviour that stays, and one that ends.
type manners struct {
	usual   Behaviour
	passing *Behaviour
	until   time.Time // of passing; zero: no end by time
	left    int       // requests of passing; 0: no end by number
}

func (m *manners) set(b Behaviour, now time.Time) {
	if b.For <= 0 && b.Times <= 0 {
		*m = manners{usual: b}
		return
	}
	m.passing, m.until, m.left = &b, time.Time{}, max(b.Times, 0)
	if b.For > 0 {
		m.until = now.Add(b.For)
	}
}

// next is the behaviour towards the next request.
func (m *manners) next(now time.Time) Behaviour {
	if m.passing == nil {
		return m.usual
	}
	if !m.until.IsZero() && !now.Before(m.until) {
		m.passing = nil
		return m.usual
	}
	b := *m.passing
	if m.left > 0 {
		if m.left--; m.left == 0 {
			m.passing = nil
		}
	}
	return b
}

// Behave changes how the receiver answers from the next request on.
func (r *Receiver) Behave(b Behaviour) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.manners.set(b, time.Now())
}
