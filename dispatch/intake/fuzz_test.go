package intake

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"reflect"
	"strings"
	"testing"
	"testing/iotest"
	"unicode/utf8"

	"pgregory.net/rapid"

	"github.com/wnotify/wnotify/dispatch/scan"
)

var seeds = []string{
	"{\"a\":1}\n{\"b\":[1,2]}\r\n\n {} ",
	"[{\"a\":1},\n{\"a\":2} ,{}]\n[]{}{}",
	"{\n \"a\": {\n  \"b\": []\n }\n}\nx\n{\"c\":1}",
	"[{},\nnope,\n{\"a\":1},\n[{}],3]\n{}",
	"{\"a\":\n{\"b\":1}\n,{\"c\":1}\n [{\"d\":1}]",
	"\xef\xbb\xbf[{\"a\":\"\xff\"},\n{},]",
	"{\"a\":1},\n{\"b\":2},\n",
	"12 true\"x\"[1\"]\n{",
	"\xff\xfe{\x00}\x00\n\x00",
	"\xef\xbb\xbf{}\nx\n\xef\xbb\xbf {\"a\":1}\n\xef\xbb\xbf[{}]\xef\xbb\xbf",
}

// small makes everything happen within a few bytes.
var small = Options{MaxEventBytes: 24}

// FuzzReader checks what holds for any input.
func FuzzReader(f *testing.F) {
	for _, s := range seeds {
		f.Add([]byte(s), uint64(0x0102030405060708))
	}
	f.Fuzz(func(t *testing.T, in []byte, cuts uint64) { checkReader(t, in, cuts) })
}

// The same, for input that has more in it than a fuzzer finds in a second.
func TestAnyInput(t *testing.T) {
	part := rapid.SampledFrom([]string{
		"{}", "{\"a\":1}", "{\"a\":[{}]}", "{\n\"a\": {}\n}", "[", "]", ",", "\n", "\r\n", " ", "{", "}", "\"", "1", "tru", "x",
		"{\"a\":nope}", "{\"a\":\"0123456789012345678901234567890\"}", "\x00", "\xff", "\xef\xbb\xbf", "\xff\xfe", "\u00e9",
	})
	rapid.Check(t, func(t *rapid.T) {
		in := strings.Join(rapid.SliceOfN(part, 0, 12).Draw(t, "in"), "")
		checkReader(t, []byte(in), rapid.Uint64().Draw(t, "cuts"))
	})
}

// checkReader checks that nothing is lost or changed, that pieces make no
// difference, and that reading can go on behind every item.
func checkReader(t failer, in []byte, cuts uint64) {
	items := collect(t, New(bytes.NewReader(in), "-", small))
	checkItems(t, in, items)
	for _, r := range []io.Reader{iotest.OneByteReader(bytes.NewReader(in)), &chopped{in: in, cuts: cuts}} {
		if got := collect(t, New(r, "-", small)); !reflect.DeepEqual(got, items) {
			t.Fatalf("%q read in pieces:\n%sat once:\n%s", in, show(got), show(items))
		}
	}
	for i, it := range items {
		if got := collect(t, resumed(in, it.Resume, small)); !reflect.DeepEqual(got, append([]Item(nil), items[i+1:]...)) {
			t.Fatalf("%q resumed at %+v:\n%sat once:\n%s", in, it.Resume, show(got), show(items[i+1:]))
		}
	}
}

// chopped gives its bytes in pieces of one to sixteen.
type chopped struct {
	in   []byte
	cuts uint64
}

func (c *chopped) Read(p []byte) (int, error) {
	if len(c.in) == 0 {
		return 0, io.EOF
	}
	n := copy(p[:min(len(p), int(c.cuts&15)+1)], c.in)
	c.cuts = c.cuts>>4 | c.cuts<<60
	c.in = c.in[n:]
	return n, nil
}

// resumed reads from a point on.
func resumed(in []byte, p Point, o Options) *Reader {
	return newReader("-", o, func() error { return nil }, func(pump *pump) error {
		pump.send(chunk{begin: &segment{start: p, final: true}})
		return pump.copyFrom(bytes.NewReader(in[p.Offset:]))
	})
}

// checkItems holds items against the input they came from: all of it is in
// them, unchanged, in order, at the places they name.
func checkItems(t failer, in []byte, items []Item) {
	const nothing = " \t\r\n[],\ufeff"
	end := int64(0)
	for _, it := range items {
		if it.Place.Offset < end || it.Place.End < it.Place.Offset || it.Place.End > int64(len(in)) || it.Resume.Offset < it.Place.End {
			t.Fatalf("%q: item at %+v behind %d, resume %+v", in, it.Place, end, it.Resume)
		}
		if gap := in[end:it.Place.Offset]; len(bytes.Trim(gap, nothing)) > 0 {
			t.Fatalf("%q: %q is lost", in, gap)
		}
		if line := int64(1 + bytes.Count(in[:it.Place.Offset], []byte("\n"))); it.Place.Line != line {
			t.Fatalf("%q: %+v is in line %d", in, it.Place, line)
		}
		if line := int64(1 + bytes.Count(in[:it.Resume.Offset], []byte("\n"))); it.Resume.Line != line {
			t.Fatalf("%q: %+v is in line %d", in, it.Resume, line)
		}
		part := in[it.Place.Offset:it.Place.End]
		if it.Reject != nil {
			sum := sha256.Sum256(part)
			if it.Reject.Size != int64(len(part)) || it.Reject.SHA256 != hex.EncodeToString(sum[:]) ||
				!bytes.Equal(it.Reject.Data, part[:min(len(part), keptBytes)]) || it.Reject.Reason == "" {
				t.Fatalf("%q: reject %+v of %q", in, it.Reject, part)
			}
		} else {
			checkEvent(t, part, &it)
		}
		end = it.Place.End
	}
	if gap := in[end:]; len(bytes.Trim(gap, nothing)) > 0 {
		t.Fatalf("%q: %q is lost at the end", in, gap)
	}
}

