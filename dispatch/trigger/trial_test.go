package trigger_test

import (
	"strings"
	"testing"
	"time"

	"github.com/wnotify/wnotify/dispatch/event"
	"github.com/wnotify/wnotify/dispatch/trigger"
)

// A trial says of each event whether it counts, and why not.
func TestTrial(t *testing.T) {
	later := start.Add(time.Hour)
	sqli := trigger.Filter{Field: "attack_type", Values: []string{"sqli", "rce"}}
	office := trigger.Filter{Field: "ip", Not: true, Values: []string{"192.0.2.1"}}
	type step struct {
		event  *event.Event
		count  int64
		alerts int
		reason string // a part of it; "": it counts, and nothing is to say
	}
	for name, c := range map[string]struct {
		rule  trigger.Rule
		steps []step
	}{
		"hits": {counting("hits", 1, time.Minute, sqli, office), []step{
			{at(t, 0), 1, 0, ""},
			{hit(t, m{"type": "xss"}), 0, 0, `its attack_type is "xss", and the filter takes only sqli, rce`},
			{hit(t, m{"type": nil}), 0, 0, `its attack_type has none, and the filter takes only sqli, rce`},
			{hit(t, m{"remote_addr4": "192.0.2.1"}), 0, 0, `its ip is "192.0.2.1", which the filter excludes: not 192.0.2.1`},
			{parsed(t, event.Sample("vuln")), 0, 0, "it is nothing that hits looks at"},
			{hit(t, m{"object_type": "incident"}), 0, 0, "it is nothing that hits looks at"},
			{hit(t, m{"sampled": false}), 0, 0, "not in the sample"},
			{at(t, -60), 1, 0, "it is older than the window, which ends at 2026-05-04T03:02:01Z"},
			{at(t, 59), 2, 1, ""},
			{at(t, 9000), 1, 0, "its request_time lies in the future, so it counts at its arrival"},
		}},
		"attacks": {counting("attacks", 1, 24*time.Hour), []step{
			{at(t, 0), 1, 0, ""},
			{at(t, 3600), 1, 0, "it belongs to an attack that was counted"},
			{hit(t, m{"path": "/x"}), 2, 1, ""},
		}},
		"payloads": {counting("payloads", 1, time.Hour), []step{
			{hit(t, m{}), 1, 0, ""},
			{hit(t, m{}), 1, 0, "its payloads were counted"},
			{hit(t, m{"payloads": []string{}}), 0, 0, "it has no payload, or no source address"},
			{hit(t, m{"remote_addr4": "192.0.2.1", "payloads": []string{"a", "b", "c"}}), 2, 1, ""},
			{hit(t, m{"payloads": []string{"say ni", "another"}}), 2, 1, ""},
		}},
		"user_added": {watching("user_added"), []step{
			{parsed(t, event.Sample("create_user")), 0, 1, ""},
			{of(t, "create_user", m{"trigger_name": "t"}), 0, 0, "it is an alert of this trigger"},
		}},
	} {
		t.Run(name, func(t *testing.T) {
			c.rule.Enabled = false // it can be tried all the same
			trial, err := trigger.NewTrial(c.rule)
			if err != nil {
				t.Fatal(err)
			}
			for i, s := range c.steps {
				v, err := trial.Try(s.event, later)
				if err != nil {
					t.Fatal(err)
				}
				counts := s.reason == "" || strings.Contains(s.reason, "at its arrival")
				if v.Counted != counts || v.Count != s.count || len(v.Alerts) != s.alerts || !strings.Contains(v.Reason, s.reason) || s.reason == "" && v.Reason != "" {
					t.Errorf("event %d: %+v, want %+v", i+1, v, s)
				}
			}
		})
	}
}

func TestTrialOfAWrongRule(t *testing.T) {
	if _, err := trigger.NewTrial(trigger.Rule{Name: "t", Condition: "hit"}); err == nil {
		t.Error("a rule with an unknown condition can be tried")
	}
}
