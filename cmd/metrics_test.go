package cmd

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil/promlint"

	"github.com/wnotify/wnotify/dispatch"
	"github.com/wnotify/wnotify/retry"
	"github.com/wnotify/wnotify/store"
)

// everything are measurements with a value for each metric.
func everything() *measurements {
	var sum store.Slot
	sum.Add(store.Attempt{Outcome: store.Delivered, Events: 3, Bytes: 900, Latency: 20 * time.Millisecond})
	sum.Add(store.Attempt{Outcome: "retry", Latency: time.Minute})
	h := dispatch.Health{
		Name: "siem", State: dispatch.StateWaiting, NextAttempt: noon, Requests: 2, Failures: 1,
		Lane: store.Lane{
			Name: "siem", Events: 4, Bytes: 1200, Oldest: noon, Dead: 1, DeadBytes: 10,
			Record: store.Record{Delivered: 3, Dead: 1, Dropped: 2, LastSuccess: noon, LastFailure: noon},
		},
	}
	return &measurements{
		release: release{Version: "v1.2.3", Go: "go1.26"}, readable: true, health: []dispatch.Health{h},
		ever: map[string]store.Slot{"siem": sum}, rejects: 5, limit: 1 << 30,
		failures: dispatch.AutoDisable{Enabled: true, Policy: retry.Policy{Percent: 60}},
		runs:     runs{"send": {noon, 69}},
		leaders:  leaders{of: map[string]string{"siem": "web-1"}},
	}
}

// exposed is what Prometheus would read.
func exposed(t *testing.T, m *measurements) string {
	t.Helper()
	var b bytes.Buffer
	a := newApp(Env{Stdout: &b, Stderr: &b, Getenv: func(string) string { return "" }})
	if err := a.printMetrics(m); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestMetricsFollowTheConventions(t *testing.T) {
	problems, err := promlint.New(strings.NewReader(exposed(t, everything()))).Lint()
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range problems {
		t.Errorf("%s: %s", p.Metric, p.Text)
	}
}

func TestMetricsTellWhatIsThere(t *testing.T) {
	text := exposed(t, everything())
	for _, line := range []string{
		`wnotify_events_accepted_total{integration="siem"} 10`,
		`wnotify_events_delivered_total{integration="siem"} 3`,
		`wnotify_events_delivered_bytes_total{integration="siem"} 900`,
		`wnotify_requests_total{integration="siem",outcome="failed"} 1`,
		`wnotify_request_duration_seconds_bucket{integration="siem",le="0.01"} 0`,
		`wnotify_request_duration_seconds_bucket{integration="siem",le="0.025"} 1`,
		`wnotify_request_duration_seconds_bucket{integration="siem",le="15"} 1`,
		`wnotify_request_duration_seconds_bucket{integration="siem",le="+Inf"} 2`,
		`wnotify_request_duration_seconds_sum{integration="siem"} 60.02`,
		`wnotify_integration_state{integration="siem",state="waiting"} 1`,
		`wnotify_window_failure_limit_ratio 0.6`,
		`wnotify_last_run_exit_code{command="send"} 69`,
		`wnotify_rejects 5`,
		`wnotify_integration_leader{integration="siem",leader="web-1"} 1`,
	} {
		if !strings.Contains(text, "\n"+line+"\n") {
			t.Errorf("it lacks %s", line)
		}
	}
	empty := exposed(t, &measurements{})
	for _, name := range []string{"wnotify_rejects ", "wnotify_queue_limit_bytes ", nameLastRun} {
		if strings.Contains(empty, name) {
			t.Errorf("what is not known is told: %s", name)
		}
	}
}

func TestEveryDescriptionHasAMetric(t *testing.T) {
	text := exposed(t, everything())
	for _, d := range descriptions {
		name := regexp.MustCompile(`fqName: "([a-z_]+)"`).FindStringSubmatch(d.String())
		if name == nil || !strings.Contains(text, "# HELP "+name[1]+" ") {
			t.Errorf("nothing is told of %s", d)
		}
	}
}

func TestAlertsAreOnMetricsThatExist(t *testing.T) {
	rules, err := os.ReadFile(filepath.Join("..", "testdata", "alerts", "wnotify.rules.yml"))
	if err != nil {
		t.Fatal(err)
	}
	text := exposed(t, everything())
	exprs := regexp.MustCompile(`(?m)^ +expr: (.*)$`).FindAllStringSubmatch(string(rules), -1)
	if len(exprs) < 5 {
		t.Fatalf("%d rules", len(exprs))
	}
	metric, state := regexp.MustCompile(`wnotify_[a-z_]+`), regexp.MustCompile(`state="([a-z-]+)"`)
	for _, e := range exprs {
		names := metric.FindAllString(e[1], -1)
		if len(names) == 0 {
			t.Errorf("on no metric of ours: %s", e[1])
		}
		for _, name := range names {
			if !strings.Contains(text, "\n# TYPE "+name+" ") {
				t.Errorf("there is no metric %s: %s", name, e[1])
			}
		}
		for _, s := range state.FindAllString(e[1], -1) {
			if !strings.Contains(text, s) {
				t.Errorf("there is no %s: %s", s, e[1])
			}
		}
	}
}

func TestLastRunsSurviveInTheTextfile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "m.prom")
	a := newApp(Env{Stdout: &bytes.Buffer{}, Stderr: &bytes.Buffer{}, Getenv: func(string) string { return "" }})
	for i, r := range []runs{{"send": {noon, 69}}, {"flush": {noon.Add(time.Minute), 0}}, nil} {
		host := []string{"", "web-2", "web-2"}[i] // the queue moved to one that hosts share
		if err := a.writeTextfile(path, &measurements{runs: r, leaders: leaders{host: host}}); err != nil {
			t.Fatal(err)
		}
	}
	got := readRuns(path)
	if len(got) != 2 || got["send"].code != 69 || !got["send"].at.Equal(noon) || !got["flush"].at.Equal(noon.Add(time.Minute)) {
		t.Errorf("%+v", got)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o644 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
	if err := os.WriteFile(path, []byte("wnotify_last_run_exit_code{command=\"x\nnonsense{} 1\n"+nameLastExit+`{command="y"} z`), 0o600); err != nil {
		t.Fatal(err)
	}
	if got := readRuns(path); len(got) != 0 {
		t.Errorf("found %+v in nonsense", got)
	}
}

func TestFilesAreReplacedAsAWhole(t *testing.T) {
	dir := t.TempDir()
	path, link := filepath.Join(dir, "report"), filepath.Join(dir, "link")
	if err := os.Symlink("report", link); err != nil {
		t.Fatal(err)
	}
	if err := replaceFile(path, []byte("one")); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, 0o640); err != nil {
		t.Fatal(err)
	}
	if err := replaceFile(link, []byte("two")); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(path)
	info, statErr := os.Stat(path)
	if err != nil || statErr != nil || string(text) != "two" || info.Mode().Perm() != 0o640 {
		t.Errorf("%q, %v, %v, %v", text, info.Mode(), err, statErr)
	}
	if err := replaceFile(dir, nil); err == nil {
		t.Error("a folder was replaced")
	}
	if err := replaceFile(filepath.Join(dir, "missing", "x"), nil); err == nil {
		t.Error("a file was made in a folder that does not exist")
	}
	entries, err := os.ReadDir(dir)
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	if want := []string{"link", "report"}; err != nil || !slices.Equal(names, want) {
		t.Errorf("left behind %v, %v", names, err)
	}
}
