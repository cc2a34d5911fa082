package event

import (
	"iter"
	"slices"
	"strings"
)

// Selector is a name by which an integration selects events: a top-level event
// type (hits, system) or a part of one (system.users, vulnerabilities.high).
type Selector struct {
	Name    string   // as it is written in a configuration
	Aliases []string // Wallarm's own names, and those of older versions
	Doc     string   // one line
	Subs    []*Selector

	// Risk is the level that a part of vulnerabilities or security_issues
	// stands for; the other parts are told apart by the notification type.
	Risk Risk

	test string // of a top-level type: the notification type of its published test
	bit  Selection
}

// Top returns the name of the top-level type: the name up to the dot.
func (s *Selector) Top() string {
	top, _, _ := strings.Cut(s.Name, ".")
	return top
}

// selectors are the selectable event types of the published lists, the present
// one and the older ones together, in the order in which help shows them.
var selectors = number([]*Selector{
	{
		Name: "hits", Aliases: []string{"siem", "hit", "new_hits"}, test: "new_hits",
		Doc: "malicious requests, except experimental ones and those not in the sample",
	},
	{
		Name: "system", test: "create_user",
		Doc: "changes of users, integrations and applications, errors of API specifications",
		Subs: []*Selector{
			{Name: "system.users", Doc: "users added, deleted, given another role"},
			{Name: "system.integrations", Doc: "integrations disabled or deleted"},
			{Name: "system.applications", Doc: "applications added, deleted or renamed"},
			{Name: "system.specifications", Doc: "API specifications that could not be updated"},
		},
	},
	{
		Name: "vulnerabilities", Aliases: []string{"vuln"}, test: "vuln",
		Doc: "vulnerabilities detected (until November 2025), of any risk",
		Subs: []*Selector{
			{Name: "vulnerabilities.high", Aliases: []string{"vuln_high"}, Risk: High, Doc: "high risk"},
			{Name: "vulnerabilities.medium", Aliases: []string{"vuln_medium"}, Risk: Medium, Doc: "medium risk"},
			{Name: "vulnerabilities.low", Aliases: []string{"vuln_low"}, Risk: Low, Doc: "low risk"},
		},
	},
	{
		Name: "security_issues", Aliases: []string{"security_issue"}, test: "security_issue",
		Doc: "security issues detected or opened again, of any risk",
		Subs: []*Selector{
			{Name: "security_issues.critical", Aliases: []string{"security_issue_critical"}, Risk: Critical, Doc: "critical risk"},
			{Name: "security_issues.high", Aliases: []string{"security_issue_high"}, Risk: High, Doc: "high risk"},
			{Name: "security_issues.medium", Aliases: []string{"security_issue_medium"}, Risk: Medium, Doc: "medium risk"},
			{Name: "security_issues.low", Aliases: []string{"security_issue_low"}, Risk: Low, Doc: "low risk"},
			{Name: "security_issues.info", Aliases: []string{"security_issue_info"}, Risk: Info, Doc: "for information"},
		},
	},
	{
		Name: "rules_and_triggers", test: "trigger_create",
		Doc: "rules and triggers created, changed or deleted",
		Subs: []*Selector{
			{Name: "rules_and_triggers.rules", Doc: "rules only"},
			{Name: "rules_and_triggers.triggers", Doc: "triggers only"},
		},
	},
	{
		Name: "scope", test: "new_scope_object_ips",
		Doc: "changes of the network perimeter (until April 2025)",
		Subs: []*Selector{
			{Name: "scope.hosts", Doc: "IP addresses"},
			{Name: "scope.services", Doc: "services on them"},
			{Name: "scope.domains", Doc: "domains"},
		},
	},
	{
		Name: "requests_per_hour", Aliases: []string{"number_of_requests_per_hour"}, test: "requests_per_hour",
		Doc: "the number of requests processed in the previous hour, every hour",
	},
})

// number gives each selector its bit; the lowest one is "all".
func number(list []*Selector) []*Selector {
	bit := all
	for s := range walk(list) {
		bit.bits <<= 1
		s.bit = bit
	}
	return list
}

// walk yields each selector, before its parts.
func walk(list []*Selector) iter.Seq[*Selector] {
	return func(yield func(*Selector) bool) {
		for _, s := range list {
			if !yield(s) {
				return
			}
			for _, sub := range s.Subs {
				if !yield(sub) {
					return
				}
			}
		}
	}
}

// TopLevel returns the selectable event types with their parts, in the order of
// the catalogue.
func TopLevel() []*Selector { return slices.Clone(selectors) }

// SelectorNames returns every name that ParseSelection takes, but for aliases:
// for help and completion.
func SelectorNames() []string {
	names := []string{nameAll, nameNone}
	for s := range walk(selectors) {
		names = append(names, s.Name)
	}
	return names
}

// findSelector returns the selector of a name or alias; an alias may stand
// before the dot (vuln.high).
func findSelector(name string) *Selector {
	head, part, dotted := strings.Cut(name, ".")
	for s := range walk(selectors) {
		if s.Name == name || slices.Contains(s.Aliases, name) {
			return s
		}
		if dotted && slices.Contains(s.Aliases, head) && s.Name == s.Top() {
			name = s.Name + "." + part
		}
	}
	return nil
}
