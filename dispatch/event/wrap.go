package event

import (
	"bytes"

	"github.com/wnotify/wnotify/dispatch/scan"
)

// wrap makes an envelope of what is none.
func (a Account) wrap(raw []byte, f *scan.Fields, as string) ([]byte, error) {
	switch {
	case !f.Object:
		return nil, &UnrecognisedError{}
	case len(f.Type) > 0:
		return a.wrapNotification(raw, string(f.Type)), nil
	case string(f.ObjectType) == "hit":
		return a.wrapHit(raw), nil
	case as != "":
		return a.wrapAs(raw, firstType(as)), nil
	}
	return nil, &UnrecognisedError{Object: true, Details: f.Details}
}

// wrapNotification wraps an object that says its type itself. It becomes the
// details, unless it has details already.
func (a Account) wrapNotification(raw []byte, typ string) []byte {
	k := Lookup(typ)
	if likeEnvelope(raw, true) {
		return a.complete(raw, typ, a.summary(k.title(typ)))
	}
	details := a.headed(raw, typ)
	if k == nil || k.Provenance < TextPublished {
		return envelope(a.summary(k.title(typ)), "", details)
	}
	return compose(a.prefix(), k, details)
}

// wrapHit wraps a hit, which has no description, as published.
func (a Account) wrapHit(raw []byte) []byte {
	k := Lookup("new_hits")
	details := a.head(append(make([]byte, 0, len(raw)+128), '{'), k.Type)
	details = append(append(details, `,"hit":`...), raw...)
	return envelope(a.summary(k.Title), "", append(details, '}'))
}

// wrapAs gives an object of another program a type.
func (a Account) wrapAs(raw []byte, typ string) []byte {
	summary := a.summary(typ)
	if likeEnvelope(raw, false) {
		return a.complete(raw, typ, summary)
	}
	return envelope(summary, "", a.headed(raw, typ))
}

// firstType returns the notification type that a name stands for: itself, or
// the first one of an event type.
func firstType(name string) string {
	if Lookup(name) != nil {
		return name
	}
	if sel := findSelector(name); sel != nil {
		return firstKind(sel).Type
	}
	return name
}

// likeEnvelope reports whether an object has the members of an envelope and no
// others. An object that is typed itself has its type besides, and details.
func likeEnvelope(object []byte, typed bool) bool {
	details := !typed
	for m := range members(object) {
		switch m.name {
		case "summary", "description":
		case "notification_type":
			if !typed {
				return false
			}
		case "details":
			details = object[m.value] == '{'
			if !details {
				return false
			}
		default:
			return false
		}
	}
	return details
}

// complete gives an envelope what it lacks.
func (a Account) complete(object []byte, typ, summary string) []byte {
	var front, back []byte
	if _, ok := find(object, "summary"); !ok {
		front = field(nil, "summary", summary)
	}
	details, ok := find(object, "details")
	if !ok {
		back = append([]byte(`"details":`), a.headed([]byte("{}"), typ)...)
		return splice(object, front, back)
	}
	whole := append([]byte(nil), object[:details.value]...)
	whole = append(whole, a.headed(object[details.value:details.end], typ)...)
	return splice(append(whole, object[details.end:]...), front, nil)
}

// head appends the members that all details begin with.
func (a Account) head(dst []byte, typ string) []byte {
	dst = field(dst, "client_name", a.ClientName)
	dst = field(dst, "cloud", a.Cloud)
	return field(dst, "notification_type", typ)
}

// headed gives details the members that all details begin with, but for those
// that they have themselves. A type that is no string is overruled by one at the
// end, since of duplicate members the last one counts.
func (a Account) headed(details []byte, typ string) []byte {
	own := map[string]member{}
	for m := range members(details) {
		own[m.name] = m
	}
	var front, back []byte
	if _, has := own["client_name"]; !has {
		front = field(front, "client_name", a.ClientName)
	}
	if _, has := own["cloud"]; !has {
		front = field(front, "cloud", a.Cloud)
	}
	if m, has := own["notification_type"]; !has {
		front = field(front, "notification_type", typ)
	} else if value := details[m.value:m.end]; value[0] != '"' || unquote(value) != typ {
		back = field(back, "notification_type", typ)
	}
	return splice(details, front, back)
}

// splice puts members before and after those of an object.
func splice(object, front, back []byte) []byte {
	object = bytes.TrimSpace(object)
	inner := bytes.TrimSpace(object[1 : len(object)-1])
	out := append(make([]byte, 0, len(object)+len(front)+len(back)+2), '{')
	for _, part := range [][]byte{front, inner, back} {
		if len(part) == 0 {
			continue
		}
		if len(out) > 1 {
			out = append(out, ',')
		}
		out = append(out, part...)
	}
	return append(out, '}')
}
