package scan

import (
	"errors"
	"strings"
	"testing"
)

func TestMessages(t *testing.T) {
	for _, c := range []struct {
		in     string
		offset int
		msg    string
	}{
		{`{"a":1,}`, 7, "trailing comma"},
		{`[1, ]`, 4, "trailing comma"},
		{`NaN`, 0, "NaN is not JSON"},
		{`[-Infinity]`, 1, "-Infinity is not JSON"},
		{`{summary:"x"}`, 1, "a member name in double quotes must come here, not summary"},
		{`{'a':1}`, 1, "a member name in double quotes must come here, not a single quote"},
		{`{"a" "b"}`, 5, `a colon must come behind a member name, not "`},
		{`{"a":1 "b":2}`, 7, `a comma or } must come behind a member, not "`},
		{`["a":1]`, 4, "a comma or ] must come behind an element, not :"},
		{"{\"a\":\"x\ny\"}", 7, "raw control character 0x0a in a string"},
		{"\"\x00\"", 1, "raw control character 0x00 in a string"},
		{"\"\xff\"", 1, "invalid UTF-8 (byte 0xff)"},
		{"\"\xed\xa0\x80\"", 1, "invalid UTF-8 (byte 0xed)"},
		{`"\x"`, 1, `unknown escape "\\x" in a string`},
		{`"\u12g4"`, 1, `unknown escape "\\u" in a string`},
		{`01`, 0, "a number with a leading zero"},
		{`-x`, 0, "-x is not JSON"},
		{`1.e3`, 2, "no digits behind the decimal point"},
		{`1ex`, 2, "no digits in the exponent"},
		{`[+1]`, 1, "+1 is not JSON"},
		{`// a`, 0, "a comment is not JSON"},
		{"\x00", 0, "a NUL byte is not JSON"},
		{"\xef\xbb\xbf{}", 0, "a byte order mark is not JSON"},
		{"[\u00a01]", 1, `"\u00a0" is not JSON`},
		{strings.Repeat("[", 513), 512, "nested deeper than 512"},
	} {
		end, err := Value([]byte(c.in), nil)
		var syntax *SyntaxError
		if !errors.As(err, &syntax) || end != c.offset || syntax.Offset != c.offset || syntax.Msg != c.msg {
			t.Errorf("%.40q: at %d: %v\nwant at %d: %s", c.in, end, err, c.offset, c.msg)
		}
	}
}

func TestDepth(t *testing.T) {
	for _, pair := range []string{"[]", "{}"} {
		open := pair[:1]
		if open == "{" {
			open = `{"a":`
		}
		deep := strings.Repeat(open, MaxDepth-1) + pair + strings.Repeat(pair[1:], MaxDepth-1)
		if !Valid([]byte(deep)) {
			t.Errorf("%d levels of %s are refused", MaxDepth, pair)
		}
		if Valid([]byte(open + deep + pair[1:])) {
			t.Errorf("%d levels of %s are taken", MaxDepth+1, pair)
		}
		if _, err := Value([]byte(strings.Repeat(open, 1_000_000)), nil); err == nil || errors.Is(err, ErrMore) {
			t.Errorf("a million of %s: %v", open, err)
		}
	}
}

// Every beginning of an event is incomplete, and every event ends where it
// does, whatever follows.
func TestPrefixes(t *testing.T) {
	for rest := sample(20, 7); len(rest) > 0; {
		end, err := Value(rest, nil)
		if err != nil {
			t.Fatal(err)
		}
		event := rest[:end]
		for n := range event {
			if _, err := Prefix(event[:n], nil); !errors.Is(err, ErrMore) {
				t.Fatalf("%q: %v", event[:n], err)
			}
		}
		for _, behind := range []string{"", "\n", `{"a":"b","c":"d","e":"f","g":"h"}`, `"`, "}", "\xff"} {
			if got, err := Prefix([]byte(string(event)+behind), nil); err != nil || got != end {
				t.Fatalf("%q%q: %d, %v", event, behind, got, err)
			}
		}
		rest = rest[end+1:]
	}
}

func TestNumbersNeedAnEnd(t *testing.T) {
	for _, in := range []string{"0", "-1", "12345678901234567890", "1.5", "1e9"} {
		if _, err := Prefix([]byte(in), nil); !errors.Is(err, ErrMore) {
			t.Errorf("%s may go on, but Prefix says %v", in, err)
		}
		if end, err := Value([]byte(in), nil); err != nil || end != len(in) {
			t.Errorf("%s is whole, but Value says %d, %v", in, end, err)
		}
	}
	for _, in := range []string{"", "-", "1.", "1e", "1e+", "tru", `"`, "[1"} {
		if _, err := Value([]byte(in), nil); !errors.Is(err, ErrMore) {
			t.Errorf("%q is incomplete, but Value says %v", in, err)
		}
	}
}

func TestNoAllocations(t *testing.T) {
	data := sample(1, 3)
	var f Fields
	if n := testing.AllocsPerRun(100, func() { _, _ = Value(data, &f) }); n != 0 {
		t.Errorf("%v allocations an event", n)
	}
}
