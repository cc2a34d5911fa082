package intake

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"
)

// failer is what testing and rapid have in common.
type failer interface {
	Helper()
	Fatal(args ...any)
	Fatalf(format string, args ...any)
}

// collect reads to the end. Items keep no memory of the reader.
func collect(t failer, r *Reader) []Item {
	t.Helper()
	items, err := collectErr(r)
	if err != nil {
		t.Fatal(err)
	}
	return items
}

func collectErr(r *Reader) (items []Item, err error) {
	for {
		it, err := r.Next()
		if errors.Is(err, io.EOF) {
			return items, nil
		}
		if err != nil {
			return items, err
		}
		items = append(items, keep(it))
	}
}

func keep(it Item) Item {
	it.Raw = bytes.Clone(it.Raw)
	it.Fields.Headers = nil
	for _, p := range []*[]byte{&it.Fields.Type, &it.Fields.ObjectType, &it.Fields.DetailsType, &it.Fields.Threat, &it.Fields.Risk} {
		*p = bytes.Clone(*p)
	}
	return it
}

// show writes items, one on a line: events as they are, rejects as the reason
// and, in angle brackets, what was rejected.
func show(items []Item) string {
	var b strings.Builder
	for _, it := range items {
		if it.Reject == nil {
			b.Write(it.Raw)
		} else {
			b.WriteString(it.Reject.Reason + " <" + string(it.Reject.Data) + ">")
		}
		b.WriteByte('\n')
	}
	return b.String()
}

