package event

// catalogue holds every notification type there is, in the order in which help
// shows them. The sources are the published pages of the integrations, of the
// triggers and of Microsoft Sentinel (the only list of type names); what none of
// them shows is a proposal, and Provenance says so.
var catalogue = route([]Kind{
	{
		Type: "new_hits", Selector: "hits", Object: "hit", Provenance: Published,
		Title: "New hit detected", Doc: "a malicious request",
	},

	{
		Type: "create_user", Selector: "system.users", Object: "user", Provenance: TextPublished, text: userAdded,
		Title: "New user was added to the company account", Doc: "a user was added; with trigger_name, the alert about it",
	},
	{
		Type: "delete_user", Selector: "system.users", Object: "user", Provenance: NamePublished, text: userDeleted,
		Title: "User was deleted from the company account", Doc: "a user was deleted",
	},
	{
		Type: "update_user", Selector: "system.users", Object: "user", Provenance: NamePublished, text: userUpdated,
		Title: "User role was changed", Doc: "a user got another role",
	},
	{
		Type: "disable_integration", Selector: "system.integrations", Object: "integration", Provenance: NamePublished,
		text: done("integration", "disabled", "disabled_by"), Title: "Integration was disabled", Doc: "somebody disabled an integration",
	},
	{
		Type: "delete_integration", Selector: "system.integrations", Object: "integration", Provenance: NamePublished,
		text: done("integration", "deleted", "deleted_by"), Title: "Integration was deleted", Doc: "somebody deleted an integration",
	},
	{
		Type: "integration_broken", Selector: "system.integrations", Object: "integration", Provenance: NamePublished,
		text: integrationBroken, Title: "Integration was disabled automatically", Doc: "too many requests of an integration failed",
	},
	{
		Type: "create_application", Selector: "system.applications", Object: "application", Provenance: NamePublished,
		text: done("application", "added", "created_by"), Title: "New application was added", Doc: "an application was added",
	},
	{
		Type: "delete_application", Selector: "system.applications", Object: "application", Provenance: NamePublished,
		text: done("application", "deleted", "deleted_by"), Title: "Application was deleted", Doc: "an application was deleted",
	},
	{
		Type: "update_application", Selector: "system.applications", Object: "application", Provenance: NamePublished,
		text: applicationRenamed, Title: "Application was renamed", Doc: "an application got another name",
	},
	{
		Type: "api_spec_update_error", Selector: "system.specifications", Object: "specification", Provenance: Proposed,
		text: specificationFailed, Title: "API specification could not be updated", Doc: "the hourly update of an API specification failed",
	},

	{
		Type: "vuln", Selector: "vulnerabilities", Object: "vuln", Provenance: Published,
		text: finding("vuln", "vulnerability", "domain", "threat"), Title: "New vulnerability detected",
		Doc: "a vulnerability; details.vuln.threat is its risk",
	},
	{
		Type: "vuln_high", Selector: "vulnerabilities", Object: "vuln", Provenance: NamePublished, level: High,
		text: finding("vuln", "vulnerability", "domain", "threat"), Title: "New vulnerability detected",
		Doc: "a vulnerability of high risk, as Microsoft Sentinel gets it",
	},
	{
		Type: "vuln_medium", Selector: "vulnerabilities", Object: "vuln", Provenance: NamePublished, level: Medium,
		text: finding("vuln", "vulnerability", "domain", "threat"), Title: "New vulnerability detected",
		Doc: "a vulnerability of medium risk, as Microsoft Sentinel gets it",
	},
	{
		Type: "vuln_low", Selector: "vulnerabilities", Object: "vuln", Provenance: NamePublished, level: Low,
		text: finding("vuln", "vulnerability", "domain", "threat"), Title: "New vulnerability detected",
		Doc: "a vulnerability of low risk, as Microsoft Sentinel gets it",
	},
	{
		Type: "security_issue", Selector: "security_issues", Object: "security_issue", Provenance: Published,
		text: finding("security_issue", "security issue", "host", "risk"), Title: "New security issue detected",
		Doc: "a security issue; details.security_issue.risk is its risk",
	},

	{
		Type: "rule_create", Selector: "rules_and_triggers.rules", Object: "rule", Provenance: NamePublished,
		text: done("rule", "created", "changed_by"), Title: "New rule was created", Doc: "a rule was created",
	},
	{
		Type: "rule_update", Selector: "rules_and_triggers.rules", Object: "rule", Provenance: NamePublished,
		text: done("rule", "changed", "changed_by"), Title: "Rule was changed", Doc: "a rule was changed",
	},
	{
		Type: "rule_delete", Selector: "rules_and_triggers.rules", Object: "rule", Provenance: NamePublished,
		text: done("rule", "deleted", "changed_by"), Title: "Rule was deleted", Doc: "a rule was deleted",
	},
	{
		Type: "trigger_create", Selector: "rules_and_triggers.triggers", Object: "trigger", Provenance: NamePublished,
		text: done("trigger", "created", "changed_by"), Title: "New trigger was created", Doc: "a trigger was created",
	},
	{
		Type: "trigger_update", Selector: "rules_and_triggers.triggers", Object: "trigger", Provenance: NamePublished,
		text: done("trigger", "changed", "changed_by"), Title: "Trigger was changed", Doc: "a trigger was changed, enabled or disabled",
	},
	{
		Type: "trigger_delete", Selector: "rules_and_triggers.triggers", Object: "trigger", Provenance: NamePublished,
		text: done("trigger", "deleted", "changed_by"), Title: "Trigger was deleted", Doc: "a trigger was deleted",
	},

	{
		Type: "new_scope_object_ips", Selector: "scope.hosts", Object: "data", Provenance: Published,
		text: perimeter("New IP addresses were discovered in the network perimeter"), Title: perimeterChanged, Doc: "IP addresses were found",
	},
	{
		Type: "update_scope_object_ips", Selector: "scope.hosts", Object: "data", Provenance: Proposed,
		text: perimeter("IP addresses were changed in the network perimeter"), Title: perimeterChanged, Doc: "IP addresses changed",
	},
	{
		Type: "delete_scope_object_ips", Selector: "scope.hosts", Object: "data", Provenance: Proposed,
		text: perimeter("IP addresses were deleted from the network perimeter"), Title: perimeterChanged, Doc: "IP addresses were deleted",
	},
	{
		Type: "new_scope_object_services", Selector: "scope.services", Object: "data", Provenance: Proposed,
		text: perimeter("New services were discovered in the network perimeter"), Title: perimeterChanged, Doc: "services were found",
	},
	{
		Type: "update_scope_object_services", Selector: "scope.services", Object: "data", Provenance: Proposed,
		text: perimeter("Services were changed in the network perimeter"), Title: perimeterChanged, Doc: "services changed",
	},
	{
		Type: "delete_scope_object_services", Selector: "scope.services", Object: "data", Provenance: Proposed,
		text: perimeter("Services were deleted from the network perimeter"), Title: perimeterChanged, Doc: "services were deleted",
	},
	{
		Type: "new_scope_object_domains", Selector: "scope.domains", Object: "data", Provenance: Proposed,
		text: perimeter("New domains were discovered in the network perimeter"), Title: perimeterChanged, Doc: "domains were found",
	},
	{
		Type: "update_scope_object_domains", Selector: "scope.domains", Object: "data", Provenance: Proposed,
		text: perimeter("Domains were changed in the network perimeter"), Title: perimeterChanged, Doc: "domains changed",
	},
	{
		Type: "delete_scope_object_domains", Selector: "scope.domains", Object: "data", Provenance: Proposed,
		text: perimeter("Domains were deleted from the network perimeter"), Title: perimeterChanged, Doc: "domains were deleted",
	},
	{
		Type: "scope_object", Selector: "scope", Object: "data", Provenance: NamePublished,
		text: perimeter("Objects were changed in the network perimeter"), Title: perimeterChanged, Doc: "any change of the perimeter, as Microsoft Sentinel gets it",
	},

	{
		Type: "requests_per_hour", Selector: "requests_per_hour", Provenance: NamePublished, text: requestsPerHour,
		Title: "Number of requests processed in 1 hour", Doc: "the requests of the previous hour",
	},

	{
		Type: "attacks_exceeded", Provenance: TextPublished, text: thresholdExceeded,
		Title: "Trigger: The number of detected attacks exceeded the threshold", Doc: "alert: too many attacks, or hits (details.condition tells them apart)",
	},
	{
		Type: "incidents_exceeded", Provenance: TextPublished, text: thresholdExceeded,
		Title: "Trigger: The number of incidents exceeded the threshold", Doc: "alert: too many incidents",
	},
	{
		Type: "vector_attack", Provenance: Proposed, text: thresholdExceeded,
		Title: "Trigger: The number of malicious payloads exceeded the threshold", Doc: "alert: too many different payloads from one address",
	},
	{
		Type: "ip_blocked", Provenance: Published, text: ipBlocked,
		Title: "Trigger: New IP address was denylisted", Doc: "alert: an IP address was denylisted",
	},
	{
		Type: "api_structure_changed", Provenance: Published, text: apiChanged,
		Title: "API structure has changed", Doc: "alert: an endpoint of an API is new, changed or unused",
	},
	{
		Type: "api_comparison_result", Provenance: TextPublished, text: rogueAPI,
		Title: "A new rogue endpoint has been discovered in your API", Doc: "alert: a shadow, orphan or zombie endpoint",
	},
	{
		Type: "compromised_logins", Provenance: TextPublished, text: compromisedLogins,
		Title: "Stolen credentials detected", Doc: "alert: compromised user accounts",
	},
})

const perimeterChanged = "Network perimeter has changed"

// title is the summary of a kind without its prefix; for a type that the
// catalogue does not know, the type.
func (k *Kind) title(typ string) string {
	if k == nil {
		return typ
	}
	return k.Title
}

// firstKind returns the first kind that a selector takes.
func firstKind(sel *Selector) *Kind {
	for k := range Kinds() {
		if k.Selector == sel.Name || k.TopLevel() == sel.Name || sel.Risk != Unknown && k.Selector == sel.Top() {
			return k
		}
	}
	return nil
}
