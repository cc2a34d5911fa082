package config

import (
	"os"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/wnotify/wnotify/dispatch"
	"github.com/wnotify/wnotify/dispatch/collector"
	"github.com/wnotify/wnotify/dispatch/event"
	"github.com/wnotify/wnotify/dispatch/payload"
	"github.com/wnotify/wnotify/dispatch/trigger"
	"github.com/wnotify/wnotify/retry"
)

// decode reads a text that must be right.
func decode(t *testing.T, src string) *File {
	t.Helper()
	f, err := Decode([]byte(src), "/etc/wnotify/config.toml")
	if err != nil {
		t.Fatalf("%v", err)
	}
	return f
}

func selection(t *testing.T, names ...string) event.Selection {
	t.Helper()
	s, err := event.ParseSelection(names)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// TestExample reads a file with every key there is.
func TestExample(t *testing.T) {
	src, err := os.ReadFile("testdata/example.toml")
	if err != nil {
		t.Fatal(err)
	}
	f := decode(t, string(src))
	soc := defaultIntegration("soc")
	soc.Endpoint.URL = collector.Secret{Env: "SOC_URL"}
	want := dispatch.Settings{
		Account: event.Account{ClientName: "TestCompany", Cloud: "US", Partner: "Wallarm"},
		Integrations: []dispatch.Integration{{
			Name: "siem", Type: "fluentd", Title: "Production SIEM", Enabled: true,
			Events: selection(t, "hits", "system", "vulnerabilities.high"),
			Endpoint: collector.Endpoint{
				Name: "siem", Type: "fluentd", Method: "POST", Compression: "none",
				URL: collector.Secret{Text: "https://fluentd.example.com:9880/wallarm.events"},
				Headers: []collector.Header{
					{Name: "X-Team", Value: collector.Secret{Text: "appsec"}},
					{Name: "Authorization", Value: collector.Secret{File: "/run/secrets/siem-token"}, Prefix: "Bearer ", Secret: true},
				},
				CA: "/etc/wnotify/ca.pem", ConnectTimeout: 20 * time.Second, RequestTimeout: 15 * time.Second,
			},
			Format: payload.JSONArray, BatchEvents: 1000, BatchBytes: 1 << 20, Schedule: retry.Default(),
		}, soc},
		Triggers: []trigger.Rule{{
			Name: "sqli-burst", Enabled: true, Condition: "hits", MoreThan: 100, Per: time.Hour,
			Filters: []trigger.Filter{
				{Field: "attack_type", Values: []string{"sqli", "xss"}},
				{Field: "domain", Not: true, Values: []string{"test.example.com"}},
			},
			Integrations: []string{"siem", "soc"},
		}},
		AutoDisable: dispatch.AutoDisable{Enabled: true, Policy: retry.Policy{Percent: 60, Window: 12 * time.Hour, MinRequests: 20}},
		Queue:       dispatch.QueueLimits{MaxBytes: 1 << 30, MaxDead: 1 << 30, MaxRejects: 64 << 20},
		Retention:   7 * 24 * time.Hour,
	}
	if got := f.Settings(); !reflect.DeepEqual(got, want) {
		t.Errorf("settings\n%+v\nwant\n%+v", got, want)
	}
	store := Store{
		Engine: "bolt", URLs: []string{"nats://nats-1:4222", "nats://nats-2:4222"}, Stream: "wnotify", Replicas: 3,
		Credentials: collector.Secret{File: "/etc/wnotify/wnotify.creds"},
	}
	if !reflect.DeepEqual(f.Store, store) {
		t.Errorf("store %+v, want %+v", f.Store, store)
	}
}

// defaultIntegration is one that sets nothing, written down again from the
// documentation.
func defaultIntegration(name string) dispatch.Integration {
	return dispatch.Integration{
		Name: name, Type: "webhook", Enabled: true, Events: event.All(),
		Endpoint: collector.Endpoint{
			Name: name, Type: "webhook", Method: "POST", Compression: "none",
			ConnectTimeout: 20 * time.Second, RequestTimeout: 15 * time.Second,
		},
		Format: payload.JSONArray, BatchEvents: 1000, BatchBytes: 1 << 20, Schedule: retry.Default(),
	}
}

// TestDefaultsAreTheExample: an empty file and one that spells every
// default out mean the same.
func TestDefaultsAreTheExample(t *testing.T) {
	src, err := os.ReadFile("testdata/example.toml")
	if err != nil {
		t.Fatal(err)
	}
	spelled, empty := decode(t, string(src)), decode(t, "")
	a, b := spelled.Settings(), empty.Settings()
	a.Integrations, a.Triggers, b.Integrations, b.Triggers = nil, nil, nil, nil
	if !reflect.DeepEqual(a, b) {
		t.Errorf("spelled out\n%+v\nempty\n%+v", a, b)
	}
}

func TestDefaultsApplyToAll(t *testing.T) {
	f := decode(t, `
[integration.a]
url = "https://a.example/"
[integration.b]
url = "https://b.example/"
request_timeout = 7
events = []
[integration.b.headers]
x-team = "b"
[defaults]
request_timeout = "3s"
events = "hits"
retry = []
[defaults.headers]
X-Team = "all"
X-Site = "1"
[defaults.secret_headers]
Authorization = { env = "TOKEN" }
`)
	a, _ := new(f.Settings()).Integration("a")
	b, _ := new(f.Settings()).Integration("b")
	if a.Endpoint.RequestTimeout != 3*time.Second || b.Endpoint.RequestTimeout != 7*time.Second {
		t.Errorf("timeouts %s and %s", a.Endpoint.RequestTimeout, b.Endpoint.RequestTimeout)
	}
	if !a.Events.Equal(selection(t, "hits")) || !b.Events.Empty() {
		t.Errorf("events %v and %v", a.Events.Names(), b.Events.Names())
	}
	if a.Schedule.Len() != 0 {
		t.Errorf("retry = [] has %d waits", a.Schedule.Len())
	}
	if got := headers(a); got != "X-Team=all X-Site=1 Authorization=$TOKEN" {
		t.Errorf("headers of a: %s", got)
	}
	if got := headers(b); got != "X-Site=1 Authorization=$TOKEN x-team=b" {
		t.Errorf("headers of b: %s", got)
	}
}

func headers(i dispatch.Integration) string {
	var all []string
	for _, h := range i.Endpoint.Headers {
		all = append(all, h.Name+"="+h.Value.Text+h.Value.Source())
	}
	return strings.Join(all, " ")
}

// TestOrder: integrations keep the order of the file, which decides in what
// order people see them.
func TestOrder(t *testing.T) {
	var src, want []string
	for name := range strings.FieldsSeq("zeta alpha Mid 0x beta.1 a_b") {
		src = append(src, "[integration."+quoteKey(name)+"]\nurl = 'https://h.example/"+name+"'\n")
		want = append(want, name)
	}
	var got []string
	for _, i := range decode(t, strings.Join(src, "\n")).Settings().Integrations {
		got = append(got, i.Name)
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("order %v, want %v", got, want)
	}
}

// TestRelativePaths start at the folder of the file, wherever the command runs.
func TestRelativePaths(t *testing.T) {
	f := decode(t, `
[metrics]
textfile = "out.prom"
[integration.a]
url = { file = "secrets/url" }
ca_certificate = "../ca.pem"
client_certificate = "/abs/cert.pem"
client_key = "key.pem"
`)
	e := f.Settings().Integrations[0].Endpoint
	got := []string{f.Metrics.Textfile, e.URL.File, e.CA, e.ClientCert, e.ClientKey}
	want := []string{"/etc/wnotify/out.prom", "/etc/wnotify/secrets/url", "/etc/ca.pem", "/abs/cert.pem", "/etc/wnotify/key.pem"}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("paths %v, want %v", got, want)
	}
}

