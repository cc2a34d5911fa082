package event

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func must(t *testing.T, names ...string) Selection {
	t.Helper()
	s, err := ParseSelection(names)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestParseSelection(t *testing.T) {
	for _, tt := range []struct{ names, want string }{
		{"", "none"},
		{"none", "none"},
		{"all", "all"},
		{"hits all none_such", ""},
		{"all hits", "all"},
		{"system hits", "hits system"},
		{"hits siem hits hit new_hits", "hits"},
		{"vuln", "vulnerabilities"},
		{"vuln_high vuln_low", "vulnerabilities.high vulnerabilities.low"},
		{"vuln.medium", "vulnerabilities.medium"},
		{"vulnerabilities.high vulnerabilities", "vulnerabilities"},
		{"vulnerabilities.high vulnerabilities.medium vulnerabilities.low", "vulnerabilities.high vulnerabilities.medium vulnerabilities.low"},
		{"security_issue", "security_issues"},
		{
			"security_issue_info security_issue_low security_issue_medium security_issue_high security_issue_critical",
			"security_issues.critical security_issues.high security_issues.medium security_issues.low security_issues.info",
		},
		{"number_of_requests_per_hour", "requests_per_hour"},
		{"scope.domains rules_and_triggers.rules system.specifications", "system.specifications rules_and_triggers.rules scope.domains"},
	} {
		s, err := ParseSelection(strings.Fields(tt.names))
		if err != nil {
			if tt.want != "" {
				t.Errorf("%s: %v", tt.names, err)
			}
			continue
		}
		if got := strings.Join(s.Names(), " "); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.names, got, tt.want)
		}
		if s.Empty() != (tt.want == "none") {
			t.Errorf("%s: empty %v", tt.names, s.Empty())
		}
	}
	if _, err := ParseSelection([]string{"hits", "none"}); err == nil || !strings.Contains(err.Error(), `"none"`) {
		t.Errorf("none beside hits: %v", err)
	}
}

func TestUnknownName(t *testing.T) {
	for name, suggestion := range map[string]string{
		"hts":                   "hits",
		"Hits":                  "hits",
		"vulnerability":         "vulnerabilities",
		"vulnerabilities.hihg":  "vulnerabilities.high",
		"vulnerabilities.info":  "",
		"system.user":           "system.users",
		"security-issues":       "security_issues",
		"create_user":           "system.users",
		"trigger_delete":        "rules_and_triggers.triggers",
		"ALL":                   "all",
		"":                      "",
		"completely_else_thing": "",
		"request_per_hour":      "requests_per_hour",
	} {
		_, err := ParseSelection([]string{"hits", name})
		var unknown *UnknownError
		if !errors.As(err, &unknown) || unknown.Name != name {
			t.Errorf("%q: %v", name, err)
			continue
		}
		if unknown.Suggestion != suggestion {
			t.Errorf("%q: did you mean %q? want %q", name, unknown.Suggestion, suggestion)
		}
		if advice := map[bool]string{true: "wnotify events", false: "did you mean"}[suggestion == ""]; !strings.Contains(err.Error(), advice) {
			t.Errorf("%q: %v, want %q", name, err, advice)
		}
	}
}

// Every type against every name: what takes what, written out.
func TestRouting(t *testing.T) {
	takers := map[string]string{
		"new_hits":    "hits",
		"create_user": "system system.users", "delete_user": "system system.users", "update_user": "system system.users",
		"disable_integration": "system system.integrations", "delete_integration": "system system.integrations", "integration_broken": "system system.integrations",
		"create_application": "system system.applications", "delete_application": "system system.applications", "update_application": "system system.applications",
		"api_spec_update_error": "system system.specifications",
		"vuln":                  "vulnerabilities",
		"vuln High":             "vulnerabilities vulnerabilities.high", "vuln_high High": "vulnerabilities vulnerabilities.high",
		"vuln Medium": "vulnerabilities vulnerabilities.medium", "vuln_medium Medium": "vulnerabilities vulnerabilities.medium",
		"vuln Low": "vulnerabilities vulnerabilities.low", "vuln_low Low": "vulnerabilities vulnerabilities.low",
		"vuln Critical": "vulnerabilities", "vuln Info": "vulnerabilities",
		"security_issue":          "security_issues",
		"security_issue Critical": "security_issues security_issues.critical", "security_issue High": "security_issues security_issues.high",
		"security_issue Medium": "security_issues security_issues.medium", "security_issue Low": "security_issues security_issues.low",
		"security_issue Info": "security_issues security_issues.info",
		"rule_create":         "rules_and_triggers rules_and_triggers.rules", "rule_update": "rules_and_triggers rules_and_triggers.rules",
		"rule_delete": "rules_and_triggers rules_and_triggers.rules", "trigger_create": "rules_and_triggers rules_and_triggers.triggers",
		"trigger_update": "rules_and_triggers rules_and_triggers.triggers", "trigger_delete": "rules_and_triggers rules_and_triggers.triggers",
		"new_scope_object_ips": "scope scope.hosts", "update_scope_object_ips": "scope scope.hosts", "delete_scope_object_ips": "scope scope.hosts",
		"new_scope_object_services": "scope scope.services", "update_scope_object_services": "scope scope.services", "delete_scope_object_services": "scope scope.services",
		"new_scope_object_domains": "scope scope.domains", "update_scope_object_domains": "scope scope.domains", "delete_scope_object_domains": "scope scope.domains",
		"scope_object":      "scope",
		"requests_per_hour": "requests_per_hour",
		"attacks_exceeded":  "", "incidents_exceeded": "", "vector_attack": "", "ip_blocked": "",
		"api_structure_changed": "", "api_comparison_result": "", "compromised_logins": "",
	}
	seen := map[*Kind]bool{}
	for what, want := range takers {
		typ, level, _ := strings.Cut(what, " ")
		k := Lookup(typ)
		if k == nil {
			t.Fatalf("no type %s", typ)
		}
		seen[k] = true
		for _, name := range SelectorNames() {
			expected := name == "all" || slices.Contains(strings.Fields(want), name)
			if got := must(t, name).Match(k, ParseRisk([]byte(level))); got != expected {
				t.Errorf("%s takes %s: %v", name, what, got)
			}
		}
	}
	for k := range Kinds() {
		if !seen[k] {
			t.Errorf("%s has no row in the table", k.Type)
		}
	}
	for _, name := range SelectorNames() {
		if got := must(t, name).Match(nil, Unknown); got != (name == "all") {
			t.Errorf("%s takes a type that the catalogue does not know: %v", name, got)
		}
	}
}