func checkEvent(t failer, part []byte, it *Item) {
	if !json.Valid(it.Raw) || !utf8.Valid(it.Raw) || it.Raw[0] != '{' || bytes.ContainsAny(it.Raw, "\r\n") {
		t.Fatalf("%q is no event", it.Raw)
	}
	if bytes.ContainsAny(part, "\r\n") {
		var b bytes.Buffer
		if err := json.Compact(&b, part); err != nil {
			t.Fatal(err)
		}
		part = b.Bytes()
	}
	if !bytes.Equal(part, it.Raw) {
		t.Fatalf("%q came out as %q", part, it.Raw)
	}
	var f scan.Fields
	if _, err := scan.Value(it.Raw, &f); err != nil || f.Details != it.Fields.Details || !bytes.Equal(f.Type, it.Fields.Type) {
		t.Fatalf("%q: fields %+v", it.Raw, it.Fields)
	}
}

// FuzzValid holds the events of valid input against what encoding/json finds.
func FuzzValid(f *testing.F) {
	for _, s := range seeds {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		want, ok := decoded(in)
		if !ok {
			return
		}
		var got []string
		for _, it := range collect(t, New(bytes.NewReader(in), "-", Options{})) {
			if it.Reject == nil {
				got = append(got, string(scan.AppendCompact(nil, it.Raw)))
			} else if !strings.HasPrefix(it.Reject.Reason, "not an event: ") {
				t.Fatalf("%q: %s", in, it.Reject.Reason)
			}
		}
		if !reflect.DeepEqual(got, want) {
			t.Fatalf("%q\ngot  %q\nwant %q", in, got, want)
		}
	})
}

// decoded lists the objects in valid JSON, in arrays or not; false if it is not
// valid, or has scalars outside of arrays, which encoding/json separates less
// strictly.
func decoded(in []byte) (events []string, ok bool) {
	if !utf8.Valid(in) || bytes.Count(in, []byte("["))+bytes.Count(in, []byte("{")) > scan.MaxDepth {
		return nil, false
	}
	d := json.NewDecoder(bytes.NewReader(in))
	for {
		var value json.RawMessage
		err := d.Decode(&value)
		if errors.Is(err, io.EOF) {
			return events, true
		}
		values := []json.RawMessage{value}
		switch {
		case err != nil:
			return nil, false
		case value[0] == '[':
			if json.Unmarshal(value, &values) != nil {
				return nil, false
			}
		case value[0] != '{':
			return nil, false
		}
		for _, v := range values {
			if v[0] == '{' {
				var b bytes.Buffer
				_ = json.Compact(&b, v)
				events = append(events, b.String())
			}
		}
	}
}

// FuzzLines holds the way around invalid JSON against a reading of one line
// after the other, for input whose lines are events or invalid in themselves.
func FuzzLines(f *testing.F) {
	for _, s := range seeds {
		f.Add([]byte(s))
	}
	f.Add([]byte("{}\nx\n{nope}\n  {y}\n{\"a\":1} \n"))
	f.Fuzz(func(t *testing.T, in []byte) {
		want, ok := byLine(in)
		if !ok {
			return
		}
		var got []string
		for _, it := range collect(t, New(bytes.NewReader(in), "-", Options{})) {
			if it.Reject == nil {
				got = append(got, string(it.Raw))
			} else {
				got = append(got, "<"+string(it.Reject.Data)+">")
			}
		}
		if !reflect.DeepEqual(got, want) {
			t.Fatalf("%q\ngot  %q\nwant %q", in, got, want)
		}
	})
}

func byLine(in []byte) (want []string, ok bool) {
	bad, held := "", "" // held are lines of blanks, which do not count at its end
	flush := func() {
		if bad != "" {
			want = append(want, "<"+strings.TrimRight(bad, " \t\r\n")+">")
		}
		bad, held = "", ""
	}
	for line := range strings.Lines(string(in)) {
		text := strings.TrimRight(strings.TrimLeft(line, " \t\r\n\ufeff"), " \t\r\n")
		_, err := scan.Prefix([]byte(text), nil)
		var syntax *scan.SyntaxError
		switch {
		case text != "" && strings.IndexByte("[],\xef\xfe\xff", text[0]) >= 0:
			return nil, false
		case bad != "" && text == "":
			held += line
		case bad != "" && text[0] != '{':
			bad += held + line
			held = ""
		case text == "":
		case text[0] == '{' && json.Valid([]byte(text)) && utf8.ValidString(text) && !strings.Contains(text, "\r"):
			flush()
			want = append(want, text)
		case errors.As(err, &syntax):
			flush()
			bad = strings.TrimLeft(line, " \t\r\ufeff")
		default:
			return nil, false
		}
	}
	flush()
	return want, true
}
