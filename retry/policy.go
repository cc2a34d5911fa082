package retry

import (
	"errors"
	"fmt"
	"time"
)

// ErrPolicy is wrapped by the errors of [Policy.Validate].
var ErrPolicy = errors.New("senseless limit for automatic disable")

// Slot is the width of a slot of the failure window.
const Slot = 5 * time.Minute

// Policy says when an integration has failed too often.
type Policy struct {
	Percent     int           // of the requests, 1 to 100
	Window      time.Duration // trailing, 5 minutes to 7 days; it is made of whole slots, so rounded up
	MinRequests int64         // below this nothing is decided
}

// Validate refuses what cannot be decided by.
func (p Policy) Validate() error {
	switch {
	case p.Percent < 1 || p.Percent > 100:
		return fmt.Errorf("%w: %d percent, want 1 to 100", ErrPolicy, p.Percent)
	case p.Window < Slot || p.Window > 7*24*time.Hour:
		return fmt.Errorf("%w: window %s, want 5m to 7d", ErrPolicy, p.Window)
	case p.MinRequests < 1:
		return fmt.Errorf("%w: at least %d requests, want 1 or more", ErrPolicy, p.MinRequests)
	}
	return nil
}

// Trips reports whether so many failures of so many requests reach the limit:
// exactly the percentage does.
func (p Policy) Trips(requests, failures int64) bool {
	return requests >= p.MinRequests && failures*100 >= int64(p.Percent)*requests
}

// SlotOf is the start, in Unix seconds, of the slot of a time.
func SlotOf(t time.Time) int64 {
	const width = int64(Slot / time.Second)
	s := t.Unix()
	return s - (s%width+width)%width
}

// Inside reports whether a slot (its start in Unix seconds) belongs to the
// window that ends now. A slot of the future does, up to one window ahead: the
// clock went back, and its requests are not forgotten.
func (p Policy) Inside(slot int64, now time.Time) bool {
	end := SlotOf(now)
	width := int64(p.Window / time.Second)
	return slot > end-width && slot < end+width
}
