package config

import (
	"errors"
	"maps"
	"mime"
	"net/url"
	"slices"
	"strings"
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

// newIntegration is one with the defaults of the contract, section 5.
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

// events takes names of event types, or one name as text.
func (i *integration) events(v value) {
	if v.kind == text {
		v.node = &node{kind: list, at: v.at, items: []*node{v.node}}
	}
	var names []string
	bad := false
	v.texts(func(item value) {
		_, err := event.ParseSelection([]string{item.text})
		if unknown, ok := errors.AsType[*event.UnknownError](err); ok {
			hint := "wnotify events lists them"
			if unknown.Suggestion != "" {
				hint = "did you mean " + unknown.Suggestion + "?"
			}
			item.refusef(hint, "%s is not an event type", cite(item.text))
			bad = true
			return
		}
		names = append(names, item.text)
	})
	selection, err := event.ParseSelection(names)
	switch {
	case bad:
	case err != nil:
		v.refusef("", "%s", err)
	default:
		i.Events = selection
	}
}

func (i *integration) verifyTLS(v value) {
	if v.is(truth) {
		i.Endpoint.SkipVerify = !v.truth
	}
}

// retry takes the cycles of the schedule; none make one attempt.
func (i *integration) retry(v value) {
	var cycles []string
	before := len(v.in.problems)
	v.texts(func(item value) {
		var waits []string
		for f := range strings.FieldsSeq(item.text) {
			d, err := parseDuration(f)
			if err != nil {
				item.refusef("waits between blanks, as \"1s 3s 5s\"", "%s", err)
				return
			}
			if d > retry.MaxWait {
				item.refusef("", "waits %s; at most %s", showDuration(d), showDuration(retry.MaxWait))
				return
			}
			waits = append(waits, d.String())
		}
		if len(waits) == 0 {
			item.refusef("delete it; [] makes one attempt", "is a cycle without waits")
		}
		cycles = append(cycles, strings.Join(waits, " "))
	})
	if len(v.in.problems) > before || v.kind != list {
		return
	}
	schedule, err := retry.Parse(cycles)
	switch {
	case err != nil:
		v.refusef("", "%s", err)
	case schedule.Len() > 1000:
		v.refusef("", "has %d waits; at most 1000 make sense", schedule.Len())
	default:
		i.Schedule = schedule
	}
}

func (i *integration) afterRetries(v value) {
	what := "dead-letter"
	oneOf(&what, "dead-letter", "repeat")(v)
	i.Repeat = what == "repeat"
}

// signingSecret takes one secret, or a list while rotating; "" is none.
func (i *integration) signingSecret(v value) {
	if v.kind == text && v.text == "" {
		i.Endpoint.Signing = nil
		return
	}
	items := []*node{v.node}
	if v.kind == list {
		items = v.items
	}
	signing := make([]collector.Secret, len(items))
	for k, item := range items {
		secretOf(&signing[k], nil)(value{item, v.in, v.key})
	}
	i.Endpoint.Signing = signing
}

// contentTypeOf takes a media type, in lower case as collectors want it.
func contentTypeOf(to *string) field {
	return func(v value) {
		if !v.is(text) {
			return
		}
		lower := strings.ToLower(v.text)
		if media, _, err := mime.ParseMediaType(lower); lower != "" && (err != nil || !strings.Contains(media, "/")) {
			v.refusef("as application/json", "%s is not a media type", cite(v.text))
			return
		}
		if v.headerText() {
			*to = lower
		}
	}
}
