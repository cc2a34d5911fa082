package trigger

import "github.com/wnotify/wnotify/dispatch/event"

// view is what filters and counts look at of one event. Its slices point into
// the event or into the view, until the next event is read.
type view struct {
	*object // details, or inner

	class   class
	id      identity
	known   [fieldCount]bool
	values  [fieldCount][][]byte
	buf     []byte
	details object
	inner   object
	holder  member // of details that holds the inner object; otherMember: none
}

// read looks at an event. Hits, attacks and incidents are objects: the member
// hit, attack or incident of details, or details itself; object_type says what
// the object is, else the member that it is, and details without one are none
// of them.
func (v *view) read(e *event.Event) {
	v.class, v.buf, v.known = classOf(e.Kind), v.buf[:0], [fieldCount]bool{}
	v.id = identity{payloads: v.id.payloads[:0]}
	v.object, v.holder, v.details = &v.details, otherMember, object{}
	if v.class == other {
		return
	}
	c := cursor{b: e.Raw}
	c.enter()
	for name, ok := c.member(); ok; name, ok = c.member() {
		if string(name) == "details" && c.atObject() {
			v.readDetails(&c)
		} else {
			c.value()
		}
	}
	switch v.holder {
	case hitMember:
		v.enter(hitObject)
	case attackMember:
		v.enter(attackObject)
	case incidentMember:
		v.enter(incidentObject)
	default:
		if v.class == hitObject {
			v.class = objectClass(v.text(objectTypeMember), other)
		}
	}
}

// readDetails notes the members of details, and those of the object that the
// event is about.
func (v *view) readDetails(c *cursor) {
	v.holder, v.details = otherMember, object{}
	c.enter()
	for name, ok := c.member(); ok; name, ok = c.member() {
		m := memberOf(name)
		inner := v.class == hitObject && m >= hitMember && (v.holder == otherMember || m <= v.holder)
		switch {
		case inner && c.atObject():
			v.holder = m
			v.inner.read(c)
		case v.class == userAdded && m == userMember && c.atObject():
			v.inner.read(c)
			v.details[roleMember] = v.inner[roleMember]
		default:
			v.details[m] = c.value()
		}
	}
}

func (v *view) enter(c class) {
	v.object = &v.inner
	v.class = objectClass(v.text(objectTypeMember), c)
}

func objectClass(name []byte, without class) class {
	switch string(name) {
	case "hit":
		return hitObject
	case "attack":
		return attackObject
	case "incident":
		return incidentObject
	case "":
		return without
	}
	return other
}
