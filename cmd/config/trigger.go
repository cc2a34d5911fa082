package config

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/wnotify/wnotify/dispatch/trigger"
)

// triggerKeys are the keys of a trigger in the order in which they are written.
var triggerKeys = []string{"enabled", "condition", "threshold", "filters", "integrations"}

// readTrigger takes one trigger. The names of integrations are checked when
// all of them are known.
func readTrigger(v value, name string, exists func(string) bool) trigger.Rule {
	rule := trigger.Rule{Name: name, Enabled: true}
	v.read(triggerFields(&rule, exists))
	if v.kind != table {
		return rule
	}
	if v.member("condition") == nil {
		v.sub("condition", v.node).missingf(`condition = "hits"`, "is missing")
	}
	if v.member("integrations") == nil {
		v.sub("integrations", v.node).missingf(`integrations = ["NAME"]`, "is missing")
	}
	if _, known := trigger.LookupCondition(rule.Condition); known {
		v.senseless(rule)
	}
	return rule
}

// senseless says what package trigger finds wrong with a rule, at the place of
// the value it is about. Values that were refused there already are not refused
// twice, nor are those of filters, which [value.filterValue] has looked at.
func (v value) senseless(rule trigger.Rule) {
	for _, p := range rule.Problems() {
		at, there := v.locate(p.Where)
		switch {
		case at.in.refused[at.node] && at.node != v.node, strings.Contains(p.Where, ".values["):
			continue
		case there:
			at.refusef(p.Hint, "%s", p.What)
		default:
			at.missingf(p.Hint, "%s", p.What)
		}
	}
}

// locate finds the value of a path like filters[1].values[0]; there is false
// when it is not in the file, and the value is then the table it belongs to.
func (v value) locate(path string) (at value, there bool) {
	for step := range strings.FieldsFuncSeq(path, func(r rune) bool { return r == '.' || r == '[' || r == ']' }) {
		if i, err := strconv.Atoi(step); err == nil {
			if v.kind != list || i >= len(v.items) {
				return v, true
			}
			v.node = v.items[i]
			continue
		}
		if v.kind != table || v.member(step) == nil {
			return v.sub(step, v.node), false
		}
		v = v.sub(step, v.member(step))
	}
	return v, true
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
		"per":       durationOf(&rule.Per, time.Second, trigger.MaxPer),
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
		if rule.Per == 0 {
			v.refuse() // something of it was
		}
	}
}

func conditionNames() []string {
	var names []string
	for _, c := range trigger.Conditions() {
		names = append(names, c.Name)
	}
	return names
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
