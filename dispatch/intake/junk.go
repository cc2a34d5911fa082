package intake

import (
	"bytes"
	"fmt"

	"github.com/wnotify/wnotify/dispatch/scan"
)

// junk is what is being skipped: it becomes one reject.
type junk struct {
	digest

	start  Place // End is not used
	reason string
	at     int64 // where the JSON turned out to be invalid

	// Of the line that is being read:
	head   bool // nothing but blanks, [ and commas so far
	column int  // bytes of it so far, while head
	array  bool // a [ or comma among them
}

// begin starts skipping at pos.
func (j *junk) begin(r *Reader, reason string) {
	j.digest.begin()
	j.start = Place{Offset: r.offset(), Line: r.line}
	j.reason = reason
	j.head, j.column, j.array = false, 0, false
}

// discard skips invalid JSON that begins at pos and was found out n bytes
// behind it.
func (r *Reader) discard(reason string, n int) step {
	r.junk.begin(r, reason)
	r.junk.at = r.offset() + int64(n)
	r.junk.head = r.state == between && r.fresh
	r.junk.column = 1
	r.state = inJunk
	return moved
}

// skip reads on up to the next line that begins, after blanks, [ or commas,
// with {; a byte order mark is a blank, in no column. It may be the line in
// which the error was found, if nothing was lost of it; and also an earlier
// line, if it has the { in its first column: indented JSON has none there, so a
// line cut off in the middle has swallowed an event.
func (r *Reader) skip() step {
	j, data, i := &r.junk, r.rest(), 0
	for i < len(data) {
		if !j.head {
			n := bytes.IndexByte(data[i:], '\n')
			if n < 0 {
				i = len(data)
				break
			}
			i += n + 1
			j.head, j.column, j.array = true, 0, false
			continue
		}
		switch c := data[i]; {
		case c == '{' && (j.column == 0 || r.offset()+int64(i) >= j.at):
			r.drain(i)
			return r.resync()
		case c == '\n':
			j.column, j.array = -1, false
		case c == bom[0] && r.marked(data[i:]):
			r.drain(i)
			if len(data)-i < len(bom) {
				return starved
			}
			j.hold([]byte(bom))
			r.pos += len(bom)
			data, i = r.rest(), 0
			continue
		case c == '[', c == ',':
			j.array = true
		case !isBlank(c):
			j.head = false
		}
		j.column++
		i++
	}
	r.drain(i)
	return starved
}

// drain moves n bytes into the reject.
func (r *Reader) drain(n int) {
	data := r.rest()[:n]
	r.junk.write(data)
	if r.line > 0 {
		r.line += int64(bytes.Count(data, []byte{'\n'}))
	}
	r.pos += n
}

// resync goes on with the { at pos.
func (r *Reader) resync() step {
	r.state, r.in = between, unsure
	if r.junk.array {
		r.in = comma
	}
	return r.junked()
}

// junked makes a reject of what was skipped, if it was anything.
func (r *Reader) junked() step {
	j := &r.junk
	if j.size == 0 && j.reason == remains {
		return moved
	}
	r.reject(j.start, j.size, j.reject(j.reason))
	return found
}

// reject makes an item of a reject of which size bytes were read.
func (r *Reader) reject(at Place, size int64, reject *Reject) {
	at.End = at.Offset + size
	r.item = Item{Fields: scan.Fields{Headers: r.item.Fields.Headers[:0]}, Place: at, Reject: reject, Resume: r.point()}
}

// tooLarge reads on to the end of a value that is larger than allowed.
func (r *Reader) tooLarge() step {
	n, status := r.value.tracker.Feed(r.rest())
	r.drain(n)
	switch status {
	case scan.Inside:
		return starved
	case scan.Bad:
		r.junk.reason = fmt.Sprintf("invalid JSON, in a value larger than %d bytes (byte %d)", r.max, r.offset())
		r.junk.at = r.offset()
		r.state = inJunk
		return moved
	default:
		r.junk.reason = fmt.Sprintf("larger than %d bytes, see --max-event-bytes", r.max)
		r.in, r.fresh, r.state = r.in.behind(), false, between
		return r.junked()
	}
}

// newReject makes a reject of bytes that are in memory.
func newReject(data []byte, reason string) *Reject {
	var d digest
	d.begin()
	d.write(data)
	return d.reject(reason)
}
