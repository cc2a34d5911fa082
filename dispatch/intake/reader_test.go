package intake

import (
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"
)

// read collects what comes out of a stream: events as they are, rejects in
// angle brackets with their reasons.
func read(t testing.TB, r *Reader) (events, rejects []string) {
	t.Helper()
	for {
		it, err := r.Next()
		if errors.Is(err, io.EOF) {
			return events, rejects
		}
		if err != nil {
			t.Fatal(err)
		}
		if it.Reject != nil {
			rejects = append(rejects, it.Reject.Reason+"|"+string(it.Reject.Data))
		} else {
			events = append(events, string(it.Raw))
		}
	}
}

func TestFormats(t *testing.T) {
	for _, c := range []struct {
		name, in string
		events   []string
		rejects  []string
	}{
		{"empty", "", nil, nil},
		{"blank", " \r\n\t\n", nil, nil},
		{"only a byte order mark", "\xef\xbb\xbf", nil, nil},
		{"lines", "{\"a\":1}\n{\"a\":2}\r\n\n {\"a\":3} ", []string{`{"a":1}`, `{"a":2}`, `{"a":3}`}, nil},
		{"array", `[{"a":1}, {"a":2}]`, []string{`{"a":1}`, `{"a":2}`}, nil},
		{"mixed", "{}{}[{\"a\":[1]}]\n[]\n{}", []string{"{}", "{}", `{"a":[1]}`, "{}"}, nil},
		{"pretty", "[\n  {\n    \"a\": [ 1,\r\n 2 ]\n  },\n {\"b\": 2}\n]\n", []string{`{"a":[1,2]}`, `{"b": 2}`}, nil},
		{"scalars", "1 \"x\" true [2,[3]] {}", []string{"{}"}, []string{
			"not an event: an event is a JSON object, not a number|1", `not an event: an event is a JSON object, not a string|"x"`,
			"not an event: an event is a JSON object, not a literal|true", "not an event: an event is a JSON object, not a number|2",
			"not an event: an event is a JSON object, not an array in an array|[3]",
		}},
		{"bad line", "{}\nnot json\n{\"a\":1}\n", []string{"{}", `{"a":1}`}, []string{"invalid JSON: not is not JSON (byte 3)|not json"}},
		{"bad element", "[{},\n{\"a\":nope},\n{\"b\":1}\n]\n{}", []string{"{}", `{"b":1}`, "{}"}, []string{"invalid JSON: nope is not JSON (byte 10)|{\"a\":nope},"}},
		{"cut off", "{\"a\":1}\n{\"b\":", []string{`{"a":1}`}, []string{"the input ends inside a value|{\"b\":"}},
		{"cut off array", "[{},{},", []string{"{}", "{}"}, []string{"the input ends inside an array: its ] is missing|"}},
		{"cut off line swallows nothing", "{\"a\":\n{\"b\":1}\n{\"c\":1}\n", []string{`{"b":1}`, `{"c":1}`}, []string{"invalid JSON: a comma or } must come behind a member, not { (line 3, byte 14)|{\"a\":"}},
		{"utf-16", "\xff\xfe{\x00}\x00\n\x00{\x00", nil, []string{"UTF-16 is not JSON: convert it with iconv -f UTF-16 -t UTF-8|\xff\xfe{\x00}\x00\n\x00{\x00"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, in := range []io.Reader{strings.NewReader(c.in), iotest.OneByteReader(strings.NewReader(c.in))} {
				events, rejects := read(t, New(in, "-", Options{}))
				if strings.Join(events, "\n") != strings.Join(c.events, "\n") {
					t.Errorf("events %q, want %q", events, c.events)
				}
				if strings.Join(rejects, "\n") != strings.Join(c.rejects, "\n") {
					t.Errorf("rejects %q, want %q", rejects, c.rejects)
				}
			}
		})
	}
}
