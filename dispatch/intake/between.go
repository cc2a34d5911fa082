package intake

import (
	"bytes"
	"strings"
)

// beginning deals with a byte order mark, of which one is allowed.
func (r *Reader) beginning() step {
	data := r.rest()
	for _, bom := range []string{"\xef\xbb\xbf", "\xff\xfe", "\xfe\xff"} {
		switch {
		case len(data) < len(bom) && strings.HasPrefix(bom, string(data)) && !r.complete():
			return starved
		case !bytes.HasPrefix(data, []byte(bom)):
			continue
		}
		r.state = between
		if bom[0] != 0xef {
			return r.discard("UTF-16 is not JSON: convert it with iconv -f UTF-16 -t UTF-8", 0)
		}
		r.pos += len(bom)
		return moved
	}
	r.state = between
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

// begin decides what begins with a byte that is no mark between values.
func (r *Reader) begin(c byte) step {
	switch {
	case r.in == element:
		return r.invalid("a comma or ] must come behind an element of an array", 0)
	case r.in == comma && c == ']':
		return r.invalid("trailing comma", 0)
	case r.in == unsureBehind:
		r.in = top
	}
	r.state = inValue
	r.value.tried, r.value.fed, r.value.over = 0, 0, false
	return moved
}
