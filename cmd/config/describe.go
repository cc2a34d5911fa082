package config

import (
	"slices"
	"strconv"
	"strings"

	"github.com/wnotify/wnotify/dispatch/collector"
	"github.com/wnotify/wnotify/dispatch/trigger"
	"github.com/wnotify/wnotify/retry"
)

// Setting is one key of an integration or a trigger as it works, wherever it
// comes from.
type Setting struct {
	Key   string // as headers.X-Team
	Value string // as people may see it: of secrets only where they are kept
	Given bool   // it stands in the integration's or trigger's own table

	exact string // decides what is a difference
}

// Change is a setting that differs.
type Change struct{ Key, Old, New string }

// touches reports whether a change is at a path of keys or below it; in the
// names of headers case makes no difference.
func (c Change) touches(path []string) bool {
	key, changed := strings.ToLower(Dotted(path...)), strings.ToLower(c.Key)
	return changed == key || strings.HasPrefix(changed, key+".")
}

// Integration returns the settings of an integration, in the order of the
// starter file, each with the value that counts; nil when there is none.
func (f *File) Integration(name string) []Setting {
	i, ok := f.read[name]
	if !ok {
		return nil
	}
	settings := i.settings()
	for k, s := range settings {
		first, rest, _ := strings.Cut(s.Key, ".")
		n := f.tree().find(integrationWhat, name).member(first)
		settings[k].Given = n != nil && (rest == "" || n.hasFold(rest))
	}
	return settings
}

// hasFold reports whether a table has a key, whatever its case.
func (n *node) hasFold(quoted string) bool {
	return slices.ContainsFunc(n.members, func(m member) bool { return strings.EqualFold(quoteKey(m.name), quoted) })
}

func (i *integration) settings() []Setting {
	e := i.Endpoint
	content := e.ContentType
	if content == "" {
		content = i.Format.ContentType()
	}
	list := []Setting{
		same("type", i.Type),
		same("title", i.Title),
		{Key: "url", Value: e.Shown(), exact: exactSecret(e.URL)},
		same("enabled", strconv.FormatBool(i.Enabled)),
		same("method", e.Method),
		same("format", string(i.Format)),
		same("content_type", content),
		same("events", strings.Join(i.Events.Names(), ", ")),
		same("include_hit_headers", strconv.FormatBool(i.Headers)),
		{Key: "ca_certificate", Value: shownAuthority(e.CA), exact: e.CA},
		same("verify_tls", strconv.FormatBool(!e.SkipVerify)),
		same("client_certificate", e.ClientCert),
		same("client_key", e.ClientKey),
		same("request_timeout", showDuration(e.RequestTimeout)),
		same("connection_timeout", showDuration(e.ConnectTimeout)),
		same("compression", e.Compression),
		same("batch_events", strconv.Itoa(i.BatchEvents)),
		same("batch_bytes", showSize(i.BatchBytes)),
		same("retry", showSchedule(i.Schedule)),
		same("after_retries", map[bool]string{false: "dead-letter", true: "repeat"}[i.Repeat]),
		same("allow_http", strconv.FormatBool(e.AllowHTTP)),
		signing(e.Signing),
	}
	for _, h := range e.Headers {
		list = append(list, describeHeader(h))
	}
	return list
}

// showSchedule writes a schedule as --retry takes it.
func showSchedule(s retry.Schedule) string {
	if s.Len() == 0 {
		return "none"
	}
	return strings.Join(s.Cycles(), ", ")
}

func same(key, value string) Setting { return Setting{Key: key, Value: value, exact: value} }

func signing(secrets []collector.Secret) Setting {
	s := Setting{Key: "signing_secret"}
	var shown []string
	for _, secret := range secrets {
		shown = append(shown, secret.Source())
		s.exact += exactSecret(secret) + "\n"
	}
	s.Value = strings.Join(shown, ", ")
	return s
}

func describeHeader(h collector.Header) Setting {
	if h.Value.Plain() {
		s := same("headers."+quoteKey(h.Name), h.Value.Text)
		if h.Secret {
			s.Value = "(not shown)"
		}
		return s
	}
	return Setting{
		Key:   "secret_headers." + quoteKey(h.Name),
		Value: h.Prefix + "(" + h.Value.Source() + ")",
		exact: h.Prefix + "\n" + exactSecret(h.Value),
	}
}

func exactSecret(s collector.Secret) string {
	return strings.Join([]string{s.Text, s.File, s.Credential, s.Env}, "\x00")
}

func shownAuthority(ca string) string {
	if strings.Contains(ca, "-----BEGIN") {
		return "(PEM in the file)"
	}
	return ca
}

// describeTrigger is the settings of a trigger in the order of the starter
// file.
func describeTrigger(t trigger.Rule) []Setting {
	list := []Setting{
		same("enabled", strconv.FormatBool(t.Enabled)),
		same("condition", t.Condition),
	}
	if t.Per > 0 {
		list = append(list,
			same("threshold.more_than", strconv.FormatInt(t.MoreThan, 10)),
			same("threshold.per", showDuration(t.Per)))
	}
	var filters []string
	for _, f := range t.Filters {
		filters = append(filters, f.Field+map[bool]string{false: "=", true: "!="}[f.Not]+strings.Join(f.Values, ","))
	}
	return append(list,
		same("filters", strings.Join(filters, " ")),
		same("integrations", strings.Join(t.Integrations, ", ")))
}

// differences are the settings that are not the same in two lists.
func differences(old, now []Setting) []Change {
	var changes []Change
	at := func(list []Setting, key string) Setting {
		if i := slices.IndexFunc(list, func(s Setting) bool { return strings.EqualFold(s.Key, key) }); i >= 0 {
			return list[i]
		}
		return Setting{}
	}
	for _, n := range now {
		o := at(old, n.Key)
		if o.exact == n.exact && o.Key != "" {
			continue
		}
		if o.Value == n.Value && o.Value != "" {
			o.Value, n.Value = o.Value+" (one value)", n.Value+" (another)"
		}
		changes = append(changes, Change{n.Key, o.Value, n.Value})
	}
	for _, o := range old {
		if at(now, o.Key).Key == "" {
			changes = append(changes, Change{Key: o.Key, Old: o.Value})
		}
	}
	return changes
}
