package scan

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"unicode/utf8"
)

var seeds = []string{
	`{"summary":"x","details":{"notification_type":"new_hits","hit":{"headers":{"a":[1]},"experimental":true}}}`,
	`[1,-2.5e+10,"\u00e9\ud800",true,false,null,{}]`, `"a\\\"b"`, ` {"a" : [ 1 , 2 ] }`, "\"caf\xc3\xa9 \xed\xa0\x80\"",
	`{"a":1,}`, `[1,]`, `01`, `-`, `1.`, `1e`, `NaN`, `{"a" "b"}`, "\"\x01\"", "\"\xff\"", `tru`, "\xef\xbb\xbf{}", `{a:1}`,
}

// The fuzz targets below share their comparisons with the torture test.

// deep reports whether data may be nested deeper than the scanner takes.
func deep(data []byte) bool {
	return bytes.Count(data, []byte("["))+bytes.Count(data, []byte("{")) > MaxDepth
}

func FuzzValue(f *testing.F) {
	for _, s := range seeds {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) { compare(t, data) })
}

// compare holds Valid, Value and Prefix against the standard library.
func compare(t testing.TB, data []byte) {
	if deep(data) {
		return
	}
	want := json.Valid(data) && utf8.Valid(data)
	if got := Valid(data); got != want {
		t.Fatalf("Valid(%q) = %v", data, got)
	}
	// Behind the value there is room for the fast path.
	if got := Valid(append(bytes.Clone(data), strings.Repeat(" ", 64)...)); got != want {
		t.Fatalf("Valid(%q and blanks) = %v", data, got)
	}
	var fields Fields
	end, err := Value(data, &fields)
	var syntax *SyntaxError
	switch {
	case err == nil:
		if !json.Valid(data[:end]) || !utf8.Valid(data[:end]) {
			t.Fatalf("Value(%q) took %q", data, data[:end])
		}
	case errors.As(err, &syntax):
		if syntax.Offset != end || end >= len(data) {
			t.Fatalf("Value(%q) = %d, %v", data, end, err)
		}
	case !errors.Is(err, ErrMore):
		t.Fatal(err)
	}
}

func FuzzCompact(f *testing.F) {
	for _, s := range seeds {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if !json.Valid(data) {
			return
		}
		var want bytes.Buffer
		if err := json.Compact(&want, data); err != nil {
			t.Fatal(err)
		}
		if got := AppendCompact(nil, data); !bytes.Equal(got, want.Bytes()) {
			t.Fatalf("AppendCompact(%q) = %q, want %q", data, got, want.Bytes())
		}
	})
}

// FuzzTracker holds the tracker, fed in two pieces, against Prefix.
func FuzzTracker(f *testing.F) {
	for _, s := range seeds {
		f.Add([]byte(s), uint16(3))
	}
	f.Fuzz(func(t *testing.T, data []byte, cut uint16) { track(t, data, int(cut)) })
}

func track(t testing.TB, data []byte, cut int) {
	end, err := Prefix(data, nil)
	var tr Tracker
	if cut %= len(data) + 1; cut < 0 {
		cut = 0
	}
	n, s := tr.Feed(data[:cut])
	if s == Inside {
		var k int
		k, s = tr.Feed(data[cut:])
		n += k
	}
	switch {
	case err == nil && (s != Done || n != end),
		errors.Is(err, ErrMore) && (s != Inside || n != len(data)),
		err != nil && !errors.Is(err, ErrMore) && (s != Bad || n < end):
		t.Fatalf("%q cut at %d: tracker says %d at %d, Prefix %d, %v", data, cut, s, n, end, err)
	}
}
