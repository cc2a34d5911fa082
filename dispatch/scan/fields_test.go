package scan

import (
	"bytes"
	"encoding/json"
	"reflect"
	"testing"
	"unicode/utf8"
)

func TestFields(t *testing.T) {
	for _, c := range []struct {
		name, in string
		want     Fields
	}{
		{"a scalar", `"x"`, Fields{}},
		{"an array", `[{"notification_type":"x"}]`, Fields{}},
		{
			"an envelope", `{"summary":"s","description":"d","details":{"notification_type":"vuln","vuln":{"threat":"High"}}}`,
			Fields{Object: true, Summary: true, Details: true, DetailsType: []byte("vuln"), Threat: []byte("High")},
		},
		{
			"a security issue", `{"details":{"security_issue":{"risk":"critical"},"notification_type":"security_issue"}}`,
			Fields{Object: true, Details: true, DetailsType: []byte("security_issue"), Risk: []byte("critical")},
		},
		{"a bare hit", `{"object_type":"hit","experimental":true}`, Fields{Object: true, Other: true, ObjectType: []byte("hit")}},
		{"a bare notification", `{"notification_type":"x"}`, Fields{Object: true, Other: true, Type: []byte("x")}},
		{
			"experimental", `{"details":{"hit":{"experimental":true,"sampled":false}}}`,
			Fields{Object: true, Details: true, Experimental: true, Unsampled: true},
		},
		{"sampled", `{"details":{"hit":{"experimental":false,"sampled":true}}}`, Fields{Object: true, Details: true}},
		{
			"of duplicates the last one", `{"details":{"notification_type":"a","notification_type":"b"}}`,
			Fields{Object: true, Details: true, DetailsType: []byte("b")},
		},
		{"of duplicates the last one, of another type", `{"details":{"notification_type":"a"},"details":7}`, Fields{Object: true}},
		{
			"escapes in names and values", `{"\u0064etails":{"n\u006ftification_type":"n\u0065w\"\ud83d\ude00\ud800"}}`,
			Fields{Object: true, Details: true, DetailsType: []byte("new\"\U0001f600\ufffd")},
		},
		{"empty is not missing", `{"notification_type":""}`, Fields{Object: true, Other: true, Type: []byte{}}},
		{
			"names of other places", `{"hit":{"experimental":true},"details":{"x":{"hit":{"experimental":true}},"vuln":[{"threat":"High"}]}}`,
			Fields{Object: true, Other: true, Details: true},
		},
		{"a line break", "{\n}", Fields{Object: true, Breaks: true}},
		{"a carriage return", "[1,\r2]", Fields{Breaks: true}},
		{"no line break", "{ \"a\" :\t[ \"\\n\" ] }", Fields{Object: true, Other: true}},
	} {
		t.Run(c.name, func(t *testing.T) {
			var got Fields
			if _, err := Value([]byte(c.in), &got); err != nil {
				t.Fatal(err)
			}
			got.Headers = append([]Cut(nil), got.Headers...)
			if !reflect.DeepEqual(got, c.want) {
				t.Errorf("got  %+v\nwant %+v", got, c.want)
			}
		})
	}
}

func TestHeadersAreCut(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{`{"headers":{"A":["b"]}}`, `{}`},
		{`{"headers":1,"a":2}`, `{"a":2}`},
		{`{ "headers" : [1] , "a":2}`, `{  "a":2}`},
		{`{"a":1,"headers":"x"}`, `{"a":1}`},
		{`{"a":1 , "headers": -1.5e3 , "b":2}`, `{"a":1  , "b":2}`},
		{`{"headers":1,"headers":2}`, `{}`},
		{`{"headers":1,"headers":2,"a":3,"headers":4,"headers":null}`, `{"a":3}`},
		{`{"a":{"headers":1},"x":[{"headers":2}]}`, `{"a":{"headers":1},"x":[{"headers":2}]}`},
		{`{"h\u0065aders":{"headers":1},"a":"headers"}`, `{"a":"headers"}`},
	} {
		event := `{"details":{"hit":` + c.in + `,"headers":0},"headers":0}`
		want := `{"details":{"hit":` + c.want + `,"headers":0},"headers":0}`
		if got := without(t, []byte(event)); string(got) != want {
			t.Errorf("%s\ngot  %s\nwant %s", event, got, want)
		}
	}
}

