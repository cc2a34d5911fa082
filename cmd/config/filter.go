package config

import (
	"errors"
	"slices"
	"strings"

	"github.com/wnotify/wnotify/dispatch/spelling"
	"github.com/wnotify/wnotify/dispatch/trigger"
)

// filtersOf takes the list of filters.
func filtersOf(rule *trigger.Rule) field {
	return func(v value) {
		if !v.is(list) {
			return
		}
		for _, item := range v.items {
			rule.Filters = append(rule.Filters, readFilter(value{item, v.in, v.key}))
		}
	}
}

func filterFields(f *trigger.Filter) fields {
	return fields{
		"field":  oneOf(&f.Field, fieldNames()...),
		"not":    truthOf(&f.Not),
		"values": func(value) {}, // checked when the field is known, whatever their order
	}
}

// readFilter takes { field = …, not = …, values = […] }. Whether the condition
// has such a filter is known when the whole trigger is.
func readFilter(v value) trigger.Filter {
	var f trigger.Filter
	v.read(filterFields(&f))
	if v.kind != table {
		return f
	}
	if v.member("field") == nil {
		v.sub("field", v.node).missingf(`field = "ip"`, "is missing")
	}
	values := v.member("values")
	if values == nil {
		v.sub("values", v.node).missingf(`values = ["…"]`, "is missing")
		return f
	}
	known, ok := trigger.LookupField(f.Field)
	v.sub("values", values).digits().texts(func(item value) {
		f.Values = append(f.Values, item.text)
		if ok {
			item.filterValue(known)
		}
	})
	return f
}

// digits is a list with the whole numbers in it, as 404, taken for texts.
func (v value) digits() value {
	if v.kind != list {
		return v
	}
	items := slices.Clone(v.items)
	for i, item := range items {
		if item.kind == whole {
			items[i] = &node{kind: text, at: item.at, text: item.scalar()}
		}
	}
	v.node = &node{kind: list, at: v.at, items: items}
	return v
}

// filterValue checks one value of a filter.
func (v value) filterValue(f trigger.Field) {
	_, err := f.Normal(v.text)
	if wrong, ok := errors.AsType[*trigger.ValueError](err); ok {
		hint := wrong.Hint
		if s := spelling.Nearest(v.text, wrong.Words); s != "" {
			hint = "did you mean " + s + "?"
		}
		v.refusef(hint, "%s %s", cite(v.text), wrong.Reason)
	}
	if f.Name == "attack_type" && err == nil && !slices.Contains(attackTypes, v.text) {
		v.warnf(didYouMean(v.text, attackTypes), "%s is no attack type that Wallarm has published", cite(v.text))
	}
}

func fieldNames() []string {
	var names []string
	for _, f := range trigger.Fields() {
		names = append(names, f.Name)
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
