package trigger_test

import (
	"slices"
	"testing"
	"time"

	"github.com/wnotify/wnotify/dispatch/event"
	"github.com/wnotify/wnotify/dispatch/trigger"
)

// What an event is to the conditions.
func TestWhatCounts(t *testing.T) {
	var rules []trigger.Rule
	for _, c := range trigger.Conditions() {
		r := rule(c.Name)
		r.Name = c.Name
		rules = append(rules, r)
	}
	for name, c := range map[string]struct {
		event *event.Event
		want  []string
	}{
		"the published hit":                      {parsed(t, event.Sample("new_hits")), []string{"attacks", "hits", "payloads"}},
		"a hit without object_type":              {hit(t, m{"object_type": nil}), []string{"attacks", "hits", "payloads"}},
		"a hit without payloads":                 {hit(t, m{"payloads": []string{}}), []string{"attacks", "hits"}},
		"a hit without an address":               {hit(t, m{"remote_addr4": nil}), []string{"attacks", "hits"}},
		"an attack in the place of a hit":        {hit(t, m{"object_type": "attack"}), []string{"attacks"}},
		"an incident in the place of a hit":      {hit(t, m{"object_type": "incident"}), []string{"incidents"}},
		"a hit of a type nobody knows":           {of(t, "my_hits", m{"hit": m{"object_type": "hit", "type": "sqli"}}), []string{"attacks", "hits"}},
		"an attack of its own":                   {of(t, "new_attack", m{"attack": m{"type": "sqli"}}), []string{"attacks"}},
		"an incident of its own":                 {of(t, "new_incident", m{"incident": m{"object_type": "incident"}}), []string{"incidents"}},
		"an incident that was given a type":      {of(t, "whatever", m{"object_type": "incident", "type": "sqli"}), []string{"incidents"}},
		"an object of another type":              {hit(t, m{"object_type": "session"}), nil},
		"a type nobody knows, without object":    {of(t, "whatever", m{"x": 1}), nil},
		"a hit in an event about something else": {of(t, "vuln", m{"hit": m{"object_type": "hit"}}), nil},
		"a hit beside an incident":               {of(t, "both", m{"incident": m{}, "hit": m{}}), []string{"attacks", "hits"}},
		"a new user":                             {parsed(t, event.Sample("create_user")), []string{"user_added"}},
		"a denylisted address":                   {parsed(t, event.Sample("ip_blocked")), []string{"ip_denylisted"}},
		"a changed API":                          {parsed(t, event.Sample("api_structure_changed")), []string{"api_changed"}},
		"a rogue API":                            {parsed(t, event.Sample("api_comparison_result")), []string{"rogue_api"}},
		"compromised logins":                     {parsed(t, event.Sample("compromised_logins")), []string{"compromised_account"}},
		"a deleted user":                         {parsed(t, event.Sample("delete_user")), nil},
		"an alert about hits":                    {parsed(t, event.Sample("attacks_exceeded")), nil},
		"our own alert that came back":           {of(t, "create_user", m{"trigger_name": "user_added", "user": m{"role": "Analyst"}}), nil},
		"an alert of another trigger":            {of(t, "create_user", m{"trigger_name": "other", "user": m{"role": "Analyst"}}), []string{"user_added"}},
		"an experimental hit":                    {hit(t, m{"experimental": true}), nil},
		"a hit with its names written in escapes": {
			parsed(t, []byte(`{"det\u0061ils":{"notification_type":"new_hits","h\u0069t":{"object_type":"h\u0069t","type":"sql\u0069","remote_addr4":"1.1.1.1","payloads":["\u0041"]}}}`)),
			[]string{"attacks", "hits", "payloads"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			counter := trigger.NewCounter(rules, nothing)
			_, alerts, err := counter.Count(counter.Note(nil, c.event, start))
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, a := range alerts {
				got = append(got, a.Rule.Name)
			}
			slices.Sort(got)
			if !slices.Equal(got, c.want) {
				t.Errorf("fires %v, want %v", got, c.want)
			}
		})
	}
}

// Who is asked for an event of which kind.
func TestWants(t *testing.T) {
	for _, c := range trigger.Conditions() {
		counter := trigger.NewCounter([]trigger.Rule{rule(c.Name)}, nothing)
		var got []string
		for k := range event.Kinds() {
			if counter.Wants(k) {
				got = append(got, k.Type)
			}
		}
		want := []string{"new_hits"}
		if !c.Counted {
			want = []string{map[string]string{
				"user_added": "create_user", "ip_denylisted": "ip_blocked", "api_changed": "api_structure_changed",
				"rogue_api": "api_comparison_result", "compromised_account": "compromised_logins",
			}[c.Name]}
		}
		if !slices.Equal(got, want) || counter.Wants(nil) != c.Counted {
			t.Errorf("%s wants %v and unknown types: %t; want %v", c.Name, got, counter.Wants(nil), want)
		}
	}
	off := rule("hits")
	off.Enabled = false
	if counter := trigger.NewCounter([]trigger.Rule{off}, nothing); counter.Wants(event.Lookup("new_hits")) || counter.Wants(nil) {
		t.Error("a disabled trigger wants events")
	}
}

// An attack is a group of hits: the first of them counts, another group or an
// hour of quiet makes another one.
func TestAttacks(t *testing.T) {
	s := start.Unix()
	for name, c := range map[string]struct {
		hits []m
		want int64
	}{
		"other addresses and payloads":   {[]m{{}, {"remote_addr4": "9.9.9.9", "payloads": []string{"x"}, "response_status": 500}}, 1},
		"another type":                   {[]m{{}, {"type": "xss"}}, 2},
		"another parameter":              {[]m{{}, {"point": []string{"get", "id"}}}, 2},
		"the point written differently":  {[]m{{}, {"point": []string{"post"}, "parameter": "x"}}, 1},
		"no point, another parameter":    {[]m{{"point": nil}, {"point": []string{}, "parameter": "x"}}, 2},
		"another path":                   {[]m{{}, {"path": "/"}}, 2},
		"another domain":                 {[]m{{}, {"domain": "example.com"}}, 2},
		"domain and host are one thing":  {[]m{{}, {"domain": nil, "host": "WWW.example.com"}}, 1},
		"an hour later":                  {[]m{{}, {"request_time": s + 3600}}, 1},
		"a second more":                  {[]m{{}, {"request_time": s + 3601}}, 2},
		"in steps of an hour":            {[]m{{}, {"request_time": s + 3600}, {"request_time": s + 7200}, {"request_time": s + 10800}}, 1},
		"late, within the hour":          {[]m{{}, {"request_time": s - 3600}}, 1},
		"late, before it":                {[]m{{}, {"request_time": s - 3601}}, 2},
		"late, then again":               {[]m{{}, {"request_time": s - 7300}, {"request_time": s - 7200}}, 2},
		"late, between two":              {[]m{{"request_time": s - 5400}, {}, {"request_time": s - 2700}, {"request_time": s - 8000}, {"request_time": s + 3600}}, 2},
		"ready-made ones are themselves": {[]m{{"object_type": "attack"}, {"object_type": "attack"}}, 2},
	} {
		t.Run(name, func(t *testing.T) {
			trial, err := trigger.NewTrial(counting("attacks", 100, 24*time.Hour))
			if err != nil {
				t.Fatal(err)
			}
			var v trigger.Verdict
			for _, h := range c.hits {
				if v, err = trial.Try(hit(t, h), start.Add(3*time.Hour)); err != nil {
					t.Fatal(err)
				}
			}
			if v.Count != c.want {
				t.Errorf("%d attacks, want %d", v.Count, c.want)
			}
		})
	}
}
