package intake

import (
	"bytes"
	"encoding/json"
	"os"
	"strings"
	"testing"
)

// The samples of Wallarm's published pages, as they are printed there. One is
// JSON; of the others the page, or its way here, has left quotes and brackets
// out.
func TestPublishedSamples(t *testing.T) {
	for _, c := range []struct{ file, reason string }{
		{"logstash-hit.json", ""},
		{"logstash-test.txt", "invalid JSON: a member name in double quotes must come here, not summary (line 4, byte 27)"},
		{"fluentd-hit.txt", "invalid JSON: a member outside of any object, a { is missing (byte 28)"},
		{"fluentd-test.txt", "invalid JSON: summary is not JSON (byte 23)"},
	} {
		t.Run(c.file, func(t *testing.T) {
			data, err := os.ReadFile("testdata/" + c.file)
			if err != nil {
				t.Fatal(err)
			}
			good := []byte("{\"good\":1}\n")
			in := append(append(bytes.Clone(good), data...), good...)
			items := collect(t, New(bytes.NewReader(in), "-", Options{}))
			checkItems(t, in, items)
			if len(items) != 3 || string(items[0].Raw) != `{"good":1}` || string(items[2].Raw) != `{"good":1}` {
				t.Fatalf("the good events around it are lost:\n%s", show(items))
			}
			if c.reason != "" {
				if r := items[1].Reject; r == nil || r.Reason != c.reason || !bytes.Contains(r.Data, []byte("summary")) {
					t.Errorf("got %+v, want %q", r, c.reason)
				}
				return
			}
			var b bytes.Buffer
			if err := json.Compact(&b, data); err != nil {
				t.Fatal(err)
			}
			if want := strings.Trim(b.String(), "[]"); string(items[1].Raw) != want {
				t.Errorf("got  %s\nwant %s", items[1].Raw, want)
			}
			if string(items[1].Fields.DetailsType) != "new_hits" {
				t.Errorf("fields %+v", items[1].Fields)
			}
		})
	}
}
