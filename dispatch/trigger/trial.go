package trigger

import (
	"strconv"
	"strings"
	"time"

	"github.com/wnotify/wnotify/dispatch/event"
	"github.com/wnotify/wnotify/store"
)

// Trial tries one rule, enabled or not, on events, from nothing and without
// touching any state: what would count, what not and why, and what would fire.
type Trial struct {
	matcher *matcher
	reader  reader
	state   *state
}

// NewTrial begins a trial. The error is that of [Rule.Validate].
func NewTrial(r Rule) (*Trial, error) {
	if err := r.Validate(); err != nil {
		return nil, err
	}
	r.Enabled = true
	t := &Trial{matcher: compile([]Rule{r})}
	empty := func(key string) (store.Rider, error) { return store.Rider{Key: key}, nil }
	var err error
	t.state, err = open(t.matcher.rules[0], shelf{name: r.Name, load: empty})
	return t, err
}

// Verdict is what became of an event.
type Verdict struct {
	Counted bool
	Reason  string    // why it did not count, in words; a remark when it did, or ""
	At      time.Time // when it happened, for the count; zero when it did not match
	Count   int64     // in the window after it: of the rule, or of the address of a payload
	Alerts  []Alert   // that it would send
}

// Try tries the next event.
func (t *Trial) Try(e *event.Event, arrival time.Time) (Verdict, error) {
	if e.Skip {
		return Verdict{Reason: "it is experimental or not in the sample"}, nil
	}
	notes := t.reader.note(nil, t.matcher, e, arrival)
	v := &t.reader.view
	if len(notes) == 0 {
		return Verdict{Reason: t.whyNot(v)}, nil
	}
	verdict := Verdict{At: time.Unix(notes[0].at, 0).UTC()}
	if _, wrong := v.time(arrival.Unix()); wrong {
		verdict.Reason = "its request_time lies in the future, so it counts at its arrival"
	}
	for i := range notes {
		if err := t.count(&notes[i], &verdict); err != nil {
			return verdict, err
		}
	}
	if verdict.Counted {
		return verdict, nil
	}
	switch t.state.outcome {
	case tooOld:
		verdict.Reason = "it is older than the window, which ends at " + time.Unix(t.state.newest, 0).UTC().Format(time.RFC3339)
	case sameAttack:
		verdict.Reason = "it belongs to an attack that was counted"
	case knownPayload:
		verdict.Reason = "its payloads were counted"
	default:
	}
	return verdict, nil
}

// count applies one note of an event.
func (t *Trial) count(n *Note, verdict *Verdict) error {
	a, err := t.state.apply(n)
	if err != nil {
		return err
	}
	if a != nil {
		verdict.Alerts = append(verdict.Alerts, *a)
	}
	verdict.Counted = verdict.Counted || t.state.outcome == counted
	verdict.Count = t.state.total
	t.state.window.gone, t.state.table.gone = nil, nil // nothing of it is stored
	return nil
}

// whyNot says why an event does not match.
func (t *Trial) whyNot(v *view) string {
	r := t.matcher.rules[0]
	from := t.matcher.by[v.class]
	if from.rules == nil {
		return "it is nothing that " + r.Condition + " looks at"
	}
	pass, scratch := newSet(1), newSet(1)
	for i, s := range from.slots {
		pass.add(0)
		if !s.narrow(v.of(s.field), pass, scratch) {
			return r.Filters[i].refusal(v.of(s.field))
		}
	}
	switch {
	case r.Condition == "payloads":
		return "it has no payload, or no source address"
	default:
		return "it is an alert of this trigger"
	}
}

// refusal says why a filter refuses an event with some values.
func (f *Filter) refusal(values [][]byte) string {
	quoted := func(list []string) string { return strings.Join(list, ", ") }
	has := "has none"
	if len(values) > 0 {
		list := make([]string, len(values))
		for i, v := range values {
			list[i] = strconv.Quote(string(v))
		}
		has = "is " + quoted(list)
	}
	if f.Not {
		return "its " + f.Field + " " + has + ", which the filter excludes: not " + quoted(f.Values)
	}
	return "its " + f.Field + " " + has + ", and the filter takes only " + quoted(f.Values)
}
