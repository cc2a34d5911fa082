package event

import (
	"strings"
	"testing"
	"time"
)

// body is what the description of a notification says, between its first line
// and the client.
func body(t *testing.T, line []byte) string {
	t.Helper()
	n := decode(line)
	if n["description"] == nil {
		return ""
	}
	_, text, _ := strings.Cut(n.str("description"), "\n\n")
	if body, _, found := strings.Cut(text, "\n\n    Client: "); found {
		return body
	}
	return strings.TrimSuffix(text, "\n\nClient: TestCompany\nCloud: US\n")
}

// A text says what its details hold, and nothing when they lack its subject.
func TestTexts(t *testing.T) {
	for _, tt := range []struct{ typ, members, title, body string }{
		{
			"ip_blocked", `"ip":"1.1.1.1"`, "Trigger: New IP address was denylisted",
			`IP address 1.1.1.1 was denylisted. You can review blocked IP addresses in the "Denylist" section of Wallarm Console.`,
		},
		{
			"api_structure_changed", `"change_type":"changed","http_method":"GET","domain":"a.example.com","endpoint_path":"/x"`,
			"An endpoint has been changed in your API", "The GET a.example.com/x endpoint has been changed in your API.",
		},
		{
			"api_structure_changed", `"change_type":"unused","http_method":"GET","domain":"a.example.com","endpoint_path":"/x"`,
			"An unused endpoint has been discovered in your API", "The GET a.example.com/x endpoint in your API has become unused.",
		},
		{"api_structure_changed", `"x":1`, "API structure has changed", ""},
		{"api_comparison_result", `"x":1`, "A new rogue endpoint has been discovered in your API", ""},
		{
			"compromised_logins", `"compromised_accounts":["a@example.com","b@example.com"]`, "Stolen credentials detected",
			"Stolen credentials have been detected in your incoming traffic:\n\nCompromised accounts: a@example.com, b@example.com\nAssociated URL: \nLink: ",
		},
		{"compromised_logins", `"compromised_accounts":"all"`, "Stolen credentials detected", ""},
		{"attacks_exceeded", `"count":5`, "Trigger: The number of detected attacks exceeded the threshold", ""},
		{
			"attacks_exceeded", `"condition":"attacks","threshold":100,"period":"1800"`, "Trigger: The number of detected attacks exceeded the threshold",
			"The number of detected attacks exceeded 100 in 30 minutes.",
		},
		{
			"security_issue", `"security_issue":{"port":443,"url":"https://a.example.com/","discovered_by":"AASM"}`, "New security issue detected",
			"New security issue was detected in your system.\n\nID: \nTitle: \nHost: \nPath: \nPort: 443\nURL: https://a.example.com/\nMethod: \n" +
				"Discovered by: AASM\nParameter: \nType: \nRisk: \n\nMore details: \n",
		},
		{"vuln", `"vuln":[]`, "New vulnerability detected", ""},
		{"new_scope_object_ips", `"data":[1,{"entity":{}},{"entity":{"ip":"1.1.1.1"}},{"entity":{"ip":"2.2.2.2"}}]`, perimeterChanged, "New IP addresses were discovered in the network perimeter:\n1.1.1.1\n2.2.2.2"},
		{"new_scope_object_ips", `"data":[]`, perimeterChanged, ""},
		{"create_user", `"user":{"name":"A","role":"Deploy"},"created_by":{"name":"B"}`, "New user was added to the company account", "A new user A with the role Deploy was added to the company account by B."},
	} {
		e := identify(t, `{"notification_type":"`+tt.typ+`",`+tt.members+`}`)
		if got := decode(e.Raw).str("summary"); got != "[Wallarm] "+tt.title {
			t.Errorf("%s %s: summary %q", tt.typ, tt.members, got)
		}
		if got := body(t, e.Raw); got != tt.body {
			t.Errorf("%s %s\n got %q\nwant %q", tt.typ, tt.members, got, tt.body)
		}
	}
}

// Texts of proposed types, too, are left out when there is nothing to say.
func TestNoTextWithoutSubject(t *testing.T) {
	for k := range Kinds() {
		if k.text == nil {
			continue
		}
		for _, details := range []string{`{}`, `{"` + k.Object + `":7}`} {
			if d := k.text(decode([]byte(details))); d.body != "" {
				t.Errorf("%s of %s: %q", k.Type, details, d.body)
			}
		}
	}
}

func TestPeriod(t *testing.T) {
	for seconds, want := range map[string]string{
		"1": "1 second", "30": "30 seconds", "60": "1 minute", "90": "90 seconds", "900": "15 minutes", "3600": "1 hour", "43200": "12 hours",
		"86400": "1 day", "604800": "7 days", "0": "0 seconds", "soon": "soon seconds",
	} {
		if got := period(seconds); got != want {
			t.Errorf("%s: %s, want %s", seconds, got, want)
		}
	}
}

// Where the details of an event are not known, its alert says what the event
// said.
func TestAlertOfForeignDetails(t *testing.T) {
	const sentence = `This notification was triggered by the "T" trigger.`
	for _, tt := range []struct{ name, raw, body string }{
		{
			"published layout", `{"description":"Notification type: create_user\n\nA new user.\n\nClient: X\nCloud: EU\n","details":{"notification_type":"create_user","u":1}}`,
			"A new user.\n" + sentence,
		},
		{"another layout", `{"description":"A new user.","details":{"notification_type":"create_user"}}`, sentence},
		{"none", `{"details":{"notification_type":"compromised_logins"}}`, sentence},
		{"a type that is not known", `{"details":{"notification_type":"mine"}}`, sentence},
	} {
		alert := us.EventAlert("T", identify(t, tt.raw))
		if got := body(t, alert); got != tt.body {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.body)
		}
	}
	alert := us.EventAlert("T", identify(t, `{"details":{"x":3.10,"notification_type":"create_user","trigger_name":"old","client_name":"X","y":{"a":1,"a":2}}}`))
	if !strings.HasSuffix(string(alert), `"details":{"client_name":"TestCompany","cloud":"US","notification_type":"create_user","trigger_name":"T","x":3.10,"y":{"a":1,"a":2}}}`) {
		t.Errorf("%s", alert)
	}
}

func TestThresholdAlertOfAnotherCondition(t *testing.T) {
	for _, name := range []string{"", "user_added"} {
		alert := us.ThresholdAlert(crossing("T", name, time.Hour))
		if got := identify(t, string(alert)); got.Type != "attacks_exceeded" {
			t.Errorf("%q: %s", name, alert)
		}
	}
}

func TestCatalogue(t *testing.T) {
	for k := range Kinds() {
		if k.Title == "" || k.Doc == "" || k.Provenance.String() == "" || Lookup(k.Type) != k {
			t.Errorf("incomplete row: %+v", k)
		}
		if k.Selector != "" && findSelector(k.Selector) == nil {
			t.Errorf("%s: no selector %s", k.Type, k.Selector)
		}
	}
	for s := range walk(selectors) {
		if s.Doc == "" || firstKind(s) == nil || (s.test != "") != (s.Name == s.Top()) {
			t.Errorf("incomplete selector: %+v", s)
		}
	}
	if Lookup("nothing") != nil {
		t.Error("a row for nothing")
	}
}
