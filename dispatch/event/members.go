package event

import (
	"bytes"
	"encoding/json"
	"iter"
	"slices"
)

// member is one member of an object: where it and its value lie in the bytes,
// ends excluded.
type member struct {
	name              string
	start, value, end int
}

// members yields the members of a valid JSON object in their order, duplicates
// included.
func members(object []byte) iter.Seq[member] {
	return func(yield func(member) bool) {
		i := skipSpace(object, skipSpace(object, 0)+1)
		for i < len(object) && object[i] == '"' {
			m := member{start: i}
			i = stringEnd(object, i)
			m.name = unquote(object[m.start:i])
			i = skipSpace(object, i)
			m.value = skipSpace(object, i+1)
			m.end = valueEnd(object, m.value)
			if !yield(m) {
				return
			}
			i = skipSpace(object, m.end)
			if i < len(object) && object[i] == ',' {
				i = skipSpace(object, i+1)
			}
		}
	}
}

// find returns the value of the last member of a name, as parsers do when there
// are several, and whether there is one.
func find(object []byte, name string) (m member, ok bool) {
	for one := range members(object) {
		if one.name == name {
			m, ok = one, true
		}
	}
	return m, ok
}

// rest returns the members of an object but for those named, joined by commas.
func rest(object []byte, without ...string) []byte {
	var out []byte
	for m := range members(object) {
		if slices.Contains(without, m.name) {
			continue
		}
		if len(out) > 0 {
			out = append(out, ',')
		}
		out = append(out, object[m.start:m.end]...)
	}
	return out
}

func skipSpace(b []byte, i int) int {
	for i < len(b) && isSpace(b[i]) {
		i++
	}
	return i
}

func isSpace(c byte) bool { return c == ' ' || c == '\n' || c == '\r' || c == '\t' }

// stringEnd returns the place after the string that begins at i.
func stringEnd(b []byte, i int) int {
	for i++; i < len(b); i++ {
		switch b[i] {
		case '\\':
			i++
		case '"':
			return i + 1
		}
	}
	return len(b)
}

// valueEnd returns the place after the value that begins at i.
func valueEnd(b []byte, i int) int {
	for depth := 0; i < len(b); {
		switch c := b[i]; {
		case c == '"':
			i = stringEnd(b, i)
			if depth == 0 {
				return i
			}
		case c == '{', c == '[':
			depth++
			i++
		case c == '}', c == ']':
			if depth == 0 {
				return i
			}
			depth--
			i++
			if depth == 0 {
				return i
			}
		case depth == 0 && (c == ',' || isSpace(c)):
			return i
		default:
			i++
		}
	}
	return len(b)
}

func unquote(quoted []byte) string {
	if bytes.IndexByte(quoted, '\\') < 0 && len(quoted) >= 2 {
		return string(quoted[1 : len(quoted)-1])
	}
	var s string
	if json.Unmarshal(quoted, &s) != nil {
		return ""
	}
	return s
}
