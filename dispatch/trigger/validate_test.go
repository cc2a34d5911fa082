package trigger_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/wnotify/wnotify/dispatch/trigger"
)

func TestProblems(t *testing.T) {
	is := func(field string, values ...string) trigger.Filter {
		return trigger.Filter{Field: field, Values: values}
	}
	many := slices.Repeat([]trigger.Filter{is("ip", "192.0.2.1")}, 7)
	for name, c := range map[string]struct {
		rule trigger.Rule
		want []string // where and what
	}{
		"nothing":                         {counting("hits", 0, time.Second), nil},
		"the longest window":              {counting("payloads", 10_000, 30*24*time.Hour), nil},
		"six filters":                     {counting("hits", 0, time.Second, many[:6]...), nil},
		"seven filters":                   {counting("hits", 0, time.Second, many...), []string{"filters has 7 filters (at most 6 are possible)"}},
		"unknown condition":               {counting("hit", 0, time.Second), []string{`condition "hit" is unknown (one of attacks, hits,`}},
		"no threshold":                    {watching("hits"), []string{"threshold hits needs a threshold (threshold = { more_than"}},
		"a threshold for what has none":   {counting("user_added", 0, time.Second), []string{"threshold user_added has no threshold"}},
		"a negative threshold":            {counting("hits", -1, time.Second), []string{"threshold.more_than is negative"}},
		"too short, too long, in between": {counting("hits", 1, time.Second/2), []string{"threshold.per must be whole seconds"}},
		"too many payloads":               {counting("payloads", 10_001, time.Second), []string{"threshold.more_than is too large for payloads (at most 10000)"}},
		"an unknown field":                {counting("hits", 1, time.Second, is("attack", "x")), []string{`filters[0].field "attack" is unknown (hits has attack_type,`}},
		"a field of other conditions":     {counting("hits", 1, time.Second, is("ip", "::1"), is("target", "client")), []string{"filters[1].field hits has no filter target (it has attack_type,"}},
		"no values":                       {counting("hits", 1, time.Second, is("ip")), []string{"filters[0].values is empty"}},
		"not, for what can only be equal": {watching("api_changed", trigger.Filter{Field: "change_type", Not: true, Values: []string{"added"}}), []string{"filters[0].not change_type can only"}},
		"values": {counting("attacks", 1, time.Second, is("ip", "::1", "10.0.0.0/8"), is("response_status", "2xx", "6xx", "20", "0404"), is("target", "Server", "servers"), is("attack_type", " ")), []string{
			`filters[0].values[1] "10.0.0.0/8" is not an IP address (single addresses only, no networks)`,
			`filters[1].values[1] "6xx" is not a response status (as 404 or 4xx)`,
			`filters[1].values[2] "20" is not`,
			`filters[1].values[3] "0404" is not`,
			`filters[2].values[1] "servers" is unknown (one of server, client, database)`,
			`filters[3].values[0] " " is empty`,
		}},
		"values of API conditions": {watching("rogue_api", is("deviation_type", "Shadow", "ghost"), is("api_spec_ids", "1", "one")), []string{
			`filters[0].values[1] "ghost" is unknown (one of shadow, orphan, zombie)`,
			`filters[1].values[1] "one" is not a number`,
		}},
	} {
		t.Run(name, func(t *testing.T) {
			var got []string
			if err := c.rule.Validate(); err != nil {
				got = strings.Split(err.Error(), "\n")
			}
			if len(got) != len(c.want) || len(got) != len(c.rule.Problems()) {
				t.Fatalf("problems:\n%s\nwant %q", strings.Join(got, "\n"), c.want)
			}
			for i := range got {
				if !strings.HasPrefix(got[i], "trigger t: "+c.want[i]) {
					t.Errorf("problem %d is %q, want %q", i, got[i], c.want[i])
				}
			}
		})
	}
}

// Values of filters in the form in which they are compared.
func TestNormalValues(t *testing.T) {
	for _, c := range [][3]string{
		{"ip", "2001:DB8::0:1", "2001:db8::1"},
		{"ip", "::ffff:192.0.2.1", "192.0.2.1"},
		{"domain", "WWW.Example.COM.", "www.example.com"},
		{"application", "default", "-1"},
		{"application", "Application #12", "12"},
		{"application", "Shop", "shop"},
		{"response_status", "4XX", "4xx"},
		{"user_role", "Admin", "administrator"},
		{"change_type", "excluded", "unused"},
		{"target", "Database", "database"},
	} {
		f, _ := trigger.LookupField(c[0])
		if got, err := f.Normal(c[1]); err != nil || got != c[2] {
			t.Errorf("%s %q is %q (%v), want %q", c[0], c[1], got, err, c[2])
		}
	}
}
