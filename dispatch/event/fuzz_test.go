package event

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/wnotify/wnotify/dispatch/scan"
)

// Whatever is recognised is valid JSON that says its type, and every value that
// came in is in it byte for byte, but for white space.
func FuzzIdentify(f *testing.F) {
	for k := range Kinds() {
		f.Add(Sample(k.Type), "")
	}
	for _, s := range []string{
		`{"object_type":"hit","headers":{"a":1},"x":3.10}`, `{"notification_type":"vuln","vuln":{"id":null}}`, `{"notification_type":"n","details":{}}`,
		"{\n\"a\" : [ 1,\t2 ] , \"a\":\"\\ud83d\\u005c\" }", `{"details":{"notification_type":0,"notification_type":"x","hit":{"headers":0}}}`,
		`{"summary":1,"details":{"client_name":2}}`, `{"notification_type":"incidents_exceeded","condition":"hits","threshold":1,"period":"x","filters":[[],{}]}`,
	} {
		f.Add([]byte(s), "hits")
		f.Add([]byte(s), "")
	}
	f.Fuzz(func(t *testing.T, raw []byte, as string) {
		raw = bytes.TrimSpace(raw)
		var fields scan.Fields
		end, err := scan.Value(raw, &fields)
		if err != nil || end != len(raw) || !json.Valid(raw) {
			return
		}
		e, err := DefaultAccount().Identify(raw, &fields, as)
		if err != nil {
			return
		}
		for _, line := range [][]byte{e.Raw, e.Plain} {
			if !json.Valid(line) || bytes.ContainsAny(line, "\n\r") {
				t.Fatalf("not JSON on one line: %q", line)
			}
		}
		if got := decode(e.Raw).at("details").str("notification_type"); e.Type == "" || got != e.Type && !strings.Contains(got, "\ufffd") {
			t.Fatalf("type %q, in the event %q: %s", e.Type, got, e.Raw)
		}
		out := oneLine(e.Raw)
		for m := range members(raw) {
			if m.name == "details" {
				continue // its own members are kept, but it may get more
			}
			if !bytes.Contains(out, oneLine(raw[m.value:m.end])) {
				t.Fatalf("the value of %q is not in %s", m.name, out)
			}
		}
		if m, ok := find(raw, "details"); ok && raw[m.value] == '{' {
			for inner := range members(raw[m.value:m.end]) {
				if !bytes.Contains(out, oneLine(raw[m.value:m.end][inner.start:inner.end])) {
					t.Fatalf("the member %q of details is not in %s", inner.name, out)
				}
			}
		}
		// An alert is made of whatever was recognised.
		if alert := DefaultAccount().EventAlert("t", e); !json.Valid(alert) {
			t.Fatalf("alert %q", alert)
		}
	})
}

func BenchmarkIdentify(b *testing.B) {
	hit, _ := find(Sample("new_hits"), "details")
	details := Sample("new_hits")[hit.value:hit.end]
	bare, _ := find(details, "hit")
	for name, raw := range map[string][]byte{
		"envelope": Sample("new_hits"), "hit": details[bare.value:bare.end], "notification": oneLine(sampleDetails(Lookup("vuln"))),
	} {
		b.Run(name, func(b *testing.B) {
			var f scan.Fields
			if _, err := scan.Value(raw, &f); err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			b.SetBytes(int64(len(raw)))
			for b.Loop() {
				if _, err := us.Identify(raw, &f, ""); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
