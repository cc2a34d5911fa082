package event

import (
	"strconv"
	"strings"
	"time"
)

// Crossing is a threshold that was exceeded.
type Crossing struct {
	Trigger   string // name of the trigger
	Condition string // attacks, hits, incidents or payloads; any other is told as attacks
	Address   string // whose payloads they are; "" for other conditions
	Count     int64  // what was counted
	MoreThan  int64  // what the trigger allows
	Per       time.Duration
	Clauses   []Clause
	From, To  time.Time // the window
}

// ThresholdAlert is the alert of a trigger that counts, on one line. Summary and
// description are published, the shape of the details is ours; condition and
// filters are written as Wallarm's API writes them.
func (a Account) ThresholdAlert(c Crossing) []byte {
	cond := conditionOf(c.Condition)
	if cond == nil || cond.counted == "" {
		cond = &conditions[0]
	}
	from, to := c.From.Unix(), c.To.Unix()
	return a.write(cond.kind, struct {
		Trigger   string   `json:"trigger_name"`
		Condition string   `json:"condition"`
		Address   string   `json:"ip,omitempty"`
		Count     int64    `json:"count"`
		Threshold int64    `json:"threshold"`
		Period    int64    `json:"period"` // seconds
		Filters   []filter `json:"filters"`
		From      int64    `json:"time_from"` // Unix seconds
		To        int64    `json:"time_to"`
		Link      string   `json:"link"`
	}{
		c.Trigger, cond.template, c.Address, c.Count, c.MoreThan, int64(c.Per / time.Second), filters(c.Clauses), from, to,
		a.console() + "attacks?q=" + cond.query + "&time_from=" + strconv.FormatInt(from, 10) + "&time_to=" + strconv.FormatInt(to, 10),
	})
}

// EventAlert is the alert of a trigger that watches for single events: the
// details of the event, with the name of the trigger, under the texts of an
// alert. Where the details do not hold what the text is about, it says what the
// description of the event says.
func (a Account) EventAlert(trigger string, e Event) []byte {
	source, _ := find(e.Raw, "details")
	inner := rest(e.Raw[source.value:source.end], "client_name", "cloud", "notification_type", "trigger_name")
	details := a.headed(splice([]byte("{}"), field(nil, "trigger_name", trigger), inner), e.Type)

	f := decode(details)
	var d description
	if e.Kind != nil && e.Kind.text != nil {
		d = e.Kind.text(f)
	}
	if d.title == "" {
		d.title = e.Kind.title(e.Type)
	}
	if d.body == "" {
		d.body = strings.TrimPrefix(bodyOf(e)+triggered(f), "\n")
	}
	return envelope(a.summary(d.title), d.render(e.Type, f), details)
}

// bodyOf returns the body of an event's description in the published layout, or
// "".
func bodyOf(e Event) string {
	text, ok := strings.CutPrefix(decode(e.Raw).str("description"), "Notification type: "+e.Type+"\n\n")
	end := strings.LastIndex(text, "\n\nClient: ")
	if !ok || end < 0 {
		return ""
	}
	return text[:end]
}
