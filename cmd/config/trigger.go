package config

import (
	"slices"
	"time"

	"github.com/wnotify/wnotify/dispatch/trigger"
)

// triggerKeys are the keys of a trigger in the order in which they are written.
var triggerKeys = []string{"enabled", "condition", "threshold", "filters", "integrations"}

// filterLimit is the most filters of a trigger, as in Wallarm's Terraform provider.
const filterLimit = 6

// readTrigger takes one trigger. The names of integrations are checked when
// all of them are known.
func readTrigger(v value, name string, exists func(string) bool) trigger.Rule {
	rule := trigger.Rule{Name: name, Enabled: true}
	v.read(triggerFields(&rule, exists))
	if v.kind != table {
		return rule
	}
	c, known := findCondition(rule.Condition)
	threshold := v.member("threshold")
	switch {
	case v.member("condition") == nil:
		v.sub("condition", v.node).missingf(`condition = "hits"`, "is missing")
	case !known:
	case c.counted && threshold == nil:
		v.sub("threshold", v.node).missingf(`threshold = { more_than = 100, per = "1h" }`, "is missing: %s are counted", c.name)
	case !c.counted && threshold != nil:
		v.sub("threshold", threshold).refusef("delete it", "%s has no threshold: each one sends an alert", c.name)
	}
	if v.member("integrations") == nil {
		v.sub("integrations", v.node).missingf(`integrations = ["NAME"]`, "is missing")
	}
	if known {
		c.checkFilters(v, rule.Filters)
	}
	return rule
}

func triggerFields(rule *trigger.Rule, exists func(string) bool) fields {
	return fields{
		"enabled":      truthOf(&rule.Enabled),
		"condition":    oneOf(&rule.Condition, conditionNames()...),
		"threshold":    thresholdOf(rule),
		"filters":      filtersOf(rule),
		"integrations": integrationsOf(rule, exists),
	}
}

func thresholdFields(rule *trigger.Rule) fields {
	return fields{
		"more_than": wholeOf(&rule.MoreThan, 0, 1e12),
		"per":       durationOf(&rule.Per, time.Second, 30*day),
	}
}

// thresholdOf takes { more_than = N, per = "1h" }; windows are counted in whole
// seconds.
func thresholdOf(rule *trigger.Rule) field {
	return func(v value) {
		v.read(thresholdFields(rule))
		if v.kind != table {
			return
		}
		for _, key := range []string{"more_than", "per"} {
			if v.member(key) == nil {
				v.sub(key, v.node).missingf("", "is missing")
			}
		}
		if rule.Per%time.Second != 0 {
			v.sub("per", v.member("per")).refusef("", "must be whole seconds")
		}
	}
}

// integrationsOf takes the names of integrations.
func integrationsOf(rule *trigger.Rule, exists func(string) bool) field {
	return func(v value) {
		v.texts(func(item value) {
			switch {
			case slices.Contains(rule.Integrations, item.text):
				item.refusef("name it once", "%s is named twice", cite(item.text))
				return
			case !v.in.partial && !exists(item.text):
				item.refusef(v.in.nearIntegration(item.text), "there is no integration %s", cite(item.text))
			}
			rule.Integrations = append(rule.Integrations, item.text)
		})
		if v.kind == list && len(v.items) == 0 {
			v.warnf("", "names no integration, so its alerts go nowhere")
		}
	}
}
