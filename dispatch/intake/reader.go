package intake

import (
	"errors"
	"io"
)

// Reader finds the values in a stream or file, one with each call of
// [Reader.Next]. It is made by [New] or [Open] and used by one goroutine; only
// Stop may be called from others.
type Reader struct {
	window

	name    string
	max     int // bytes of one event
	pump    *pump
	shut    func() error
	follows bool // a followed file may not be there yet

	line  int64 // of the byte at pos; 0 when not known
	in    within
	fresh bool // nothing but blanks, [ and commas since the last line break
	state state
	value tracking // the value being read
	junk  junk     // what is being skipped

	seg   *segment // being read
	next  *segment // read when seg is finished
	ended bool     // no bytes of seg come any more
	err   error    // why; io.EOF at the end

	item  Item
	ready bool  // item has not been handed out
	last  Point // the Resume that was handed out last, or the start
	mark  *mark
	tail  *Tail
	bare  []byte // Raw of a value that had line breaks
}

// state says what the byte at pos is part of.
type state uint8

const (
	atStart   state = iota // the first bytes of the input, or a byte order mark
	between                // white space, brackets and commas between values
	inValue                // a value, which begins at pos
	oversized              // a value that is too large, read up to pos
	inJunk                 // invalid JSON, read up to pos
	exhausted              // nothing comes any more
)

// step is what reading in a state led to.
type step uint8

const (
	moved   step = iota // somewhere else, go on
	found               // an item
	starved             // more bytes are needed
)

// Next returns the next item. At the end of the input, or when the reader was
// stopped, the error is [io.EOF]; any other error is a *[SourceError], and
// nothing comes behind it.
func (r *Reader) Next() (Item, error) {
	if !r.ready && !r.advance(true) {
		return Item{}, r.err
	}
	r.ready = false
	r.last = r.item.Resume
	return r.item, nil
}

// Ready reports whether the next call of Next returns without waiting for the
// source. If it does not, this is the time to commit what was read.
func (r *Reader) Ready() bool {
	if !r.ready {
		r.ready = r.advance(false)
	}
	return r.ready || r.state == exhausted
}

// Stop ends the reading. Next still returns what is complete among the bytes
// that were read, then io.EOF; it does not wait for a read that blocks. What
// was incomplete is told by Tail.
func (r *Reader) Stop() { r.pump.halt() }

// Close ends the reading and closes the file. It does not close the reader
// that was given to New.
func (r *Reader) Close() error {
	r.pump.halt()
	return r.shut()
}

// advance reads up to the next item. It returns false at the end of the input
// and, if it must not wait, where only waiting would help.
func (r *Reader) advance(wait bool) bool {
	for r.state != exhausted {
		switch r.step() {
		case found:
			return true
		case starved:
			if r.ended {
				if r.finish() == found {
					return true
				}
			} else if !r.fill(wait) {
				return false
			}
		default:
		}
	}
	return false
}

func (r *Reader) step() step {
	switch r.state {
	case between:
		return r.gap()
	case inValue:
		return r.one()
	case oversized:
		return r.tooLarge()
	case inJunk:
		return r.skip()
	default:
		return r.beginning()
	}
}

// fill takes the next chunk from the pump. Without one it returns false.
func (r *Reader) fill(wait bool) bool {
	c, ok := r.pump.receive(wait)
	switch {
	case !ok:
		return false
	case c.begin != nil && r.seg == nil:
		r.enter(c.begin)
	case c.begin != nil:
		r.next, r.ended, r.err = c.begin, true, io.EOF
		r.seg.final = true // no more will be written to it
	case c.err != nil:
		r.ended, r.err = true, c.err
		if !errors.Is(c.err, io.EOF) && !errors.Is(c.err, errStopped) {
			r.err = &SourceError{Path: r.name, Offset: r.base + int64(len(r.data)), Err: c.err}
		}
	default:
		r.remember()
		r.extend(c.buf, c.n, r.pump.free)
	}
	return true
}

// point is where reading is.
func (r *Reader) point() Point {
	return Point{File: r.seg.file, Offset: r.offset(), Line: r.line, In: r.in, generation: r.seg.start.generation}
}
