package config

import (
	"maps"
	"net/url"
	"slices"
	"time"

	"github.com/wnotify/wnotify/dispatch"
	"github.com/wnotify/wnotify/dispatch/collector"
	"github.com/wnotify/wnotify/dispatch/event"
	"github.com/wnotify/wnotify/dispatch/payload"
	"github.com/wnotify/wnotify/retry"
)

// integrationKeys are the keys of an integration in the order in which they
// are written and shown.
var integrationKeys = []string{
	"type", "title", "url", "enabled", "method", "format", "content_type", "events", "include_hit_headers",
	"ca_certificate", "verify_tls", "client_certificate", "client_key", "request_timeout", "connection_timeout",
	"compression", "batch_events", "batch_bytes", "retry", "after_retries", "allow_http", "signing_secret",
	"headers", "secret_headers",
}

// integration is an integration while it is read.
type integration struct {
	dispatch.Integration

	target *url.URL // of a URL that is no secret
	value  value    // its table

	set   map[string]value // what was set, here or in [defaults], and where
	named map[string]bool  // headers set in this table, in lower case
}

// newIntegration is one with the defaults, which starter.toml shows.
func newIntegration() integration {
	return integration{
		Integration: dispatch.Integration{
			Type:        "webhook",
			Enabled:     true,
			Events:      event.All(),
			Format:      payload.JSONArray,
			BatchEvents: 1000,
			BatchBytes:  mib,
			Schedule:    retry.Default(),
			Endpoint: collector.Endpoint{
				Type:           "webhook",
				Method:         "POST",
				Compression:    "none",
				RequestTimeout: collector.DefaultRequestTimeout,
				ConnectTimeout: collector.DefaultConnectTimeout,
			},
		},
		set:   map[string]value{},
		named: map[string]bool{},
	}
}

// inherit is a new integration with the settings of [defaults].
func (i *integration) inherit(name string, v value) integration {
	heir := *i
	heir.Name, heir.Endpoint.Name, heir.value = name, name, v
	heir.set, heir.named = maps.Clone(i.set), map[string]bool{}
	for key, inherited := range heir.set {
		inherited.in = v.in // what is wrong with it is said to whoever asks now
		heir.set[key] = inherited
	}
	heir.Endpoint.Headers = slices.Clone(i.Endpoint.Headers)
	return heir
}

// defaultFields are the keys of [defaults].
func (i *integration) defaultFields() fields {
	e := &i.Endpoint
	known := fields{
		"title":               textOf(&i.Title, 200),
		"enabled":             truthOf(&i.Enabled),
		"method":              oneOf(&e.Method, "POST", "PUT"),
		"format":              oneOf((*string)(&i.Format), string(payload.JSONArray), string(payload.NDJSON)),
		"content_type":        contentTypeOf(&e.ContentType),
		"events":              i.events,
		"include_hit_headers": truthOf(&i.Headers),
		"ca_certificate":      authorityOf(&e.CA),
		"verify_tls":          i.verifyTLS,
		"client_certificate":  optionalPathOf(&e.ClientCert),
		"client_key":          optionalPathOf(&e.ClientKey),
		"request_timeout":     durationOf(&e.RequestTimeout, time.Millisecond, time.Hour),
		"connection_timeout":  durationOf(&e.ConnectTimeout, time.Millisecond, time.Hour),
		"compression":         oneOf(&e.Compression, "none", "gzip", "zstd"),
		"batch_events":        wholeOf(&i.BatchEvents, 1, 1_000_000),
		"batch_bytes":         sizeOf(&i.BatchBytes, 64*mib),
		"retry":               i.retry,
		"after_retries":       i.afterRetries,
		"allow_http":          truthOf(&e.AllowHTTP),
		"signing_secret":      i.signingSecret,
		"headers":             i.headers,
		"secret_headers":      i.secretHeaders,
	}
	for name, take := range known {
		known[name] = func(v value) {
			i.set[name] = v
			take(v)
		}
	}
	return known
}

// fields are the keys of an integration.
func (i *integration) fields() fields {
	known := i.defaultFields()
	known["type"] = func(v value) {
		i.set["type"] = v
		oneOf(&i.Type, "webhook", "fluentd", "logstash")(v)
		i.Endpoint.Type = i.Type
	}
	known["url"] = func(v value) {
		i.set["url"] = v
		i.url(v)
	}
	return known
}
