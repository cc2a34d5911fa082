package event

import (
	"strconv"
	"strings"
	"time"
)

// Clause is a filter of a trigger: the field has one of the values, or none of
// them.
type Clause struct {
	Field  string // attack_type, application, ip, domain, response_status, target, user_role, …
	Not    bool
	Values []string
}

// clauseField is how a field is called by Wallarm's API and in the text of an
// alert.
type clauseField struct{ field, id, label string }

var clauseFields = []clauseField{
	{"attack_type", "attack_type", "Attack type"},
	{"application", "pool", "Application"},
	{"ip", "ip_address", "IP"},
	{"domain", "domain", "Domain"},
	{"response_status", "response_status", "Response status"},
	{"target", "target", "Target"},
	{"user_role", "user_role", "User’s role"},
	{"change_type", "change_type", "Endpoint change type"},
	{"pii", "pii", "Sensitive data"},
	{"deviation_type", "deviation_type", "Type of rogue API"},
	{"api_spec_ids", "api_spec_ids", "Uploaded specification"},
}

// filter is a clause as Wallarm's API writes it.
type filter struct {
	ID       string   `json:"id"`
	Operator string   `json:"operator"` // eq or ne
	Values   []string `json:"values"`
}

func filters(clauses []Clause) []filter {
	list := make([]filter, 0, len(clauses))
	for _, c := range clauses {
		f := filter{ID: c.Field, Operator: "eq", Values: c.Values}
		for _, known := range clauseFields {
			if known.field == c.Field {
				f.ID = known.id
			}
		}
		if c.Not {
			f.Operator = "ne"
		}
		list = append(list, f)
	}
	return list
}

// clausesOf is what an alert says about the filters of its trigger, one a line.
func clausesOf(f fields) string {
	list, _ := f["filters"].([]any)
	var out []string
	for _, one := range list {
		object, _ := one.(map[string]any)
		clause := fields(object)
		label := clause.str("id")
		values := clause.strs("values")
		for _, known := range clauseFields {
			if known.id == label {
				label = known.label
				break
			}
		}
		if clause.str("id") == "attack_type" {
			for i := range values {
				values[i] = attackName(values[i])
			}
		}
		not := ""
		if clause.str("operator") == "ne" {
			not = "not "
		}
		out = append(out, label+": "+not+strings.Join(values, ", ")+".")
	}
	return strings.Join(out, "\n")
}

// attackName is the name by which texts call an attack type: the published ones,
// other types by their codes.
func attackName(code string) string {
	switch code {
	case "sqli":
		return "SQLi"
	case "xss":
		return "XSS"
	case "ptrav":
		return "Path traversal"
	case "brute":
		return "Brute force"
	}
	return code
}

// period writes a number of seconds as texts do: 1 minute, 30 seconds, 12 hours.
func period(seconds string) string {
	n, err := strconv.ParseInt(seconds, 10, 64)
	if err != nil {
		return seconds + " seconds"
	}
	unit := "second"
	for _, u := range []struct {
		name   string
		length int64
	}{{"day", int64(24 * time.Hour / time.Second)}, {"hour", 3600}, {"minute", 60}} {
		if n > 0 && n%u.length == 0 {
			unit, n = u.name, n/u.length
			break
		}
	}
	if n != 1 {
		unit += "s"
	}
	return strconv.FormatInt(n, 10) + " " + unit
}
