package trigger

import (
	"slices"

	"github.com/wnotify/wnotify/dispatch/event"
)

// MaxFilters is the most filters that a rule can have, as in Wallarm's Terraform
// provider.
const MaxFilters = 6

// MaxPayloads is the highest threshold of the condition payloads: that many
// payloads of each address are remembered.
const MaxPayloads = 10_000

// Condition is something that rules can watch for.
type Condition struct {
	Name    string
	Counted bool     // it has a threshold; without one each event sends an alert
	Fields  []string // that its filters can have

	watches []class
}

// class is what an event is to a condition.
type class uint8

const (
	other class = iota
	hitObject
	attackObject
	incidentObject
	userAdded
	addressDenylisted
	apiChanged
	rogueAPI
	loginsCompromised

	classes
)

// conditions and the fields that each offers are those of Wallarm's console and
// Terraform provider, for conditions that send notifications. That payloads
// offer the target is in an example of the provider; the "response type" of
// compromised accounts is taken for the status of the response, which their
// published link carries.
var conditions = []Condition{
	{"attacks", true, []string{"attack_type", "application", "ip", "domain", "response_status", "target"}, []class{hitObject, attackObject}},
	{"hits", true, []string{"attack_type", "application", "ip", "domain", "response_status"}, []class{hitObject}},
	{"incidents", true, []string{"attack_type", "application", "ip", "domain", "response_status", "target"}, []class{incidentObject}},
	{"payloads", true, []string{"attack_type", "application", "ip", "domain", "response_status", "target"}, []class{hitObject}},
	{"user_added", false, []string{"user_role"}, []class{userAdded}},
	{"ip_denylisted", false, []string{"application"}, []class{addressDenylisted}},
	{"api_changed", false, []string{"application", "domain", "change_type", "pii"}, []class{apiChanged}},
	{"rogue_api", false, []string{"application", "domain", "deviation_type", "api_spec_ids"}, []class{rogueAPI}},
	{"compromised_account", false, []string{"application", "domain", "response_status"}, []class{loginsCompromised}},
}

// feeds says which notification type is which class: the only table of it.
// Hits, attacks and incidents come as objects, in new_hits and in types that
// the catalogue does not know; see [view.read].
var feeds = map[string]class{
	"new_hits":              hitObject,
	"create_user":           userAdded,
	"ip_blocked":            addressDenylisted,
	"api_structure_changed": apiChanged,
	"api_comparison_result": rogueAPI,
	"compromised_logins":    loginsCompromised,
}

// Conditions returns all conditions, in the order in which help shows them.
func Conditions() []Condition { return slices.Clone(conditions) }

// LookupCondition returns the condition of a name, and whether there is one.
func LookupCondition(name string) (Condition, bool) {
	i := slices.IndexFunc(conditions, func(c Condition) bool { return c.Name == name })
	if i < 0 {
		return Condition{}, false
	}
	return conditions[i], true
}

// Offers reports whether filters of the condition can have a field.
func (c Condition) Offers(field string) bool { return slices.Contains(c.Fields, field) }

// classOf is what events of a kind are, before their object was looked at.
func classOf(k *event.Kind) class {
	if k == nil {
		return hitObject
	}
	return feeds[k.Type]
}