func selections(t *rapid.T) ([]string, Selection) {
	names := rapid.SliceOfN(rapid.SampledFrom(SelectorNames()), 0, 6).Filter(func(names []string) bool {
		return len(names) == 1 || !slices.Contains(names, "none")
	}).Draw(t, "names")
	s, err := ParseSelection(names)
	if err != nil {
		t.Fatal(err)
	}
	return names, s
}

// What is printed is read back as the same selection, which takes what one of
// its names takes and nothing else.
func TestSelectionProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		names, s := selections(t)
		back, err := ParseSelection(s.Names())
		if err != nil || !back.Equal(s) || !slices.Equal(back.Names(), s.Names()) {
			t.Fatalf("%v -> %v -> %v (%v)", names, s.Names(), back.Names(), err)
		}
		r := Risk(rapid.IntRange(0, risks-1).Draw(t, "risk"))
		for k := range Kinds() {
			one := slices.ContainsFunc(names, func(name string) bool {
				s, err := ParseSelection([]string{name})
				return err == nil && s.Match(k, r)
			})
			if s.Match(k, r) != one {
				t.Fatalf("%v takes %s %v: %v", names, k.Type, r, s.Match(k, r))
			}
		}
	})
}

func TestMatchAllocatesNothing(t *testing.T) {
	s, k := must(t, "vulnerabilities.high", "system"), Lookup("vuln")
	if n := testing.AllocsPerRun(100, func() {
		if !s.Match(k, High) || s.Match(nil, High) {
			t.Fatal("wrong answer")
		}
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func TestTestEvents(t *testing.T) {
	for _, tt := range []struct{ names, want string }{
		{"none", "vuln"},
		{"all", "new_hits create_user vuln security_issue trigger_create new_scope_object_ips requests_per_hour"},
		{"hits vulnerabilities", "new_hits vuln"},
		{"vulnerabilities.high", "vuln High"},
		{"vulnerabilities.high vulnerabilities.medium", "vuln"}, // the published one is of medium risk
		{"vulnerabilities.low vulnerabilities.high", "vuln Low"},
		{"vulnerabilities.low hits vulnerabilities.high", "new_hits vuln Low"},
		{"security_issues.info", "security_issue Info"},
		{"security_issues.low security_issues.critical", "security_issue Low"},
		{"security_issues.low security_issues.medium", "security_issue"}, // the published one is of medium risk
		{"system.integrations system.applications", "disable_integration"},
		{"system.users system.applications", "create_user"},
		{"rules_and_triggers.rules", "rule_create"},
		{"scope.domains scope.services", "new_scope_object_domains"},
	} {
		s := must(t, strings.Fields(tt.names)...)
		var got []string
		for _, e := range s.TestEvents() {
			got = append(got, strings.TrimSpace(e.Kind.Type+" "+e.Risk.String()))
			if e.Selector.Name != e.Kind.TopLevel() {
				t.Errorf("%s: %s stands for %s", tt.names, e.Kind.Type, e.Selector.Name)
			}
			sent := identify(t, string(us.Test(e.Kind, e.Risk)))
			if !s.Match(sent.Kind, sent.Risk) && !s.Empty() {
				t.Errorf("%s: the test event %s is not selected", tt.names, sent.Raw)
			}
		}
		if strings.Join(got, " ") != tt.want {
			t.Errorf("%s: %v, want %s", tt.names, got, tt.want)
		}
	}
}

func TestTopLevel(t *testing.T) {
	var got []string
	for _, s := range must(t, "scope.hosts", "system", "hits").TopLevel() {
		got = append(got, s.Name)
	}
	if strings.Join(got, " ") != "hits system scope" {
		t.Errorf("%v", got)
	}
	if got := Selection.TopLevel(All()); len(got) != len(TopLevel()) {
		t.Errorf("all: %d types", len(got))
	}
}
