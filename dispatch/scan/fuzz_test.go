package scan

import (
	"bytes"
	"encoding/json"
	"errors"
	"testing"
	"unicode/utf8"
)

var seeds = []string{
	`{"summary":"x","details":{"notification_type":"new_hits","hit":{"headers":{"a":[1]},"experimental":true}}}`,
	`[1,-2.5e+10,"\u00e9\ud800",true,false,null,{}]`, `"a\\\"b"`, ` {"a" : [ 1 , 2 ] }`, "\"caf\xc3\xa9 \xed\xa0\x80\"",
	`{"a":1,}`, `[1,]`, `01`, `-`, `1.`, `1e`, `NaN`, `{"a" "b"}`, "\"\x01\"", "\"\xff\"", `tru`, "\xef\xbb\xbf{}", `{a:1}`,
}

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
