package event

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/wnotify/wnotify/dispatch/scan"
	"github.com/wnotify/wnotify/testdata/events"
)

var update = flag.Bool("update", false, "write the golden files and the texts of the samples anew")

// Each type has a sample, whose texts are those that go with its details.
func TestSamples(t *testing.T) {
	kinds := 0
	for k := range Kinds() {
		kinds++
		t.Run(k.Type, func(t *testing.T) {
			want := compose("[Wallarm] ", k, sampleDetails(k))
			if *update {
				write(t, filepath.Join("..", "..", "testdata", "events", k.Type+".json"), want)
				return
			}
			got := Sample(k.Type)
			if !bytes.Equal(got, want) {
				t.Errorf("the texts of the sample are not those of its details\n got %s\nwant %s", got, want)
			}
			if k.text != nil && !bytes.Contains(got, []byte(`"description":"Notification type: `+k.Type)) {
				t.Errorf("no description: its template does not find its members in the sample: %s", got)
			}
			if k.Object != "" && decode(sampleDetails(k))[k.Object] == nil {
				t.Errorf("details.%s, the object of the type, is not in the sample", k.Object)
			}
			e := identify(t, string(got))
			if e.Kind != k || e.Type != k.Type || !bytes.Equal(e.Raw, got) || e.Skip {
				t.Errorf("the sample is recognised as %+v", e)
			}
		})
	}
	files, err := events.Samples.ReadDir(".")
	if err != nil || len(files) != kinds {
		t.Errorf("%d samples for %d types (%v)", len(files), kinds, err)
	}
	if Sample("no_such_type") != nil {
		t.Error("a sample of an unknown type")
	}
}

// identify recognises JSON that must be an event.
func identify(t *testing.T, raw string) Event {
	t.Helper()
	e, err := tryIdentify(t, raw, "")
	if err != nil {
		t.Fatalf("Identify(%s): %v", raw, err)
	}
	return e
}

func tryIdentify(t *testing.T, raw, as string) (Event, error) {
	t.Helper()
	var f scan.Fields
	if end, err := scan.Value([]byte(raw), &f); err != nil || end != len(raw) {
		t.Fatalf("the test's JSON is invalid: %s: %v", raw, err)
	}
	return DefaultAccount().Identify([]byte(raw), &f, as)
}

func write(t *testing.T, path string, line []byte) {
	t.Helper()
	if !json.Valid(line) {
		t.Fatalf("not JSON: %s", line)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, append(line, '\n'), 0o644); err != nil {
		t.Fatal(err)
	}
}

// TestSampleOf: only the risk differs from the sample.
func TestSampleOf(t *testing.T) {
	for _, k := range []*Kind{Lookup("vuln"), Lookup("security_issue")} {
		got := SampleOf(k, Low)
		if want := bytes.ReplaceAll(Sample(k.Type), []byte("Medium"), []byte("Low")); !bytes.Equal(got, want) {
			t.Errorf("%s\nwant %s", got, want)
		}
	}
}
