package trigger

import (
	"net/netip"
	"slices"
	"time"

	"github.com/wnotify/wnotify/dispatch/event"
)

// Note is what one rule needs of an event, or of several that are the same to
// it: how many there were and when. It owns what it holds; events that alerts
// are about are kept in it, all others are not.
type Note struct {
	rule    *rule
	at      int64 // when it happened, Unix seconds; never far behind arrival
	arrival int64
	n       int64      // events; those of one note differ in nothing that is counted
	group   uint64     // the attack of a hit, or the address; 0: it counts as itself
	payload uint64     // of a hit
	source  netip.Addr // of the payload
	event   *event.Event
}

// reader reads events for rules; it has the memory to do so.
type reader struct {
	view          view
	pass, scratch set
}

// note appends what the rules need of an event.
func (r *reader) note(dst []Note, m *matcher, e *event.Event, arrival time.Time) []Note {
	r.view.read(e)
	if words := words(len(m.rules)); len(r.pass) != words {
		r.pass, r.scratch = make(set, words), make(set, words)
	}
	if !m.match(&r.view, r.pass, r.scratch) {
		return dst
	}
	one := Note{arrival: max(1, arrival.Unix()), n: 1}
	one.at, _ = r.view.time(one.arrival)
	if v := &r.view; v.class > incidentObject {
		one.event = kept(e)
	}
	from := len(dst)
	r.pass.each(func(i int) { dst = r.append(dst, one, m.rules[i]) })
	return folded(dst, from)
}

// append takes the note of one rule.
func (r *reader) append(dst []Note, one Note, to *rule) []Note {
	one.rule = to
	v := &r.view
	switch {
	case one.event != nil:
		if string(v.text(triggerNameMember)) == to.Name {
			return dst // our own alert came back; it must not lead to another one
		}
	case to.Condition == "attacks" && v.class == hitObject:
		one.group = v.attack()
	case to.Condition == "payloads":
		if one.source, one.group = v.source(); one.group == 0 {
			return dst
		}
		for _, p := range v.payloads() {
			one.payload = p
			dst = append(dst, one)
		}
		return dst
	}
	return append(dst, one)
}

// folded adds the notes from an index on to those just before them, if these are
// of the same rules and say the same: a flood of equal hits takes no memory.
func folded(dst []Note, from int) []Note {
	k := len(dst) - from
	if from < k {
		return dst
	}
	was, is := dst[from-k:from], dst[from:]
	for i := range is {
		if !is[i].same(&was[i]) {
			return dst
		}
	}
	for i := range is {
		was[i].n += is[i].n
	}
	return dst[:from]
}

// same: two events that differ in nothing that is counted. Arrivals matter only
// by the hour, so the first stands for all.
func (n *Note) same(o *Note) bool {
	return n.rule == o.rule && n.at == o.at && n.group == o.group && n.payload == o.payload && n.event == nil && o.event == nil
}

// kept copies what an alert needs of an event.
func kept(e *event.Event) *event.Event {
	c := *e
	c.Raw = slices.Clone(e.Raw)
	c.Plain = c.Raw
	return &c
}
