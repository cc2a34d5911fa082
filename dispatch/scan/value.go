package scan

// MaxDepth is how deep containers may be nested. A scalar has depth 0.
const MaxDepth = 512

// scanner goes through one value. Its methods take the offset where something
// begins and return the one behind it, or the one of the problem. They are the
// grammar; [run] takes most of the work off them.
type scanner struct {
	data   []byte
	f      *Fields
	depth  int
	breaks bool
}

// scan validates the value at the start of data and fills f, unless that is
// nil.
func scan(data []byte, f *Fields) (end int, p problem) {
	s := scanner{data: data, f: f}
	in := place(0)
	if f != nil {
		*f = Fields{Headers: f.Headers[:0]}
		in = root
	}
	if len(data) == 0 {
		return 0, more
	}
	end, p = s.value(0, in, 0)
	if f != nil {
		f.Breaks = s.breaks
	}
	return end, p
}

// value reads the value at i. It is the one of the member want in the place in,
// if these matter.
func (s *scanner) value(i int, in place, want member) (end int, p problem) {
	switch c := s.data[i]; c {
	case '"':
		end, p = text(s.data, i+1)
	case '{':
		if in != 0 {
			in = s.f.enter(in, want)
		}
		end, p = s.object(i, in)
	case '[':
		end, p = s.array(i)
	case 't', 'f', 'n':
		end, p = literal(s.data, i)
	default:
		if c != '-' && !isDigit(c) {
			return i, noValue
		}
		end, p = number(s.data, i)
	}
	if want != 0 && p == none {
		s.f.note(want, s.data, i, end)
	}
	return end, p
}

// object reads the object at i.
func (s *scanner) object(i int, in place) (end int, p problem) {
	data := s.data
	if s.depth == MaxDepth {
		return i, tooDeep
	}
	s.depth++
	if i = s.blank(i + 1); i < len(data) && data[i] == '}' {
		s.depth--
		return i + 1, none
	}
	for {
		if i >= len(data) {
			return i, more
		}
		if data[i] != '"' {
			return i, noName
		}
		next, at, name := run(data, i+1, true, signs[in&7])
		if i = next; at != behindItem {
			want := member(0)
			if at != atItem {
				if i, want, p = s.name(i, at, name, in); p != none {
					return i, p
				}
			}
			if i = s.blank(i); i >= len(data) {
				return i, more
			}
			if i, p = s.value(i, in, want); p != none {
				return i, p
			}
		}
		if i = s.blank(i); i >= len(data) {
			return i, more
		}
		switch data[i] {
		case ',':
			i = s.blank(i + 1)
		case '}':
			s.depth--
			return i + 1, none
		default:
			return i, noCommaInObject
		}
	}
}

// name reads on where a run ended in or behind a name, up to behind the colon.
func (s *scanner) name(i int, at stop, start int, in place) (end int, want member, p problem) {
	if at == atName {
		if i, p = text(s.data, i); p != none {
			return i, 0, p
		}
	}
	if in != 0 {
		name := s.data[start : i-1]
		if at == atName {
			name = unescape(name)
		}
		if want = s.f.member(in, name); want == headers {
			s.f.beginCut(s.data, start-1)
		}
	}
	if i = s.blank(i); i >= len(s.data) {
		return i, 0, more
	}
	if s.data[i] != ':' {
		return i, 0, noColon
	}
	return i + 1, want, none
}

// array reads the array at i.
func (s *scanner) array(i int) (end int, p problem) {
	data := s.data
	if s.depth == MaxDepth {
		return i, tooDeep
	}
	s.depth++
	if i = s.blank(i + 1); i < len(data) && data[i] == ']' {
		s.depth--
		return i + 1, none
	}
	for {
		var at stop
		if i, at, _ = run(data, i, false, 0); at != behindItem {
			if i = s.blank(i); i >= len(data) {
				return i, more
			}
			if i, p = s.value(i, 0, 0); p != none {
				return i, p
			}
		}
		if i = s.blank(i); i >= len(data) {
			return i, more
		}
		switch data[i] {
		case ',':
			i = s.blank(i + 1)
		case ']':
			s.depth--
			return i + 1, none
		default:
			return i, noCommaInArray
		}
	}
}

// blank returns the offset behind the white space at i, of which there is
// seldom any.
func (s *scanner) blank(i int) int {
	if i < len(s.data) && s.data[i] <= ' ' {
		return s.skip(i)
	}
	return i
}

// skip is not inlined so that blank can be.
//
//go:noinline
func (s *scanner) skip(i int) (end int) {
	end, s.breaks = skip(s.data, i, s.breaks)
	return end
}
