package event

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

var (
	us = DefaultAccount()
	eu = Account{ClientName: "TestCompany", Cloud: "EU", Partner: "Wallarm"}

	siem  = Integration{ID: "siem", Name: "Production SIEM", Type: "fluentd"}
	burst = Trigger{Name: "sqli-burst", Condition: "hits", Enabled: true}
	noon  = time.Date(2026, 8, 22, 12, 0, 0, 0, time.UTC)
)

func crossing(trigger, condition string, per time.Duration, clauses ...Clause) Crossing {
	return Crossing{
		Trigger: trigger, Condition: condition, Count: 2, MoreThan: 1, Per: per, Clauses: clauses,
		From: noon.Add(-per), To: noon,
	}
}

// written are the notifications that wnotify writes, each with its golden file.
func written(t *testing.T) map[string][]byte {
	t.Helper()
	payloads := crossing("payloads", "payloads", 90*time.Minute)
	payloads.Address = "2001:db8::1"
	m := map[string][]byte{
		"disable_integration": us.IntegrationDisabled(siem, "alice"),
		"delete_integration":  us.IntegrationDeleted(siem, ""),
		"integration_broken": us.IntegrationBroken(siem, Failures{
			Reason: "503 Service Unavailable", Failed: 136, Total: 214, Window: 12 * time.Hour,
		}),
		"trigger_create":    us.TriggerCreated(burst, "alice"),
		"trigger_update":    us.TriggerUpdated(burst, ""),
		"trigger_delete":    us.TriggerDeleted(burst, "alice"),
		"requests_per_hour": us.RequestsPerHour(123456, noon),

		"alert-attacks": us.ThresholdAlert(crossing("Attacks", "attacks", 24*time.Hour,
			Clause{Field: "attack_type", Not: true, Values: []string{"ptrav", "scanner"}},
			Clause{Field: "application", Values: []string{"-1", "8"}})),
		"alert-hits": eu.ThresholdAlert(crossing("Notification about SQLi hits", "hits", time.Minute,
			Clause{Field: "attack_type", Values: []string{"sqli"}})),
		"alert-incidents": eu.ThresholdAlert(crossing("Notification about incidents", "incidents", time.Second,
			Clause{Field: "target", Values: []string{"server", "database"}})),
		"alert-payloads": us.ThresholdAlert(payloads),

		"alert-escaping": Account{ClientName: "A \xff <b> & \"c\"", Cloud: "US", Partner: "P\n\u2028"}.
			IntegrationDisabled(Integration{ID: "a", Name: "tab\t\\ \x00 é", Type: "webhook"}, "</script>"),
	}
	for name, typ := range map[string]string{
		"alert-user_added": "create_user", "alert-ip_denylisted": "ip_blocked", "alert-api_changed": "api_structure_changed",
		"alert-rogue_api": "api_comparison_result", "alert-compromised_account": "compromised_logins",
	} {
		m[name] = eu.EventAlert("Added user", identify(t, string(Sample(typ))))
	}
	for k := range Kinds() {
		m["test-"+k.Type] = us.Test(k, Unknown)
	}
	m["test-vuln-high"] = eu.Test(Lookup("vuln"), High)
	m["test-security_issue-info"] = eu.Test(Lookup("security_issue"), Info)
	return m
}

func TestGolden(t *testing.T) {
	all := written(t)
	for name, got := range all {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join("testdata", name+".json")
			if *update {
				write(t, path, got)
			}
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if want = bytes.TrimSuffix(want, []byte("\n")); !bytes.Equal(got, want) {
				t.Errorf("\n got %s\nwant %s", got, want)
			}
			checkShape(t, got)
		})
	}
	files, err := filepath.Glob("testdata/*.json")
	if err != nil || len(files) != len(all) {
		t.Errorf("%d golden files for %d notifications (%v)", len(files), len(all), err)
	}
}

// checkShape asserts what holds for every notification: one line of valid JSON,
// the members in the published order, and wnotify recognises it.
func checkShape(t *testing.T, line []byte) {
	t.Helper()
	if !json.Valid(line) || bytes.ContainsAny(line, "\n\r") {
		t.Fatalf("not JSON on one line: %s", line)
	}
	if got := strings.Replace(names(line), "summary description details", "summary details", 1); got != "summary details" {
		t.Errorf("members in the order %q", names(line))
	}
	details, _ := find(line, "details")
	if got := names(line[details.value:details.end]); !strings.HasPrefix(got, "client_name cloud notification_type") {
		t.Errorf("members of details in the order %q", got)
	}
	if e := identify(t, string(line)); e.Kind == nil || !bytes.Equal(e.Raw, line) {
		t.Errorf("recognised as %+v", e)
	}
}

func names(object []byte) string {
	var list []string
	for m := range members(object) {
		list = append(list, m.name)
	}
	return strings.Join(list, " ")
}

// A value that comes in is the value that goes out, whatever is in it.
func TestEscaping(t *testing.T) {
	line := Account{ClientName: "A \xff", Cloud: "US", Partner: "<P>"}.IntegrationDisabled(Integration{Name: "\"\\\n<&>", Type: "webhook"}, "")
	var got struct {
		Summary string `json:"summary"`
		Details struct {
			Client      string `json:"client_name"`
			Integration struct {
				Name string `json:"name"`
			} `json:"integration"`
		} `json:"details"`
	}
	if err := json.Unmarshal(line, &got); err != nil {
		t.Fatal(err)
	}
	if got.Details.Client != "A \ufffd" || got.Details.Integration.Name != "\"\\\n<&>" || got.Summary != "[<P>] Integration was disabled" {
		t.Errorf("%+v", got)
	}
	if !bytes.Contains(line, []byte("<&>")) {
		t.Errorf("escaped for HTML: %s", line)
	}
}

func TestPercentIsNeverAboveWhatWasFound(t *testing.T) {
	for _, tt := range []struct {
		failed, total int64
		want          string
	}{{2, 3, "66"}, {60, 100, "60"}, {20, 20, "100"}, {0, 0, "0"}} {
		line := us.IntegrationBroken(siem, Failures{Failed: tt.failed, Total: tt.total, Window: 90 * time.Minute})
		details := decode(line).at("details")
		if got := details.str("failure_percent"); got != tt.want {
			t.Errorf("%d of %d: %s%%, want %s%%", tt.failed, tt.total, got, tt.want)
		}
		if got := decode(line).str("description"); !strings.Contains(got, "failed in 90 minutes.") || strings.Contains(got, "reason") {
			t.Errorf("description: %s", got)
		}
	}
}
