package intake

import (
	"bytes"
	"errors"
	"fmt"
	"strings"

	"github.com/wnotify/wnotify/dispatch/scan"
)

// tracking bounds the work on a value that comes in small pieces: it is scanned
// again only when there is twice as much of it, in between it is followed.
type tracking struct {
	tried   int  // bytes that were there at the last scan
	fed     int  // bytes the tracker has seen
	over    bool // the tracker has seen the end, or an error
	tracker scan.Tracker
}

// one reads the value that begins at pos.
func (r *Reader) one() step {
	data := r.rest()
	if len(data) > r.max {
		data = data[:r.max]
	}
	if !r.promising(data) {
		return starved
	}
	end, err := scan.Prefix(data, &r.item.Fields)
	if err == nil && r.item.Fields.Object {
		return r.object(end)
	}
	return r.odd(data, end, err)
}

// odd deals with what is no whole object.
func (r *Reader) odd(data []byte, end int, err error) step {
	if errors.Is(err, scan.ErrMore) && r.complete() {
		end, err = scan.Value(data, &r.item.Fields)
	}
	var syntax *scan.SyntaxError
	switch {
	case err == nil:
		return r.other(end)
	case errors.As(err, &syntax):
		if syntax.Offset == 0 && !r.in.array() && r.marked(data) {
			r.state = atStart
			return moved
		}
		if !r.ended && len(data) < r.max && !explained(data[syntax.Offset:]) {
			break
		}
		return r.invalid(syntax.Msg, syntax.Offset)
	case len(data) == r.max:
		r.junk.begin(r, "")
		r.value.tracker = scan.Tracker{}
		r.state = oversized
		return moved
	}
	r.value.tried = len(data)
	return starved
}

// explained reports whether the bytes from an error on are enough to describe
// it, so that the same input always gives the same reason.
func explained(rest []byte) bool { return len(rest) >= 24 || bytes.IndexByte(rest, '\n') >= 0 }

// promising reports whether it is worth scanning the value: the first time,
// when there is twice as much of it, at the end.
func (r *Reader) promising(data []byte) bool {
	v := &r.value
	if v.tried == 0 || v.over || r.ended || len(data) >= 2*v.tried || len(data) == r.max {
		return true
	}
	if v.fed == 0 {
		v.tracker = scan.Tracker{}
	}
	n, status := v.tracker.Feed(data[v.fed:])
	v.fed += n
	v.over = status != scan.Inside
	return v.over
}

// complete reports whether the input has ended for good, so that a number at
// its end is one.
func (r *Reader) complete() bool { return r.ended && r.atEOF() && r.seg.final }

// object makes an item of an object of n bytes.
func (r *Reader) object(n int) step {
	it := &r.item
	it.Raw = r.data[r.pos : r.pos+n : r.pos+n]
	it.Reject = nil
	r.took(n, it.Fields.Breaks)
	if it.Fields.Breaks {
		r.bare = scan.AppendCompact(r.bare[:0], it.Raw)
		it.Raw = r.bare
		if _, err := scan.Value(it.Raw, &it.Fields); err != nil {
			it.Raw, it.Reject = nil, newReject(it.Raw, err.Error())
		}
	}
	return found
}

// other makes a reject of a value of n bytes that is no object. A scalar must
// be followed by something that separates it from what comes next.
func (r *Reader) other(n int) step {
	value := r.rest()[:n]
	kind := kindOf(value[0])
	if value[0] != '[' {
		if n == len(r.rest()) && !r.complete() {
			r.value.tried = n
			return starved
		}
		if n < len(r.rest()) && strings.IndexByte(" \t\r\n,]}[{\"", r.rest()[n]) < 0 {
			msg := kind + " with something directly behind it"
			if r.rest()[n] == ':' {
				msg = "a member outside of any object, a { is missing"
			}
			return r.invalid(msg, n)
		}
	}
	r.item.Raw = nil
	r.item.Fields = scan.Fields{}
	r.item.Reject = newReject(value, "not an event: an event is a JSON object, not "+kind)
	r.took(n, true)
	return found
}

// took moves behind a value of n bytes.
func (r *Reader) took(n int, breaks bool) {
	start := r.offset()
	r.item.Place = Place{Offset: start, End: start + int64(n), Line: r.line}
	if breaks && r.line > 0 {
		r.line += int64(bytes.Count(r.rest()[:n], []byte{'\n'}))
	}
	r.pos += n
	r.in = r.in.behind()
	r.fresh = false
	r.state = between
	r.item.Resume = r.point()
}

// invalid skips what begins at pos and stops being JSON n bytes behind it.
func (r *Reader) invalid(msg string, n int) step {
	where := fmt.Sprintf("byte %d", r.offset()+int64(n))
	if lines := bytes.Count(r.rest()[:n], []byte{'\n'}); lines > 0 && r.line > 0 {
		where = fmt.Sprintf("line %d, %s", r.line+int64(lines), where)
	}
	return r.discard(fmt.Sprintf("invalid JSON: %s (%s)", msg, where), n)
}

func kindOf(c byte) string {
	switch c {
	case '[':
		return "an array in an array"
	case '"':
		return "a string"
	case 't', 'f':
		return "true or false"
	case 'n':
		return "null"
	}
	return "a number"
}