func TestFormats(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"nothing", "", ""},
		{"blanks", " \r\n\t\n", ""},
		{"a byte order mark", "\xef\xbb\xbf", ""},
		{"a byte order mark before an event", "\xef\xbb\xbf{}", "{}\n"},
		{"lines", "{\"a\":1}\n{\"a\":2}\n", "{\"a\":1}\n{\"a\":2}\n"},
		{"CRLF, empty lines, no line end at the end", "{\"a\":1}\r\n\r\n\n  {\"a\":2} \t\r\n{\"a\":3}", "{\"a\":1}\n{\"a\":2}\n{\"a\":3}\n"},
		{"an array", `[{"a":1}, {"a":2}]`, "{\"a\":1}\n{\"a\":2}\n"},
		{"an empty array", "[ ]\n[]", ""},
		{"an array with an element a line", "[\n{\"a\":1},\n{\"a\":2}\n]\n", "{\"a\":1}\n{\"a\":2}\n"},
		{"commas in front", "[{\"a\":1}\n,{\"a\":2}\n]\n", "{\"a\":1}\n{\"a\":2}\n"},
		{"one behind the other", `{}{"a":[{}]}[{}]{}`, "{}\n{\"a\":[{}]}\n{}\n{}\n"},
		{"everything", "{}\n[{},{}]\n{\n\"a\": 1\n}{}[\n{}]", "{}\n{}\n{}\n{\"a\":1}\n{}\n{}\n"},
		{"pretty-printed", "[\n  {\n    \"a b\": [ 1,\r\n 2 ]\n  },\n  {\"b\": 2}\n]\n", "{\"a b\":[1,2]}\n{\"b\": 2}\n"},
		{"what an event holds stays", `{"a":3.10,"a":1e999,"<&>":"\ud800\/é","n":12345678901234567890}`, `{"a":3.10,"a":1e999,"<&>":"\ud800\/é","n":12345678901234567890}` + "\n"},
		{"scalars", "1 \"x\"\ntrue [2,[3,{}]] {}", `not an event: an event is a JSON object, not a number <1>
not an event: an event is a JSON object, not a string <"x">
not an event: an event is a JSON object, not true or false <true>
not an event: an event is a JSON object, not a number <2>
not an event: an event is a JSON object, not an array in an array <[3,{}]>
{}
`},
		{"a bad line", "{}\nnot json\n{\"a\":1}\n", "{}\ninvalid JSON: not is not JSON (byte 3) <not json>\n{\"a\":1}\n"},
		{"two bad lines", "x\n\ny\n{}", "invalid JSON: x is not JSON (byte 0) <x\n\ny>\n{}\n"},
		{"a text", "2024-01-01 error", "invalid JSON: a number with something directly behind it (byte 4) <2024-01-01 error>\n"},
		{"a bad element", "[{},\n{\"a\":nope},\n{\"b\":1}\n]\n{}", "{}\ninvalid JSON: nope is not JSON (byte 10) <{\"a\":nope},>\n{\"b\":1}\n{}\n"},
		{"a bad element, commas in front", "[{}\n,{\"a\":nope}\n,{\"b\":1}]{}", "{}\ninvalid JSON: nope is not JSON (byte 10) <{\"a\":nope}\n,>\n{\"b\":1}\n{}\n"},
		{"a bad array before a good one", "[nope\n [{\"b\":1},{}]\n{}", "invalid JSON: nope is not JSON (byte 1) <nope\n [>\n{\"b\":1}\n{}\n{}\n"},
		{"a bad pretty-printed event", "{\n  \"a\": [\n    {\"b\": 1},\n  ],\n  \"c\": {}\n}\n{\"d\": 1}\n", "invalid JSON: trailing comma (line 4, byte 27) <{\n  \"a\": [\n    {\"b\": 1},\n  ],\n  \"c\": {}\n}>\n{\"d\": 1}\n"},
		{"a trailing comma", "[{},{},]\n{}", "{}\n{}\ninvalid JSON: trailing comma (byte 7) <]>\n{}\n"},
		{"a comma outside", "{},\n{},\n{}\n", "{}\ninvalid JSON: , is not JSON (byte 2) <,>\n{}\n{}\nthe input ends inside an array: its ] is missing <>\n"},
		{"a missing comma", "[{}\n{}\n]{}", "{}\ninvalid JSON: a comma or ] must come behind an element of an array (byte 4) <>\n{}\n{}\n"},
		{"a missing comma in a line", "[{} {}\n,{}]", "{}\ninvalid JSON: a comma or ] must come behind an element of an array (byte 4) <{}\n,>\n{}\n"},
		{"an array cut off, then lines", "[{},\n{}\n{\"a\":1}\n{\"a\":2}\n", "{}\n{}\ninvalid JSON: a comma or ] must come behind an element of an array (byte 8) <>\n{\"a\":1}\n{\"a\":2}\n"},
		{"the end inside a value", "{\"a\":1}\n{\"b\": ", "{\"a\":1}\nthe input ends inside a value <{\"b\":>\n"},
		{"the end inside a literal", "tru", "the input ends inside a value <tru>\n"},
		{"the end behind a number", "12", "not an event: an event is a JSON object, not a number <12>\n"},
		{"the end inside an array", "[{},{},", "{}\n{}\nthe input ends inside an array: its ] is missing <>\n"},
		{"a line cut off swallows nothing", "{\"a\":\n{\"b\":1}\n{\"c\":1}\n", "invalid JSON: a comma or } must come behind a member, not { (line 3, byte 14) <{\"a\":>\n{\"b\":1}\n{\"c\":1}\n"},
		{"a line cut off between members", "{\"a\":1,\n{\"b\":1}\n", "invalid JSON: a member name in double quotes must come here, not { (line 2, byte 8) <{\"a\":1,>\n{\"b\":1}\n"},
		{"a line cut off in a string", "{\"a\":\"x\n{\"b\":1}\n", "invalid JSON: raw control character 0x0a in a string (byte 7) <{\"a\":\"x>\n{\"b\":1}\n"},
		{"a NUL byte", "{}\n\x00\x00{}\n{\"a\":1}\n", "{}\ninvalid JSON: a NUL byte is not JSON (byte 3) <\x00\x00{}>\n{\"a\":1}\n"},
		{"invalid UTF-8", "{\"a\":\"\xff\"}\n{}", "invalid JSON: invalid UTF-8 (byte 0xff) (byte 6) <{\"a\":\"\xff\"}>\n{}\n"},
		{"files with byte order marks, joined", "\ufeff{\"a\":1}\n\ufeff{\"a\":2}\ufeff\r\n \ufeff[{\"a\":3}]\ufeff[{\"a\":4}]\n\ufeff", "{\"a\":1}\n{\"a\":2}\n{\"a\":3}\n{\"a\":4}\n"},
		{"a byte order mark behind a bad line", "nope\n\ufeff{\"a\":1}\n\ufeff\n", "invalid JSON: nope is not JSON (byte 0) <nope>\n{\"a\":1}\n"},
		{"a byte order mark in front of a bad line", "{}\n\ufeffnope\n{}", "{}\ninvalid JSON: nope is not JSON (byte 6) <nope>\n{}\n"},
		{"a byte order mark between bad lines", "x\n\ufeff\n\ufeffy\n{}", "invalid JSON: x is not JSON (byte 0) <x\n\ufeff\n\ufeffy>\n{}\n"},
		{"a byte order mark behind a line cut off", "{\"a\":\n\ufeff{\"b\":1}", "invalid JSON: a byte order mark is not JSON (line 2, byte 6) <{\"a\":>\n{\"b\":1}\n"},
		{"a byte order mark behind an array cut off", "[{\"a\":1}\n\ufeff[{\"b\":1}]", "{\"a\":1}\ninvalid JSON: a comma or ] must come behind an element of an array (byte 9) <\ufeff[>\n{\"b\":1}\n"},
		{"a byte order mark in an array", "[\ufeff{},{}]\n{}", "invalid JSON: a byte order mark is not JSON (byte 1) <\ufeff{},{}]>\n{}\n"},
		{"a byte order mark in an event", "{\"a\":\ufeff1}\n{\"a\":\"\ufeff\"}", "invalid JSON: a byte order mark is not JSON (byte 5) <{\"a\":\ufeff1}>\n{\"a\":\"\ufeff\"}\n"},
		{"half a byte order mark", "{}\n\xef\xbb{}\n{}\n\xef", "{}\ninvalid JSON: \"\\xef\" is not JSON (byte 3) <\xef\xbb{}>\n{}\ninvalid JSON: \"\\xef\" is not JSON (byte 11) <\xef>\n"},
		{"UTF-16", "\xff\xfe{\x00}\x00\n\x00{\x00}\x00", "UTF-16 is not JSON: convert it with iconv -f UTF-16 -t UTF-8 <\xff\xfe{\x00}\x00\n\x00{\x00}\x00>\n"},
		{"UTF-16, big-endian", "\xfe\xff\x00{\x00}\x00\n\x00{\x00}", "UTF-16 is not JSON: convert it with iconv -f UTF-16 -t UTF-8 <\xfe\xff\x00{\x00}\x00\n\x00{\x00}>\n"},
		{"too deep", strings.Repeat("[", 600) + "\n{}", "invalid JSON: nested deeper than 512 (byte 513) <" + strings.Repeat("[", 599) + ">\n{}\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			for name, in := range map[string]io.Reader{
				"at once":         strings.NewReader(c.in),
				"a byte a time":   iotest.OneByteReader(strings.NewReader(c.in)),
				"end with bytes":  iotest.DataErrReader(strings.NewReader(c.in)),
				"in half buffers": iotest.HalfReader(strings.NewReader(c.in)),
			} {
				if got := show(collect(t, New(in, "-", Options{}))); got != c.want {
					t.Errorf("%s:\ngot  %q\nwant %q", name, got, c.want)
				}
			}
		})
	}
}
