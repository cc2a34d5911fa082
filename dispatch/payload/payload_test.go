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
		var events [][]byte
		for _, l := range tc.lines {
			events = append(events, []byte(strings.ReplaceAll(l, "\n", string(tc.format.Separator()))))
		}
		before := bytes.Join(events, nil)
		if got := bytes.Join(tc.format.Body(events...), nil); string(got) != tc.want {
			t.Errorf("%s of %q:\n%s\nwant\n%s", tc.format, tc.lines, got, tc.want)
		}
		if after := bytes.Join(events, nil); !bytes.Equal(after, before) {
			t.Errorf("%s changed its input to %q", tc.format, after)
		}
		if got := tc.format.Content([]byte(strings.Join(tc.lines, ""))); string(got) != tc.want {
			t.Errorf("%s of %q in one piece:\n%s\nwant\n%s", tc.format, tc.lines, got, tc.want)
		}
	}
}

// decode undoes Body with the standard library.
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
func TestDecodeUndoesBody(t *testing.T) {
	event := rapid.Custom(func(t *rapid.T) string {
		b, err := json.Marshal(map[string]any{"details": rapid.MapOf(rapid.String(), rapid.String()).Draw(t, "details")})
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	})
	rapid.Check(t, func(t *rapid.T) {
		events := rapid.SliceOfN(event, 1, 20).Draw(t, "events")
		for _, f := range []payload.Format{payload.JSONArray, payload.NDJSON} {
			var parts [][]byte
			size := 0
			for i, e := range events {
				if i == 0 || rapid.Bool().Draw(t, "cut") {
					parts = append(parts, nil)
				}
				parts[len(parts)-1] = append(append(parts[len(parts)-1], e...), f.Separator())
				size += len(e) + 1
			}
			body := bytes.Join(f.Body(parts...), nil)
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
