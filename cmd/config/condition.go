package config

import (
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/wnotify/wnotify/dispatch/trigger"
)

// condition is a row of Wallarm's table of trigger conditions.
type condition struct {
	name    string
	counted bool // it has a threshold
	filters []string
}

// conditions and the filters that each offers are those of Wallarm's console
// and Terraform provider for conditions that send notifications. A filter of
// payloads by target is in the provider's example.
var conditions = []condition{
	{"attacks", true, []string{"attack_type", "application", "ip", "domain", "response_status", "target"}},
	{"hits", true, []string{"attack_type", "application", "ip", "domain", "response_status"}},
	{"incidents", true, []string{"attack_type", "application", "ip", "domain", "response_status", "target"}},
	{"payloads", true, []string{"attack_type", "application", "ip", "domain", "response_status", "target"}},
	{"user_added", false, []string{"user_role"}},
	{"ip_denylisted", false, []string{"application"}},
	{"api_changed", false, []string{"application", "domain", "change_type", "pii"}},
	{"rogue_api", false, []string{"application", "domain", "deviation_type", "api_spec_ids"}},
	{"compromised_account", false, []string{"application", "domain"}},
}

func conditionNames() []string {
	names := make([]string, len(conditions))
	for i, c := range conditions {
		names[i] = c.name
	}
	return names
}

func findCondition(name string) (condition, bool) {
	i := slices.IndexFunc(conditions, func(c condition) bool { return c.name == name })
	if i < 0 {
		return condition{}, false
	}
	return conditions[i], true
}

// filterNames are all fields, in the order of the table.
func filterNames() []string {
	var names []string
	for _, c := range conditions {
		for _, f := range c.filters {
			if !slices.Contains(names, f) {
				names = append(names, f)
			}
		}
	}
	return names
}

// attackTypes are the published codes of attacks; new ones appear, so others
// are only doubtful.
var attackTypes = strings.Fields(`
	xxe brute scanner ssti data_bomb xss bola idor redir ssrf csrf dirbust infoleak vuln_component rce auth crlf ldapi
	nosqli ptrav sqli mail_injection ssi mass_assignment weak_auth api_abuse vpatch invalid_xml overlimit_res
	dos Enum account_takeover security_crawlers scraping resource_consumption ai_prompt_retrieval ai_prompt_injection
	query_anomaly graphql_attacks gql_doc_size gql_value_size gql_depth gql_aliases gql_docs_per_batch gql_introspection
	gql_debug api_specification undefined_endpoint undefined_parameter invalid_parameter_value missing_parameter
	missing_auth invalid_request processing_overlimit blocked_source api_leak credential_stuffing file_upload_violation
	file_delete broken_access bfla buffer_overflow file_read request_smuggling deserialize input_validation
	insecure_storage lfi admin memory_corruption misconfig privesc race rfi sensitive_api sub_takeover user_enum
	weak_creds weak_crypto`)

// equalOnly are the fields for which Wallarm offers no "is not".
var equalOnly = []string{"change_type", "pii", "deviation_type", "api_spec_ids"}

// filtersOf takes the list of filters.
func filtersOf(rule *trigger.Rule) field {
	return func(v value) {
		if !v.is(list) {
			return
		}
		if len(v.items) > filterLimit {
			v.refusef("", "has %d filters; at most %d are possible", len(v.items), filterLimit)
		}
		for _, item := range v.items {
			rule.Filters = append(rule.Filters, readFilter(value{item, v.in, v.key}))
		}
	}
}

func filterFields(f *trigger.Filter) fields {
	return fields{
		"field":  oneOf(&f.Field, filterNames()...),
		"not":    truthOf(&f.Not),
		"values": func(value) {}, // checked when the field is known, whatever their order
	}
}

// readFilter takes { field = …, not = …, values = […] }.
func readFilter(v value) trigger.Filter {
	var f trigger.Filter
	v.read(filterFields(&f))
	if v.kind != table {
		return f
	}
	if v.member("field") == nil {
		v.sub("field", v.node).missingf(`field = "ip"`, "is missing")
	}
	if f.Not && slices.Contains(equalOnly, f.Field) {
		v.sub("not", v.member("not")).refusef("", "%s can only be compared for equality", f.Field)
	}
	values := v.member("values")
	if values == nil {
		v.sub("values", v.node).missingf(`values = ["…"]`, "is missing")
		return f
	}
	all := v.sub("values", values)
	all.texts(func(item value) { f.Values = append(f.Values, filterValue(item, f.Field)) })
	if all.kind == list && len(all.items) == 0 {
		all.refusef("", "is empty: no event has none of nothing")
	}
	return f
}

// filterValue checks one value of a field and returns it as events have it.
func filterValue(v value, field string) string {
	switch field {
	case "application", "api_spec_ids":
		if _, err := strconv.ParseInt(v.text, 10, 64); err != nil {
			v.refusef("as 12; the default application is -1", "%s is not a number", cite(v.text))
		}
	case "ip":
		addr, err := netip.ParseAddr(v.text)
		if err == nil {
			return addr.Unmap().String()
		}
		v.refusef("single addresses only, no networks", "%s is not an IP address", cite(v.text))
	case "attack_type":
		if !slices.Contains(attackTypes, v.text) {
			v.warnf(didYouMean(v.text, attackTypes), "%s is no attack type that Wallarm has published", cite(v.text))
		}
	case "response_status":
		return statusValue(v)
	case "target":
		return closed(v, "server", "client", "database")
	case "change_type":
		return closed(v, "added", "changed", "excluded")
	case "deviation_type":
		return closed(v, "shadow", "orphan", "zombie")
	default:
		if v.text == "" {
			v.refusef("", "is empty")
		}
	}
	return v.text
}

// closed takes one of some words, in whatever case.
func closed(v value, words ...string) string {
	word := strings.ToLower(v.text)
	if !slices.Contains(words, word) {
		v.refusef(didYouMean(v.text, words), "%s is unknown", cite(v.text))
	}
	return word
}

// statusValue takes a status, as 404, or a class, as 4xx.
func statusValue(v value) string {
	s := strings.ToLower(v.text)
	code, err := strconv.Atoi(s)
	class := len(s) == 3 && s[0] >= '1' && s[0] <= '5' && s[1:] == "xx"
	if !class && (err != nil || code < 100 || code > 599) {
		v.refusef("as 404 or 4xx", "%s is not a response status", cite(v.text))
	}
	return s
}

// checkFilters refuses fields that the condition does not have.
func (c condition) checkFilters(v value, filters []trigger.Filter) {
	rows := v.member("filters")
	for i, f := range filters {
		if f.Field == "" || slices.Contains(c.filters, f.Field) {
			continue
		}
		at := value{rows.items[i], v.in, v.sub("filters", rows).key}.sub("field", rows.items[i].member("field"))
		at.refusef("it has "+strings.Join(c.filters, ", "), "%s has no filter %s", c.name, f.Field)
	}
}
