package trigger

import (
	"bytes"
	"strconv"
)

// ahead is how far the time of an event may lie behind its arrival: clocks
// differ. What is dated later than that is dated wrongly, and would move the
// window away from every other event.
const ahead = 5 * 60 // seconds

// time is when the event happened, in Unix seconds: the request_time of a hit, an
// attack or an incident, else its arrival. wrong: it has a time that cannot be.
func (v *view) time(arrival int64) (at int64, wrong bool) {
	switch v.class {
	case hitObject, attackObject, incidentObject:
	default:
		return arrival, false
	}
	said := v.object[requestTimeMember]
	if len(said) == 0 || text(said) == nil || said[0] == '"' {
		return arrival, false
	}
	whole, _, fraction := bytes.Cut(said, []byte("."))
	at, err := strconv.ParseInt(string(whole), 10, 64)
	if err != nil || fraction && bytes.ContainsAny(said, "eE") {
		f, ferr := strconv.ParseFloat(string(said), 64)
		if ferr != nil || f > 1e15 {
			return arrival, true
		}
		at = int64(f)
	}
	if at <= 0 || at > arrival+ahead {
		return arrival, at > 0
	}
	return at, false
}