// TestForms: all the ways TOML has to say the same are read.
func TestForms(t *testing.T) {
	want := decode(t, "[integration.a]\nurl = \"https://h.example/\"\nmethod = \"PUT\"\n[integration.a.headers]\nX-Team = \"x\"\n").Settings()
	for name, src := range map[string]string{
		"dotted keys":  "integration.a.url = 'https://h.example/'\nintegration.a.method = 'PUT'\nintegration.a.headers.X-Team = 'x'\n",
		"inline":       "integration = { a = { url = 'https://h.example/', method = 'PUT', headers = { X-Team = 'x' } } }",
		"header above": "[integration]\na = { url = 'https://h.example/', method = 'PUT', headers.X-Team = 'x' }",
		"CRLF":         "[integration.a]\r\nurl = 'https://h.example/'\r\nmethod = 'PUT'\r\nheaders.X-Team = 'x'\r\n",
		"BOM":          bom + "[integration.a]\nurl = 'https://h.example/'\nmethod = 'PUT'\nheaders.X-Team = 'x'",
		"multi-line":   "[integration.'a']\nurl = \"\"\"\nhttps://h.\\\n   example/\"\"\"\n\"method\" = '''PUT'''\nheaders = {\n  X-Team = 'x', # TOML 1.1\n}\n",
	} {
		if got := decode(t, src).Settings(); !reflect.DeepEqual(got, want) {
			t.Errorf("%s:\n%+v\nwant\n%+v", name, got, want)
		}
	}
}
