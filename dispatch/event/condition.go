package event

// condition is a condition of triggers, as alerts name it.
type condition struct {
	name     string // as a configuration writes it
	template string // Wallarm's template_id, which alerts and system events carry
	kind     string // notification type of the alert
	title    string // of the alert; "": that of the kind
	counted  string // what is counted, for conditions with a threshold
	query    string // of the link to the events
}

// conditions are those of the published triggers that notify. An alert about
// hits has the type attacks_exceeded, as published; details.condition tells the
// two apart.
var conditions = []condition{
	{"attacks", "attacks_exceeded", "attacks_exceeded", "", "attacks", "attacks"},
	{"hits", "hits_exceeded", "attacks_exceeded", "Trigger: The number of detected hits exceeded the threshold", "hits", "attacks"},
	{"incidents", "incidents_exceeded", "incidents_exceeded", "", "incidents", "incidents"},
	{"payloads", "vector_attack", "vector_attack", "", "malicious payloads", "attacks"},
	{"user_added", "user_created", "create_user", "", "", ""},
	{"ip_denylisted", "blacklist_ip_added", "ip_blocked", "", "", ""},
	{"api_changed", "api_structure_changed", "api_structure_changed", "", "", ""},
	{"rogue_api", "rogue_api_detected", "api_comparison_result", "", "", ""},
	{"compromised_account", "compromised_logins", "compromised_logins", "", "", ""},
}

// conditionOf returns the condition of a name or template, or nil.
func conditionOf(name string) *condition {
	for i := range conditions {
		if c := &conditions[i]; c.name == name || c.template == name {
			return c
		}
	}
	return nil
}

// template returns Wallarm's name of a condition.
func template(name string) string {
	if c := conditionOf(name); c != nil {
		return c.template
	}
	return name
}
