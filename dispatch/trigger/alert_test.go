package trigger_test

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/wnotify/wnotify/dispatch/event"
	"github.com/wnotify/wnotify/dispatch/scan"
	"github.com/wnotify/wnotify/dispatch/trigger"
)

var update = flag.Bool("update", false, "write the golden files")

// The alerts of every condition, letter by letter. They differ from the
// published samples where the samples show neither details nor filters.
func TestAlertLines(t *testing.T) {
	account := event.Account{ClientName: "TestCompany", Cloud: "EU", Partner: "Wallarm"}
	at := time.Unix(1603834606, 0)
	object := func(kind string, n int) (list []*event.Event) {
		for i := range n {
			list = append(list, hit(t, m{
				"object_type": kind, "request_time": at.Unix() - int64(i), "path": fmt.Sprint("/", i), "payloads": []string{fmt.Sprint(i)}, "remote_addr4": "1.1.1.1",
			}))
		}
		return list
	}
	sample := func(name string) []*event.Event { return []*event.Event{parsed(t, event.Sample(name))} }
	var got bytes.Buffer
	for _, c := range []struct {
		name   string
		rule   trigger.Rule
		events []*event.Event
	}{
		{"Notification about SQLi hits", counting("hits", 1, time.Minute, trigger.Filter{Field: "attack_type", Values: []string{"sqli"}}), object("hit", 3)},
		{"Attacks", counting("attacks", 2, 24*time.Hour, trigger.Filter{Field: "domain", Not: true, Values: []string{"test.example.com", "b.example.com"}}), object("hit", 5)},
		{"Notification about incidents", counting("incidents", 1, 2*time.Second, trigger.Filter{Field: "target", Values: []string{"server", "database"}}), object("incident", 2)},
		{"Payloads", counting("payloads", 3, time.Hour), object("hit", 4)},
		{"Added user", watching("user_added"), sample("create_user")},
		{"Denylisted", watching("ip_denylisted"), sample("ip_blocked")},
		{"Changes in API", watching("api_changed"), sample("api_structure_changed")},
		{"Rogue API", watching("rogue_api"), sample("api_comparison_result")},
		{"Stolen credentials", watching("compromised_account"), sample("compromised_logins")},
	} {
		c.rule.Name = c.name
		counter := trigger.NewCounter([]trigger.Rule{c.rule}, nothing)
		var notes []trigger.Note
		for _, e := range c.events {
			notes = counter.Note(notes, e, at)
		}
		_, alerts, err := counter.Count(notes)
		if err != nil || len(alerts) != 1 {
			t.Fatalf("%s: %d alerts, %v", c.name, len(alerts), err)
		}
		line := alerts[0].Line(account)
		if !scan.Valid(line) || bytes.IndexByte(line, '\n') >= 0 {
			t.Errorf("%s: not one line of JSON: %s", c.name, line)
		}
		fmt.Fprintf(&got, "# %s, %s\n%s\n", c.rule.Condition, alerts[0].ID, line)
	}
	const golden = "testdata/alerts.txt"
	if *update {
		if err := os.WriteFile(golden, got.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got.Bytes(), want) {
		t.Errorf("the alerts are\n%s\nwant\n%s", got.Bytes(), want)
	}
}
