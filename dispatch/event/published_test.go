package event

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"time"
)

// edit is a difference between what is published and what wnotify writes, with
// its reason.
type edit struct{ published, ours, why string }

const (
	capital     = "the publication writes the partner with a small letter; elsewhere, and in wnotify, it is the partner's name"
	placeholder = "the publication leaves the times out"
)

// What is published as a text (as messengers show it: summary, blank line,
// description) is written to the letter.
func TestPublishedTexts(t *testing.T) {
	window := "time_from=1787399940&time_to=1787400000"
	for _, tt := range []struct {
		name      string
		got       []byte
		published string
		edits     []edit
	}{
		{
			name: "Logstash page: test of a vulnerability", got: us.Test(Lookup("vuln"), Unknown),
			published: "[Test message] [Test partner(US)] New vulnerability detected\n\nNotification type: vuln\n\nNew vulnerability was detected in your system.\n\n" +
				"ID: \nTitle: Test\nDomain: example.com\nPath: \nMethod: \nDiscovered by: \nParameter: \nType: Info\nThreat: Medium\n\n" +
				"More details: https://us1.my.wallarm.com/object/555\n\n\nClient: TestCompany\nCloud: US\n",
		},
		{
			name: "webhook page: security issue", got: Sample("security_issue"),
			published: "[Wallarm] New security issue detected\n\nNotification type: security_issue\n\nNew security issue was detected in your system.\n\n" +
				"ID: \nTitle: Test\nHost: example.com\nPath: \nMethod: \nDiscovered by: \nParameter: \nType: Info\nRisk: Medium\n\n" +
				"More details: https://us1.my.wallarm.com/object/555\n\n\nClient: TestCompany\nCloud: US\n",
		},
		{
			name: "Slack page: test of the scope", got: eu.Test(Lookup("new_scope_object_ips"), Unknown),
			published: "[Test message] [Test partner] Network perimeter has changed\n\nNotification type: new_scope_object_ips\n\n" +
				"New IP addresses were discovered in the network perimeter:\n8.8.8.8\n\nClient: TestCompany\nCloud: EU\n",
			edits: []edit{{"[Test partner]", "[Test partner(EU)]", "integrations that get JSON say the cloud; messengers do not"}},
		},
		{
			name: "PagerDuty page: test of the scope", got: us.Test(Lookup("new_scope_object_ips"), Unknown),
			published: "[Test message] [Test partner(US)] Network perimeter has changed\n\nNotification type: new_scope_object_ips\n\n" +
				"New IP addresses were discovered in the network perimeter:\n8.8.8.8\n\nClient: TestCompany\nCloud: US\n",
		},
		{
			name: "Slack page: user added", got: Sample("create_user"),
			published: "[Wallarm] New user was added to the company account\n\nNotification type: create_user\n\n" +
				"A new user John Smith <johnsmith@example.com> with the role Analyst was added to the company account by John Doe <johndoe@example.com>.\n\n" +
				"Client: TestCompany\nCloud: EU\n",
		},
		{
			name: "Slack page: trigger about a user", got: eu.EventAlert("Added user", identify(t, string(Sample("create_user")))),
			published: "[Wallarm] Trigger: New user was added to the company account\n\nNotification type: create_user\n\n" +
				"A new user John Smith <johnsmith@example.com> with the role Analyst was added to the company account by John Doe <johndoe@example.com>.\n" +
				"This notification was triggered by the \"Added user\" trigger.\n\nClient: TestCompany\nCloud: EU\n",
		},
		{
			name: "Slack page: trigger about hits", got: eu.ThresholdAlert(crossing("Notification about SQLi hits", "hits", time.Minute, Clause{Field: "attack_type", Values: []string{"sqli"}})),
			published: "[Wallarm] Trigger: The number of detected hits exceeded the threshold\n\nNotification type: attacks_exceeded\n\n" +
				"The number of detected hits exceeded 1 in 1 minute.\nThis notification was triggered by the \"Notification about SQLi hits\" trigger.\n\n" +
				"Additional trigger’s clauses:\nAttack type: SQLi.\n\nView events:\n" +
				"https://my.wallarm.com/attacks?q=attacks&time_from=XXXXXXXXXX&time_to=XXXXXXXXXX\n\nClient: TestCompany\nCloud: EU\n",
			edits: []edit{{"time_from=XXXXXXXXXX&time_to=XXXXXXXXXX", window, placeholder}},
		},
		{
			name: "Opsgenie page: trigger about incidents", got: eu.ThresholdAlert(crossing("Notification about incidents", "incidents", time.Second, Clause{Field: "target", Values: []string{"server", "database"}})),
			published: "[Wallarm] Trigger: The number of incidents exceeded the threshold\n\nNotification type: incidents_exceeded\n\n" +
				"The number of detected incidents exceeded 1 in 1 second.\nThis notification was triggered by the \"Notification about incidents\" trigger.\n\n" +
				"Additional trigger’s clauses:\nTarget: server, database.\n\nView events:\n" +
				"https://my.wallarm.com/attacks?q=incidents&time_from=XXXXXXXXXX&time_to=XXXXXXXXXX\n\nClient: TestCompany\nCloud: EU\n",
			edits: []edit{{"time_from=XXXXXXXXXX&time_to=XXXXXXXXXX", "time_from=1787399999&time_to=1787400000", placeholder}},
		},
		{
			name: "API Discovery page: new endpoint", got: Sample("api_structure_changed"),
			published: "[wallarm] A new endpoint has been discovered in your API\n\nNotification type: api_structure_changed\n\n" +
				"The new GET example.com/users endpoint has been discovered in your API.\n\n    Client: Client 001\n    Cloud: US\n\n    Details:\n\n" +
				"      application: Application 1802\n      domain: example.com\n      endpoint_path: /users\n      http_method: GET\n      change_type: added\n" +
				"      link: https://my.wallarm.com/api-discovery?instance=1802&method=GET&q=example.com%2Fusers\n",
			edits: []edit{{"[wallarm]", "[Wallarm]", capital}},
		},
		{
			name: "rogue API page: shadow endpoint", got: Sample("api_comparison_result"),
			published: "[wallarm] A new shadow endpoint has been discovered in your API\n\nNotification type: api_comparison_result\n\n" +
				"The new GET example.com/users shadow endpoint has been discovered in your API.\n\n    Client: Client-01\n    Cloud: US\n\n    Details:\n\n" +
				"      application: Application-01\n      api_host: example.com\n      endpoint_path: /users\n      http_method: GET\n      type_of_endpoint: shadow\n" +
				"      link: https://my.wallarm.com/api-discovery?instance=1802&method=GET&q=example.com%2Fusers\n      specification_name: Specification-01\n",
			edits: []edit{{"[wallarm]", "[Wallarm]", capital}},
		},
		{
			name: "credential stuffing page", got: Sample("compromised_logins"),
			published: "[wallarm] Stolen credentials detected\n\nNotification type: compromised_logins\n\n" +
				"Stolen credentials have been detected in your incoming traffic:\n\nCompromised accounts: user-01@company.com\nAssociated URL: localhost/login\n" +
				"Link: https://my.wallarm.com/attacks/?q=attacks+d%3Alocalhost+u%3A%2Flogin+statuscode%3A404+application%3Adefault+credential_stuffing+2024%2F01%2F22\n\n" +
				"Client: YourCompany\nCloud: EU\n",
			edits: []edit{{"[wallarm]", "[Wallarm]", capital}},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			want := tt.published
			for _, e := range tt.edits {
				if !strings.Contains(want, e.published) {
					t.Fatalf("nothing to edit: %q (%s)", e.published, e.why)
				}
				want = strings.ReplaceAll(want, e.published, e.ours)
			}
			n := decode(tt.got)
			if got := n.str("summary") + "\n\n" + n.str("description"); got != want {
				t.Errorf("\n got %q\nwant %q", got, want)
			}
		})
	}
}

