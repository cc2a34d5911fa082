package collector

import (
	"net/url"
	"strings"
)

// The lines that the configuration of a collector needs, to be pasted.
const (
	// LogstashCodecs makes an http input of Logstash read both formats.
	LogstashCodecs = `additional_codecs => { "application/json" => "json" "application/x-ndjson" => "json_lines" }`

	logstashTLS = `ssl_enabled => true ssl_certificate => "/etc/logstash/tls.crt" ssl_key => "/etc/logstash/tls.key" (ssl => true in place of ssl_enabled only before its plugin 3.7: Logstash 9 does not start with it)`
	fluentdTLS  = `<transport tls> cert_path /etc/fluent/tls.crt, private_key_path /etc/fluent/tls.key </transport>, each on a line of its own`
)

// advice is for collectors that answer 200 to what they do not store.
func advice(e Endpoint, r Reply) string {
	switch {
	case (e.Type == "fluentd" || e.Type == "logstash") && r.misnamed():
		return "Fluentd and Logstash answer 200 to a body whose Content-Type does not fit and lose events: this one is " + r.Form + " and was sent as " + printable(r.Sent, maxText) + "; --unset content_type"
	case e.Type == "logstash" && strings.Contains(r.Sent, "ndjson"):
		return "Logstash stores an NDJSON body as one event unless its http input has " + LogstashCodecs
	case e.Type == "fluentd":
		return "Fluentd makes a tag of the path (" + tagged(e) + ") and drops, with 200, what no <match> takes"
	}
	return ""
}

// tagged says what Fluentd's tag is, with the line that takes it.
func tagged(e Endpoint) string {
	u, err := url.Parse(e.URL.Text)
	if !e.URL.Plain() || err != nil {
		return "/a/b is a.b: <match a.b>"
	}
	tag := strings.ReplaceAll(strings.Trim(u.Path, "/"), "/", ".")
	if tag == "" {
		return "this one has none, so the tag is empty: only <match **> takes it"
	}
	return printable("the tag is "+tag+": <match "+tag+">", maxText)
}

// unready is what to paste where nothing speaks TLS yet: a collector of that
// type does so only when it is told to.
func unready(e Endpoint, f *fault) string {
	switch {
	case !f.unready:
	case e.Type == "logstash":
		return "; TLS in Logstash's http input is " + logstashTLS
	case e.Type == "fluentd":
		return "; TLS in Fluentd's http source is " + fluentdTLS
	}
	return ""
}