// without cuts what is to be cut.
func without(t testing.TB, data []byte) []byte {
	var f Fields
	if _, err := Value(data, &f); err != nil {
		t.Fatalf("%q: %v", data, err)
	}
	var out []byte
	from := 0
	for _, c := range f.Headers {
		out = append(out, data[from:c.Start]...)
		from = c.End
	}
	return append(out, data[from:]...)
}

// FuzzFields holds the fields against what encoding/json finds, and the cuts
// against its tokens.
func FuzzFields(f *testing.F) {
	for _, s := range seeds {
		f.Add([]byte(s))
	}
	f.Add([]byte(`{"notification_type":"a","object_type":"hit","summary":1,"details":{"notification_type":"b","hit":{"sampled":false,"headers":1,"headers":{}},"hit":{"a":1,"headers":2},"vuln":{"threat":"x"},"security_issue":{"risk":"y"}}}`))
	f.Fuzz(func(t *testing.T, data []byte) { compareFields(t, data) })
}

func compareFields(t testing.TB, data []byte) {
	var got Fields
	start := skipped(data)
	end, err := Value(data[start:], &got)
	if err != nil {
		return
	}
	data = data[start : start+end]
	if got.Breaks != !bytes.Equal(lines(data), data) {
		t.Fatalf("%q: Breaks is %v", data, got.Breaks)
	}
	want := reference(data)
	mine := got
	mine.Headers, mine.Breaks = nil, false
	if !reflect.DeepEqual(mine, want) {
		t.Fatalf("%q\ngot  %+v\nwant %+v", data, mine, want)
	}
	rest := without(t, data)
	if !json.Valid(rest) || !utf8.Valid(rest) {
		t.Fatalf("%q: cutting leaves %q", data, rest)
	}
	if a, b := tokens(data, true), tokens(rest, false); !reflect.DeepEqual(a, b) {
		t.Fatalf("%q: cutting leaves %q\n%v\n%v", data, rest, a, b)
	}
}

func skipped(data []byte) int { return len(data) - len(bytes.TrimLeft(data, " \t\r\n")) }

// lines removes line breaks between tokens.
func lines(data []byte) []byte {
	var out []byte
	inside := false
	for i := 0; i < len(data); i++ {
		switch c := data[i]; {
		case inside && c == '\\':
			out = append(out, c)
			i++
		case c == '"':
			inside = !inside
		case !inside && (c == '\n' || c == '\r'):
			continue
		}
		out = append(out, data[i])
	}
	return out
}

func reference(data []byte) (f Fields) {
	type object = map[string]json.RawMessage
	members := func(data json.RawMessage) object {
		var o object
		if len(data) == 0 || data[0] != '{' || json.Unmarshal(data, &o) != nil {
			return nil
		}
		return o
	}
	text := func(data json.RawMessage) []byte {
		if len(data) == 0 || data[0] != '"' {
			return nil
		}
		var s string
		_ = json.Unmarshal(data, &s)
		return []byte(s)
	}
	top := members(data)
	f.Object = top != nil
	f.Type, f.ObjectType = text(top["notification_type"]), text(top["object_type"])
	for name := range top {
		switch name {
		case "summary":
			f.Summary = true
		case "details", "description":
		default:
			f.Other = true
		}
	}
	details := members(top["details"])
	f.Details = details != nil
	f.DetailsType = text(details["notification_type"])
	f.Threat = text(members(details["vuln"])["threat"])
	f.Risk = text(members(details["security_issue"])["risk"])
	hit := members(details["hit"])
	f.Experimental = string(hit["experimental"]) == "true"
	f.Unsampled = string(hit["sampled"]) == "false"
	return f
}

// tokens lists the tokens of a value, without the headers of details.hit.
func tokens(data []byte, cut bool) (list []json.Token) {
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	var walk func(path string, keep bool)
	walk = func(path string, keep bool) {
		put := func(t json.Token) {
			if keep {
				list = append(list, t)
			}
		}
		t, err := d.Token()
		if err != nil {
			return
		}
		put(t)
		delim, ok := t.(json.Delim)
		if !ok {
			return
		}
		for d.More() {
			if delim == '[' {
				walk(path+"[]", keep)
				continue
			}
			name, _ := d.Token()
			inner := path + "." + name.(string)
			keep := keep && !(cut && inner == ".details.hit.headers")
			if keep {
				list = append(list, name)
			}
			walk(inner, keep)
		}
		t, _ = d.Token()
		put(t)
	}
	walk("", true)
	return list
}
