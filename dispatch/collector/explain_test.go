package collector

import (
	"strings"
	"testing"
)

func TestExplain(t *testing.T) {
	for _, tc := range []struct {
		name     string
		endpoint Endpoint
		reply    Reply
		want     string
	}{
		{"success", Endpoint{}, Reply{Status: 200}, ""},
		{"NDJSON to Logstash", Endpoint{Type: "logstash"}, Reply{Status: 200, Sent: "application/x-ndjson"}, "additional_codecs"},
		{"array to Logstash", Endpoint{Type: "logstash"}, Reply{Status: 200, Sent: "application/json"}, ""},
		{"Fluentd's tag", Endpoint{Type: "fluentd", URL: Secret{Text: "https://f/a/b"}}, Reply{Status: 200, Sent: "application/x-ndjson"}, "<match a.b>"},
		{"NDJSON as something else", Endpoint{Type: "fluentd"}, Reply{Status: 200, Sent: "application/json", Form: "application/x-ndjson"}, "sent as application/json"},
		{"an array as something else", Endpoint{Type: "logstash"}, Reply{Status: 200, Sent: "text/plain", Form: "application/json"}, "sent as text/plain"},
		{"with a charset", Endpoint{Type: "logstash"}, Reply{Status: 200, Sent: "application/json; charset=utf-8", Form: "application/json"}, ""},
		{"refused by Logstash", Endpoint{Type: "logstash"}, Reply{Cause: Connect, Err: &fault{fix: "start it", unready: true}}, "ssl_enabled => true"},
		{"refused by Fluentd", Endpoint{Type: "fluentd"}, Reply{Cause: Connect, Err: &fault{fix: "start it", unready: true}}, "<transport tls>"},
		{"refused by Logstash's certificate", Endpoint{Type: "logstash"}, Reply{Cause: TLS, Err: &fault{fix: "mend it"}}, "mend it"},
		{"400 of Fluent Bit to PUT", Endpoint{Method: "PUT"}, Reply{Status: 400, Sent: "application/json"}, "--method POST"},
		{"400 of Fluent Bit to NDJSON", Endpoint{}, Reply{Status: 400, Sent: "application/x-ndjson"}, "--format json-array"},
		{"Fluentd without a tag", Endpoint{Type: "fluentd", URL: Secret{Text: "https://f/"}}, Reply{Status: 200, Sent: "application/json"}, "the tag is empty"},
		{"Fluentd's secret tag", Endpoint{Type: "fluentd", URL: Secret{Env: "U"}}, Reply{Status: 200, Sent: "application/json"}, "/a/b is a.b"},
		{"redirect", Endpoint{}, Reply{Status: 302, Location: "https://login.example.com/"}, "set url to https://login.example.com/"},
		{"redirect to nowhere", Endpoint{}, Reply{Status: 302}, "without saying where"},
		{"400", Endpoint{Compression: "zstd"}, Reply{Status: 400, Sent: "application/json"}, "application/json compressed with zstd"},
		{"400 of nginx", Endpoint{}, Reply{Status: 400, Answer: "<center>No required SSL certificate was sent</center>"}, "nginx wants a client certificate"},
		{"400 of a TLS port", Endpoint{}, Reply{Status: 400, Answer: "Client sent an HTTP request to an HTTPS server."}, "https:// in url"},
		{"400 of Fluentd", Endpoint{Type: "fluentd"}, Reply{Status: 400}, "Content-Type"},
		{"401", Endpoint{}, Reply{Status: 401}, "--secret-header"},
		{"403", Endpoint{}, Reply{Status: 403}, "not allowed"},
		{"404", Endpoint{}, Reply{Status: 404}, "path"},
		{"405", Endpoint{Method: "PUT"}, Reply{Status: 405}, "does not take PUT on this path: try --method POST"},
		{"407", Endpoint{}, Reply{Status: 407}, "proxy"},
		{"413", Endpoint{}, Reply{Status: 413}, "batch_bytes"},
		{"415", Endpoint{}, Reply{Status: 415, Sent: "application/x-ndjson"}, "application/x-ndjson"},
		{"422", Endpoint{}, Reply{Status: 422}, "body"},
		{"429", Endpoint{}, Reply{Status: 429}, "batch_events"},
		{"500", Endpoint{}, Reply{Status: 500}, "log"},
		{"503", Endpoint{}, Reply{Status: 503}, "overloaded"},
		{"418", Endpoint{}, Reply{Status: 418}, "refuses"},
		{"600", Endpoint{}, Reply{Status: 600}, "no answer"},
		{"local", Endpoint{}, Reply{Cause: Local, Err: &LocalError{What: "x", Err: errInterrupted}}, "nothing was sent"},
		{"perm", Endpoint{}, Reply{Cause: Local, Err: &PermError{Path: "/p", Mode: 0o666}}, "chmod go-w /p"},
		{"interrupted", Endpoint{}, Reply{Cause: Interrupted, Err: errInterrupted}, "nothing"},
	} {
		got := Explain(tc.endpoint, tc.reply)
		if !strings.Contains(got, tc.want) || (tc.want == "") != (got == "") {
			t.Errorf("%s: %q, want %q", tc.name, got, tc.want)
		}
	}
}
