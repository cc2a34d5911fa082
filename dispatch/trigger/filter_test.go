package trigger_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/wnotify/wnotify/dispatch/event"
	"github.com/wnotify/wnotify/dispatch/trigger"
)

// fires reports whether an event alone makes a rule fire.
func fires(t *testing.T, r trigger.Rule, e *event.Event) bool {
	t.Helper()
	if err := r.Validate(); err != nil {
		t.Fatal(err)
	}
	c := trigger.NewCounter([]trigger.Rule{r}, nothing)
	if !c.Wants(e.Kind) {
		return false
	}
	_, alerts, err := c.Count(c.Note(nil, e, start))
	if err != nil {
		t.Fatal(err)
	}
	return len(alerts) == 1
}

// objectOf makes the event that a condition counts, of an object with some members.
func objectOf(t *testing.T, condition string, more m) *event.Event {
	switch condition {
	case "attacks":
		more["object_type"] = "attack"
		return hit(t, more)
	case "incidents":
		more["object_type"] = "incident"
		return hit(t, more)
	case "hits", "payloads":
		return hit(t, more)
	}
	types := map[string]string{
		"user_added": "create_user", "ip_denylisted": "ip_blocked", "api_changed": "api_structure_changed",
		"rogue_api": "api_comparison_result", "compromised_account": "compromised_logins",
	}
	return of(t, types[condition], more)
}

func TestFilters(t *testing.T) {
	hits := []string{"attacks", "hits", "incidents", "payloads"}
	tried := map[string]bool{}
	for _, c := range []struct {
		field      string
		value      string // of the filter
		conditions []string
		is         []m // objects that have it
		isNot      []m // objects that do not
	}{
		{"attack_type", "xss", hits, []m{{"type": "xss"}, {"type": "XSS"}}, []m{{"type": "sqli"}, {"type": nil}, {"type": "xs"}}},
		{"attack_type", "SQLi", hits, []m{{}}, []m{{"type": "ptrav"}}},
		{
			"application", "8", hits,
			[]m{{"applications": []any{"default", 8}}, {"applications": []string{"Application #8"}}, {"applications": nil, "application_id": []int{8}}},
			[]m{{}, {"applications": []string{"Application #88"}}, {"applications": []any{}}, {"applications": nil}},
		},
		{"application", "-1", hits, []m{{}, {"applications": []string{"Default"}}, {"applications": []int{-1}}}, []m{{"applications": []string{"Shop"}}}},
		{"application", "shop", hits, []m{{"applications": []string{"x", "Shop"}}}, []m{{}}},
		{
			"ip", "2001:DB8:0::1", hits,
			[]m{{"remote_addr4": "", "remote_addr6": "2001:db8::1"}, {"remote_addr6": "2001:0db8:0:0:0:0:0:1"}},
			[]m{{}, {"remote_addr4": nil, "remote_addr6": "2001:db8::2"}},
		},
		{"ip", "8.8.8.8", hits, []m{{}, {"remote_addr4": "", "remote_addr6": "::ffff:8.8.8.8"}}, []m{{"remote_addr4": "8.8.8.80"}}},
		{
			"domain", "WWW.Example.com.", hits,
			[]m{{}, {"domain": nil, "host": "www.example.com"}, {"host": "www.example.com:8443", "domain": "other"}},
			[]m{{"domain": "example.com"}, {"domain": nil}},
		},
		{"response_status", "404", hits, []m{{"response_status": 404}, {"response_status": "404"}}, []m{{}, {"response_status": nil}, {"response_status": 4040}}},
		{"response_status", "4XX", hits, []m{{"response_status": 404}, {"response_status": 499}}, []m{{}, {"response_status": 4}, {"response_status": 500}}},
		{"target", "Database", []string{"attacks", "incidents", "payloads"}, []m{{}, {"type": "nosqli"}, {"type": "xss", "target": "database"}}, []m{{"type": "xss"}, {"type": "rce"}}},
		{"target", "client", []string{"attacks", "incidents", "payloads"}, []m{{"type": "xss"}, {"target": []string{"server", "client"}}}, []m{{}}},
		{"target", "server", []string{"attacks", "incidents", "payloads"}, []m{{"type": "rce"}, {"type": "brand_new"}}, []m{{}, {"type": "csrf"}}},
		{
			"user_role", "Administrator",
			[]string{"user_added"},
			[]m{{"user": m{"role": "administrator"}}, {"user": m{"role": "Admin"}}},
			[]m{{"user": m{"role": "Analyst"}}, {"user": nil}, {}},
		},
		{"user_role", "Read only", []string{"user_added"}, []m{{"user": m{"role": "read_only"}}}, []m{{"user": m{"role": "Read"}}}},
		{"application", "8", []string{"ip_denylisted", "api_changed", "rogue_api"}, []m{{"application": "Application #8"}, {"application": "Application 8"}}, []m{{"application": "default"}, {"application": "Application 8a"}, {}}},
		{"domain", "api.example.com", []string{"api_changed"}, []m{{"domain": "API.example.com"}}, []m{{"domain": "example.com"}}},
		{"change_type", "excluded", []string{"api_changed"}, []m{{"change_type": "unused"}, {"change_type": "excluded"}}, []m{{"change_type": "added"}, {}}},
		{"pii", "Credit card number", []string{"api_changed"}, []m{{"pii": []string{"email", "credit_card_number"}}, {"sensitive_data": "credit_card_number"}}, []m{{"pii": []string{"email"}}, {}}},
		{"domain", "api.example.com", []string{"rogue_api"}, []m{{"api_host": "api.example.com"}}, []m{{"api_host": "example.com"}}},
		{"deviation_type", "shadow", []string{"rogue_api"}, []m{{"type_of_endpoint": "shadow"}}, []m{{"type_of_endpoint": "zombie"}}},
		{"api_spec_ids", "12", []string{"rogue_api"}, []m{{"api_spec_ids": []int{1, 12}}, {"specification_id": 12}}, []m{{"api_spec_ids": []int{1}}, {}}},
		{
			"domain", "localhost",
			[]string{"compromised_account"},
			[]m{{"url": "localhost/login"}, {"url": "https://localhost:8443/login"}, {"host": "localhost", "url": "x/y"}},
			[]m{{"url": "example.com/localhost"}, {}},
		},
		{
			"application", "default",
			[]string{"compromised_account"},
			[]m{{"link": "https://my.wallarm.com/attacks/?q=attacks+statuscode%3A404+application%3Adefault+x"}, {"application": -1}},
			[]m{{"link": "https://my.wallarm.com"}},
		},
		{
			"response_status", "4xx",
			[]string{"compromised_account"},
			[]m{{"link": "https://my.wallarm.com/attacks/?q=attacks+statuscode%3A404+application%3Adefault"}, {"response_status": 401}},
			[]m{{"response_status": 200}, {}},
		},
	} {
		for _, condition := range c.conditions {
			tried[condition+" "+c.field] = true
			for has, objects := range map[bool][]m{true: c.is, false: c.isNot} {
				for _, o := range objects {
					for _, not := range []bool{false, true} {
						field, _ := trigger.LookupField(c.field)
						if not && field.EqualOnly {
							continue
						}
						r := rule(condition, trigger.Filter{Field: c.field, Not: not, Values: []string{c.value}})
						e := objectOf(t, condition, clone(o))
						if got, want := fires(t, r, e), has != not; got != want {
							t.Errorf("%s, %s %s (not: %t) and %v: fires %t, want %t", condition, c.field, c.value, not, o, got, want)
						}
					}
				}
			}
		}
	}
	for _, c := range trigger.Conditions() {
		for _, field := range c.Fields {
			if !tried[c.Name+" "+field] {
				t.Errorf("%s offers %s, which was not tried", c.Name, field)
			}
		}
	}
}