// What is published as JSON is written with the same members in the same order.
func TestPublishedJSON(t *testing.T) {
	vuln := `{"client_name":"TestCompany","cloud":"US","notification_type":"vuln","vuln_link":"https://us1.my.wallarm.com/object/555",` +
		`"vuln":{"domain":"example.com","id":null,"method":null,"parameter":null,"path":null,"title":"Test","discovered_by":null,"threat":"Medium","type":"Info"}}`
	hit := `{"domain":"www.example.com","heur_distance":0.01111,"method":"POST","parameter":"SOME_value","path":"/news/some_path","payloads":["say ni"],` +
		`"point":["post"],"probability":0.01,"remote_country":"PL","remote_port":0,"remote_addr4":"8.8.8.8","remote_addr6":"","tor":"none",` +
		`"request_time":1603834606,"create_time":1603834608,"response_len":14,"response_status":200,"response_time":5,"stamps":[1111],"regex":[],` +
		`"stamps_hash":-22222,"regex_hash":-33333,"type":"sqli","block_status":"monitored",` +
		`"id":["hits_production_999_202010_v_1","c2dd33831a13be0d_AC9"],"object_type":"hit","anomaly":0}`
	for _, tt := range []struct {
		name, published string
		got             []byte
	}{
		{"Logstash page: vulnerability", vuln, us.Test(Lookup("vuln"), Unknown)},
		{"Fluentd page: hit", `{"client_name":"TestCompany","cloud":"EU","notification_type":"new_hits","hit":` + hit + `}`, Sample("new_hits")},
		{"the same as a test", `{"client_name":"TestCompany","cloud":"US","notification_type":"new_hits","hit":` + hit + `}`, us.Test(Lookup("new_hits"), Unknown)},
		{
			"InsightConnect page: scope", `{"client_name":"TestCompany","cloud":"US","notification_type":"new_scope_object_ips",` +
				`"data":[{"action":"create","entity":{"id":2,"ip":"8.8.8.8"},"object_type":"subnetorip","object_userid":777}]}`,
			us.Test(Lookup("new_scope_object_ips"), Unknown),
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			m, _ := find(tt.got, "details")
			if got := string(tt.got[m.value:m.end]); got != tt.published {
				t.Errorf("\n got %s\nwant %s", got, tt.published)
			}
		})
	}

	denylisted := `{"summary":"[Wallarm] Trigger: New IP address was denylisted",` +
		`"description":"Notification type: ip_blocked\n\nIP address 1.1.1.1 was denylisted until 2021-06-10 02:27:15 +0300 for the reason Produces many attacks. You can review blocked IP addresses in the \"Denylist\" section of Wallarm Console.\nThis notification was triggered by the \"Notification about denylisted IP\" trigger. The IP is blocked for the application Application #8.\n\nClient: TestCompany\nCloud: EU\n",` +
		`"details":{"client_name":"TestCompany","cloud":"EU","notification_type":"ip_blocked","trigger_name":"Notification about denylisted IP","application":"Application #8","reason":"Produces many attacks","expire_at":"2021-06-10 02:27:15 +0300","ip":"1.1.1.1"}}`
	alert := eu.EventAlert("Notification about denylisted IP", identify(t, string(Sample("ip_blocked"))))
	for name, got := range map[string][]byte{"sample": Sample("ip_blocked"), "alert": alert} {
		if string(got) != denylisted {
			t.Errorf("%s\n got %s\nwant %s", name, got, denylisted)
		}
	}
}

