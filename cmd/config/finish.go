package config

import (
	"mime"
	"strings"

	"github.com/wnotify/wnotify/dispatch/collector"
	"github.com/wnotify/wnotify/dispatch/payload"
)

// finish checks what only the whole integration can tell.
func (i *integration) finish() {
	v, e := i.value, &i.Endpoint
	if _, ok := i.set["url"]; !ok {
		v.sub("url", v.node).missingf(`as "https://collector.example.com/path"`, "is missing")
	}
	if (e.ClientCert == "") != (e.ClientKey == "") {
		one, other := "client_certificate", "client_key"
		if e.ClientCert == "" {
			one, other = other, one
		}
		i.set[one].missingf("", "needs %s as well", other)
	}
	if i.target != nil && i.target.Scheme == "http" && !loopback(i.target.Hostname()) {
		switch at := i.set["url"]; {
		case !e.AllowHTTP:
			at.missingf("use https, or set allow_http = true where the network is trusted", "sends events unencrypted")
		default:
			at.warnf("", "sends events unencrypted")
		}
	}
	i.doubts()
}

// doubts are the warnings: what is legal, but known to lose or show events.
// The collectors' behaviour was observed with Fluentd 1.16–1.19, Logstash 8.7
// and Fluent Bit 5.1.
func (i *integration) doubts() {
	e := &i.Endpoint
	if e.SkipVerify {
		i.set["verify_tls"].warnf("set ca_certificate instead", "the collector's certificate is not verified: anybody on the way can read and answer")
	}
	ndjson := i.Format == payload.NDJSON
	if ndjson && i.Type == "logstash" {
		i.place("format").warnf("in its http input: "+collector.LogstashCodecs,
			"Logstash takes an NDJSON request for one event, unless it is told otherwise")
	}
	content := e.ContentType
	at := "content_type"
	for _, h := range e.Headers {
		if strings.EqualFold(h.Name, "content-type") && h.Value.Plain() {
			content, at = h.Value.Text, "header content-type"
		}
	}
	switch media := mediaType(content); {
	case ndjson && media == "application/json":
		i.place(at).warnf("delete it", "NDJSON sent as application/json: Fluentd and Logstash answer 200 and lose events")
	case !ndjson && media == "application/x-ndjson":
		i.place(at).warnf("delete it", "a JSON array sent as application/x-ndjson: collectors take it for one event")
	case media != "" && media != "application/json" && media != "application/x-ndjson" && i.Type != "webhook":
		i.place(at).warnf("delete it", "Fluentd and Logstash do not read %s as JSON", cite(media))
	}
	if e.Compression == "zstd" && i.Type != "webhook" {
		i.place("compression").warnf("use gzip", "Fluentd and Logstash cannot read zstd")
	}
	if i.Type == "fluentd" && i.target != nil && (i.target.Path == "" || i.target.Path == "/") {
		i.set["url"].warnf("add a path, as /wallarm.events, and take it with <match wallarm.**>", "Fluentd takes the path for the tag; events with an empty one are dropped unless there is a <match **>")
	}
	if i.target != nil {
		if _, has := i.target.User.Password(); has {
			i.set["url"].warnf("keep the URL in a file: url = { file = \"/run/secrets/…\" }", "a password stands in this file")
		}
	}
	for _, h := range e.Headers {
		if h.Secret && h.Value.Plain() && h.Value.Text != "" {
			i.place("header "+strings.ToLower(h.Name)).warnf("move it to secret_headers", "a secret stands in this file")
		}
	}
}

// place is where a key was set, or else the integration.
func (i *integration) place(key string) value {
	if v, ok := i.set[key]; ok {
		return v
	}
	return i.value
}

// mediaType is a content type without its parameters.
func mediaType(content string) string {
	media, _, err := mime.ParseMediaType(content)
	if err != nil {
		return ""
	}
	return media
}
