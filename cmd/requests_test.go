package cmd

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/wnotify/wnotify/dispatch/receiver"
)

// desk runs commands against one configuration, at times of its own.
type desk struct {
	t   *testing.T
	dir string
}

// at runs a command that must succeed, and returns what it printed.
func (d desk) at(now time.Time, stdin string, args ...string) string {
	d.t.Helper()
	var out bytes.Buffer
	a := newApp(Env{
		Args: args, Stdin: strings.NewReader(stdin), Stdout: &out, Stderr: &out, Now: func() time.Time { return now },
		Getenv: func(name string) string {
			return map[string]string{"WNOTIFY_CONFIG": filepath.Join(d.dir, "config.toml"), "WNOTIFY_STATE": filepath.Join(d.dir, "state")}[name]
		},
	})
	if err := a.run(d.t.Context()); err != nil {
		d.t.Fatalf("wnotify %s: %v\n%s", strings.Join(args, " "), err, out.String())
	}
	return out.String()
}

// hours are the requests of the hourly events that a collector got.
func hours(t *testing.T, r *receiver.Receiver) []int64 {
	t.Helper()
	var list []int64
	for _, line := range r.Events() {
		var e struct {
			Details struct {
				Type     string `json:"notification_type"`
				Requests int64  `json:"requests"`
			} `json:"details"`
		}
		if err := json.Unmarshal(line, &e); err != nil {
			t.Fatal(err)
		}
		if e.Details.Type == "requests_per_hour" {
			list = append(list, e.Details.Requests)
		}
	}
	return list
}

func TestRequestsOfAnHourAreToldOnce(t *testing.T) {
	r, err := receiver.New(receiver.Options{TLS: true})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	d := desk{t, t.TempDir()}
	ca := filepath.Join(d.dir, "ca.pem")
	if err := os.WriteFile(ca, r.CA(), 0o600); err != nil {
		t.Fatal(err)
	}
	now := time.Now()
	ago := func(hours int) time.Time { return now.Add(-time.Duration(hours) * time.Hour) }
	d.at(now, "", "integration", "add", "siem", "--url", r.URL(), "--ca-certificate", ca, "--event", "requests_per_hour")

	// Three hours ago 12, then a counter that grows, restarts, and an hour without data.
	d.at(ago(5), "", "requests", "add", "5")
	d.at(ago(5), "", "requests", "add", "7")
	if out := d.at(ago(4), "", "requests", "add", "--total", "1000", "-o", "json"); !strings.Contains(out, `"added":0`) || !strings.Contains(out, `"generated":1`) {
		t.Errorf("the first total is the baseline, and the hour before is over: %s", out)
	}
	d.at(ago(4), "", "requests", "add", "--total", "1030")
	d.at(ago(2), `{"requests":40,"attacks":3}`, "requests", "add", "--wallarm-status", "-")

	// Each of these is the first after an hour with data; only one tells it.
	d.at(now, "", "flush")
	d.at(now, "", "flush")
	d.at(now, "", "send")
	if got := hours(t, r); len(got) != 3 || got[0] != 12 || got[1] != 30 || got[2] != 40 {
		t.Errorf("told %v, want the hours with 12, 30 and 40", got)
	}

	// send and enqueue tell an hour as well, and count it as generated.
	d.at(ago(1), "", "requests", "add", "3")
	if out := d.at(now, "", "enqueue", "-o", "json"); !strings.Contains(out, `"generated":1`) || !strings.Contains(out, `"queued":1`) {
		t.Errorf("enqueue: %s", out)
	}
	d.at(now, "", "requests", "add", "9") // this hour is not over
	if out := d.at(now, "", "flush", "-o", "json"); !strings.Contains(out, `"generated":0`) || !strings.Contains(out, `"delivered":1`) {
		t.Errorf("flush: %s", out)
	}
}
