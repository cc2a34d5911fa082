package intake

import (
	"errors"
	"io"
)

// remains is the reason of a reject whose beginning another run has reported.
const remains = "the rest of invalid JSON that was reported before"

// enter begins to read a segment.
func (r *Reader) enter(seg *segment) {
	if r.seg != nil {
		seg.start.generation = r.seg.start.generation + 1
	}
	r.seg, r.next = seg, nil
	r.reset(seg.start.Offset, seg.head, seg.tail)
	r.line, r.in, r.last = seg.start.Line, seg.start.In, seg.start
	r.ended, r.err, r.tail = false, nil, nil
	r.fresh = seg.start.Offset == 0
	r.state = between
	switch {
	case seg.start.Offset == 0:
		r.state = atStart
	case r.in == broken || r.in == brokenLine:
		r.junk.begin(r, remains)
		r.junk.at = r.offset()
		r.junk.head = r.in == brokenLine
		r.junk.column = 1
		r.state = inJunk
	}
}

// atEOF reports whether the input ended by itself.
func (r *Reader) atEOF() bool { return errors.Is(r.err, io.EOF) }

// finish deals with what is left when no more bytes come.
func (r *Reader) finish() step {
	whole := r.atEOF() && r.seg != nil && r.seg.final
	switch r.state {
	case inJunk:
		in := broken
		if r.junk.head {
			in = brokenLine
		}
		r.state, r.in = between, in
		return r.junked()
	case inValue, oversized, atStart:
		if r.state != oversized {
			r.junk.begin(r, "")
			r.drain(len(r.rest()))
		}
		r.state, r.in = between, broken
		if whole {
			r.junk.reason = "the input ends inside a value"
			return r.junked()
		}
		if r.junk.size > 0 {
			r.tail = &Tail{Offset: r.junk.start.Offset, Line: r.junk.start.Line, Size: r.junk.size}
		}
	case between:
		if r.in.array() {
			place := Place{Offset: r.offset(), Line: r.line}
			if whole {
				r.in = unsureBehind // it is said once
				r.reject(place, 0, newReject(nil, "the input ends inside an array: its ] is missing"))
				return found
			}
			r.tail = &Tail{Offset: place.Offset, Line: place.Line, Array: true}
		}
	default:
	}
	if r.next != nil {
		r.leave()
		return moved
	}
	if errors.Is(r.err, errStopped) {
		r.err = io.EOF
	}
	r.state = exhausted
	return moved
}