// rule is one of a condition that fires at once.
func rule(condition string, filters ...trigger.Filter) trigger.Rule {
	if known, _ := trigger.LookupCondition(condition); known.Counted {
		return counting(condition, 0, time.Minute, filters...)
	}
	return watching(condition, filters...)
}

// Filters are joined by and, values by or.
func TestFiltersTogether(t *testing.T) {
	is := func(field string, values ...string) trigger.Filter {
		return trigger.Filter{Field: field, Values: values}
	}
	not := func(field string, values ...string) trigger.Filter {
		return trigger.Filter{Field: field, Not: true, Values: values}
	}
	for _, c := range []struct {
		filters []trigger.Filter
		want    bool
	}{
		{nil, true},
		{[]trigger.Filter{is("attack_type", "xss", "sqli")}, true},
		{[]trigger.Filter{is("attack_type", "xss", "sqli"), is("ip", "9.9.9.9")}, false},
		{[]trigger.Filter{is("attack_type", "sqli"), is("ip", "9.9.9.9", "8.8.8.8"), is("response_status", "2xx")}, true},
		{[]trigger.Filter{not("attack_type", "xss", "sqli")}, false},
		{[]trigger.Filter{not("attack_type", "xss"), not("attack_type", "rce"), is("attack_type", "sqli")}, true},
		{[]trigger.Filter{is("attack_type", "sqli"), not("attack_type", "sqli")}, false},
	} {
		if got := fires(t, counting("hits", 0, time.Minute, c.filters...), hit(t, m{})); got != c.want {
			t.Errorf("%v: fires %t, want %t", c.filters, got, c.want)
		}
	}
}

// Rules together count what each of them counts alone.
func TestManyRulesAreEachAlone(t *testing.T) {
	var rules []trigger.Rule
	for i := range 300 {
		r := counting([]string{"hits", "attacks", "payloads", "incidents"}[i%4], 0, time.Minute)
		r.Name = fmt.Sprint("t", i)
		for j, value := range []string{"sqli", "xss"} {
			if i>>(2+j)&1 != 0 {
				r.Filters = append(r.Filters, trigger.Filter{Field: "attack_type", Not: i>>4&1 != 0, Values: []string{value}})
			}
		}
		if i>>5&1 != 0 {
			r.Filters = append(r.Filters, trigger.Filter{Field: "domain", Not: i>>6&1 != 0, Values: []string{"a.example.com", "b.example.com"}})
		}
		rules = append(rules, r)
	}
	all := trigger.NewCounter(rules, nothing)
	for _, kind := range []string{"sqli", "xss", "rce"} {
		for _, domain := range []string{"a.example.com", "b.example.com", "c.example.com"} {
			for _, object := range []string{"hit", "attack", "incident"} {
				e := hit(t, m{"type": kind, "domain": domain, "object_type": object})
				_, alerts, err := all.Count(all.Note(nil, e, start))
				if err != nil {
					t.Fatal(err)
				}
				var got, want []string
				for _, a := range alerts {
					got = append(got, a.Rule.Name)
				}
				for _, r := range rules {
					if fires(t, r, e) {
						want = append(want, r.Name)
					}
				}
				if !slices.Equal(got, want) || len(want) == 0 {
					t.Errorf("%s on %s: %v fire together, %v alone", kind, domain, got, want)
				}
			}
		}
	}
}
