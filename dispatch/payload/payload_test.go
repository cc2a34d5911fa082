package payload_test

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/wnotify/wnotify/dispatch/payload"
)

const (
	hit  = `{"summary":"[Wallarm] a hit","details":{"notification_type":"new_hits","n":3.10,"n":1e400}}`
	vuln = `{"summary":"\u00e9 é","details":{"notification_type":"vuln"}}`
)

// The bytes on the wire, to the last one.
func TestBodies(t *testing.T) {
	for _, tc := range []struct {
		format payload.Format
		lines  []string
		want   string
	}{
		{payload.JSONArray, []string{hit + "\n"}, "[" + hit + "]"},
		{payload.JSONArray, []string{hit + "\n", vuln + "\n"}, "[" + hit + "," + vuln + "]"},
		{payload.JSONArray, []string{hit + "\n" + vuln + "\n", hit + "\n"}, "[" + hit + "," + vuln + "," + hit + "]"},
		{payload.JSONArray, nil, "[]"},
		{payload.NDJSON, []string{hit + "\n"}, hit + "\n"},
		{payload.NDJSON, []string{hit + "\n" + vuln + "\n", hit + "\n"}, hit + "\n" + vuln + "\n" + hit + "\n"},
		{payload.NDJSON, nil, ""},
	} {
		var lines [][]byte
		for _, l := range tc.lines {
			lines = append(lines, []byte(l))
		}
		got := tc.format.Append([]byte("before"), lines...)
		if string(got) != "before"+tc.want {
			t.Errorf("%s of %q:\n%s\nwant\n%s", tc.format, tc.lines, got, tc.want)
		}
		for i, l := range tc.lines {
			if string(lines[i]) != l {
				t.Errorf("%s changed its input to %q", tc.format, lines[i])
			}
		}
	}
}

// decode undoes Append with the standard library.
func decode(f payload.Format, body []byte) (events []string, err error) {
	if f == payload.NDJSON {
		for line := range bytes.Lines(body) {
			events = append(events, strings.TrimSuffix(string(line), "\n"))
		}
		return events, nil
	}
	var raw []json.RawMessage
	err = json.Unmarshal(body, &raw)
	for _, r := range raw {
		events = append(events, string(r))
	}
	return events, err
}

// What goes in comes out, byte for byte, however the lines are cut into slices
// (at events, as the store does).
func TestDecodeUndoesAppend(t *testing.T) {
	event := rapid.Custom(func(t *rapid.T) string {
		b, err := json.Marshal(map[string]any{"details": rapid.MapOf(rapid.String(), rapid.String()).Draw(t, "details")})
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	})
	rapid.Check(t, func(t *rapid.T) {
		events := rapid.SliceOfN(event, 1, 20).Draw(t, "events")
		var lines [][]byte
		size := 0
		for i, e := range events {
			if i == 0 || rapid.Bool().Draw(t, "cut") {
				lines = append(lines, nil)
			}
			lines[len(lines)-1] = append(lines[len(lines)-1], e+"\n"...)
			size += len(e) + 1
		}
		for _, f := range []payload.Format{payload.JSONArray, payload.NDJSON} {
			body := f.Append(nil, lines...)
			got, err := decode(f, body)
			if err != nil || !slices.Equal(got, events) {
				t.Fatalf("%s: %v\n%q\nwant\n%q", f, err, got, events)
			}
			if want := size + map[payload.Format]int{payload.JSONArray: 1}[f]; len(body) != want {
				t.Fatalf("%s: %d bytes, want %d", f, len(body), want)
			}
		}
	})
}

func TestFormats(t *testing.T) {
	for name, contentType := range map[string]string{"json-array": "application/json", "ndjson": "application/x-ndjson"} {
		f, err := payload.ParseFormat(name)
		if err != nil || string(f) != name || f.ContentType() != contentType {
			t.Errorf("%s: %q, %q, %v", name, f, f.ContentType(), err)
		}
	}
	for _, name := range []string{"", "json", "NDJSON", "json-array "} {
		if _, err := payload.ParseFormat(name); err == nil || !strings.Contains(err.Error(), "json-array or ndjson") {
			t.Errorf("%q: %v", name, err)
		}
	}
}