// A hit has no description, and only the summary tells a test from an event.
func TestTestOfAHit(t *testing.T) {
	test, sample := decode(us.Test(Lookup("new_hits"), Unknown)), decode(Sample("new_hits"))
	if _, there := test["description"]; there || test.str("summary") != "[Test message] [Test partner(US)] New hit detected" {
		t.Errorf("summary %q, description %q", test["summary"], test["description"])
	}
	if !reflect.DeepEqual(test.at("details")["hit"], sample.at("details")["hit"]) {
		t.Error("the hit of the test is not the published one")
	}
}

// A test carries the cloud and the links of the account.
func TestTestFollowsTheAccount(t *testing.T) {
	a := Account{ClientName: "Größe & Söhne", Cloud: "EU", Partner: "Reseller"}
	for k := range Kinds() {
		line := a.Test(k, Unknown)
		checkShape(t, line)
		n := decode(line)
		if !strings.HasPrefix(n.str("summary"), "[Test message] [Test partner(EU)] ") {
			t.Errorf("%s: summary %q", k.Type, n.str("summary"))
		}
		if strings.Contains(string(line), consoleUS) {
			t.Errorf("%s: a link of the other cloud: %s", k.Type, line)
		}
		if d := n.str("description"); d != "" && !strings.Contains(d, "Client: Größe & Söhne\n") {
			t.Errorf("%s: client in the description: %q", k.Type, d)
		}
		if !json.Valid(line) {
			t.Errorf("%s: %s", k.Type, line)
		}
	}
}
