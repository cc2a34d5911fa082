package intake

import (
	"bytes"
	"strings"
)

// bom is the byte order mark, which begins every file of some editors. Where
// such files are joined it stands between two values, and is a blank there.
const bom = "\xef\xbb\xbf"

// beginning deals with a byte order mark.
func (r *Reader) beginning() step {
	data := r.rest()
	for _, mark := range []string{bom, "\xff\xfe", "\xfe\xff"} {
		switch {
		case len(data) < len(mark) && strings.HasPrefix(mark, string(data)) && !r.complete():
			return starved
		case !bytes.HasPrefix(data, []byte(mark)):
			continue
		}
		r.state = between
		if mark != bom {
			return r.discard("UTF-16 is not JSON: convert it with iconv -f UTF-16 -t UTF-8", 0)
		}
		r.pos += len(mark)
		return moved
	}
	r.state = between
	return moved
}

// marked reports whether data, which lies ahead, begins with a byte order mark,
// or is what may become one.
func (r *Reader) marked(data []byte) bool {
	if len(data) < len(bom) {
		return strings.HasPrefix(bom, string(data)) && !r.complete()
	}
	return string(data[:len(bom)]) == bom
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
