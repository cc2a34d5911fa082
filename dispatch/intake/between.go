package intake

import "bytes"

// beginning deals with a byte order mark, of which one is allowed.
func (r *Reader) beginning() step {
	data := r.rest()
	if len(data) < 3 && !r.ended && bytes.HasPrefix([]byte("\xef\xbb\xbf"), data) {
		return starved
	}
	if len(data) < 2 && !r.ended && (data[0] == 0xff || data[0] == 0xfe) {
		return starved
	}
	r.state = between
	switch {
	case bytes.HasPrefix(data, []byte("\xef\xbb\xbf")):
		r.pos += 3
	case bytes.HasPrefix(data, []byte("\xff\xfe")), bytes.HasPrefix(data, []byte("\xfe\xff")):
		return r.discard("UTF-16 is not JSON: convert it with iconv -f UTF-16 -t UTF-8", 0)
	}
	return moved
}

// gap reads what is between two values.
func (r *Reader) gap() step {
	data, i := r.data, r.pos
	for ; i < len(data); i++ {
		switch c := data[i]; c {
		case '\n':
			r.lineBreak()
			continue
		case ' ', '\t', '\r':
			continue
		case '[', ']', ',':
			if in, ok := r.in.through(c); ok {
				r.in = in
				continue
			}
		}
		r.pos = i
		return r.begin(data[i])
	}
	r.pos = i
	return starved
}

func (r *Reader) lineBreak() {
	r.fresh = true
	if r.line > 0 {
		r.line++
	}
}

// through is the context behind a mark that is allowed in c.
func (c Context) through(mark byte) (Context, bool) {
	switch {
	case mark == '[' && (c == Top || c == UnsureHead || c == UnsureTail):
		return First, true
	case mark == ']' && (c == First || c == Element || c == UnsureHead || c == UnsureTail):
		return Top, true
	case mark == ',' && (c == Element || c == UnsureHead || c == UnsureTail):
		return Comma, true
	}
	return c, false
}

// begin decides what begins with a byte that is no mark between values.
func (r *Reader) begin(c byte) step {
	switch {
	case r.in == Element:
		return r.invalid("a comma or ] must come behind an element of an array", 0)
	case r.in == Comma && c == ']':
		return r.invalid("trailing comma", 0)
	case r.in == UnsureTail:
		r.in = Top
	}
	r.state = inValue
	r.value.tried, r.value.fed, r.value.over = 0, 0, false
	return moved
}
