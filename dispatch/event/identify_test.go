package event

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/wnotify/wnotify/dispatch/scan"
)

func TestIdentify(t *testing.T) {
	head := `"client_name":"TestCompany","cloud":"US","notification_type":`
	for _, tt := range []struct {
		name, raw, as string
		typ           string
		risk          Risk
		want          string // "": the raw bytes
	}{
		{
			name: "an envelope is left alone", typ: "new_hits",
			raw: `{"b":3.10, "details":{"x":1e400,"x":2,"notification_type":"new_hits"}, "a":"\u00e9\/"}`,
		},
		{
			name: "--as does not change what has a type", as: "system", typ: "vuln", risk: High,
			raw: `{"details":{"notification_type":"vuln","vuln":{"threat":"HIGH"}}}`,
		},
		{
			name: "a type that the catalogue does not know", typ: "quota_exceeded",
			raw: `{"details":{"notification_type":"quota_exceeded"}}`,
		},
		{
			name: "an escaped name is the same name", typ: "new_hits",
			raw: `{"details":{"notification\u005ftype":"new\u005fhits"}}`,
		},
		{
			name: "the level of a security issue", typ: "security_issue", risk: Critical,
			raw: `{"details":{"notification_type":"security_issue","security_issue":{"risk":"critical"}}}`,
		},
		{
			name: "a level in the name", typ: "vuln_low", risk: Low,
			raw: `{"details":{"notification_type":"vuln_low"}}`,
		},
		{
			name: "an envelope over several lines", typ: "new_hits",
			raw:  "{\n  \"details\": {\"notification_type\": \"new_hits\",\r\n\t\"x\": \"a b\\n\"}\n}",
			want: `{"details":{"notification_type":"new_hits","x":"a b\n"}}`,
		},
		{
			name: "a bare hit", typ: "new_hits",
			raw:  `{"object_type":"hit", "anomaly":3.10}`,
			want: `{"summary":"[Wallarm] New hit detected","details":{` + head + `"new_hits","hit":{"object_type":"hit", "anomaly":3.10}}}`,
		},
		{
			name: "a bare notification without a published description", typ: "rule_create",
			raw:  `{"notification_type":"rule_create","rule":{"id":1,"id":2}}`,
			want: `{"summary":"[Wallarm] New rule was created","details":{"client_name":"TestCompany","cloud":"US","notification_type":"rule_create","rule":{"id":1,"id":2}}}`,
		},
		{
			name: "a bare notification with one", typ: "create_user",
			raw: `{"user":{"name":"A","email":"a@example.com","role":"Deploy"},"notification_type":"create_user"}`,
			want: `{"summary":"[Wallarm] New user was added to the company account","description":"Notification type: create_user\n\n` +
				`A new user A <a@example.com> with the role Deploy was added to the company account.\n\nClient: TestCompany\nCloud: US\n",` +
				`"details":{"client_name":"TestCompany","cloud":"US","user":{"name":"A","email":"a@example.com","role":"Deploy"},"notification_type":"create_user"}}`,
		},
		{
			name: "one that has not what its description is about", typ: "create_user",
			raw:  `{"notification_type":"create_user"}`,
			want: `{"summary":"[Wallarm] New user was added to the company account","details":{"client_name":"TestCompany","cloud":"US","notification_type":"create_user"}}`,
		},
		{
			name: "its own client and cloud win", typ: "mine",
			raw:  `{ "cloud":"EU", "notification_type":"mine", "client_name":null }`,
			want: `{"summary":"[Wallarm] mine","details":{"cloud":"EU", "notification_type":"mine", "client_name":null}}`,
		},
		{
			name: "also under an escaped name", typ: "mine",
			raw:  `{"client\u005fname":"X","notification_type":"mine"}`,
			want: `{"summary":"[Wallarm] mine","details":{"cloud":"US","client\u005fname":"X","notification_type":"mine"}}`,
		},
		{
			name: "a notification that has details already", typ: "mine",
			raw:  `{"notification_type":"mine","summary":"S","details":{"x":3.10}}`,
			want: `{"notification_type":"mine","summary":"S","details":{` + head + `"mine","x":3.10}}`,
		},
		{
			name: "--as", as: "backup_failed", typ: "backup_failed",
			raw:  `{"host":"db1","summary":"disk full"}`,
			want: `{"summary":"[Wallarm] backup_failed","details":{` + head + `"backup_failed","host":"db1","summary":"disk full"}}`,
		},
		{
			name: "--as of an empty object", as: "x", typ: "x",
			raw:  `{ }`,
			want: `{"summary":"[Wallarm] x","details":{` + head + `"x"}}`,
		},
		{
			name: "--as of an envelope without a type", as: "x", typ: "x",
			raw:  `{"description":"D","details":{"cloud":"EU"},"summary":"S"}`,
			want: `{"description":"D","details":{"client_name":"TestCompany","notification_type":"x","cloud":"EU"},"summary":"S"}`,
		},
		{
			name: "--as of a summary alone", as: "x", typ: "x",
			raw:  `{"summary":"S"}`,
			want: `{"summary":"S","details":{` + head + `"x"}}`,
		},
		{
			name: "--as of details alone", as: "x", typ: "x",
			raw:  `{"details":{}}`,
			want: `{"summary":"[Wallarm] x","details":{` + head + `"x"}}`,
		},
		{
			name: "--as of details that are no object", as: "x", typ: "x",
			raw:  `{"details":[1]}`,
			want: `{"summary":"[Wallarm] x","details":{` + head + `"x","details":[1]}}`,
		},
		{
			name: "of duplicates the last details are the details", as: "x", typ: "x",
			raw:  `{"details":{"a":1},"details":{"b":2}}`,
			want: `{"summary":"[Wallarm] x","details":{"a":1},"details":{` + head + `"x","b":2}}`,
		},
		{
			name: "--as overrules a type that is no string", as: "x", typ: "x",
			raw:  `{"details":{"notification_type":7}}`,
			want: `{"summary":"[Wallarm] x","details":{"client_name":"TestCompany","cloud":"US","notification_type":7,"notification_type":"x"}}`,
		},
		{
			name: "--as with the name of an event type", as: "hits", typ: "new_hits",
			raw:  `{"a":1}`,
			want: `{"summary":"[Wallarm] new_hits","details":{` + head + `"new_hits","a":1}}`,
		},
		{name: "with that of a part", as: "system.applications", typ: "create_application", raw: `{"a":1}`, want: `{"summary":"[Wallarm] create_application","details":{` + head + `"create_application","a":1}}`},
		{name: "with an alias", as: "vuln.high", typ: "vuln", raw: `{"a":1}`, want: `{"summary":"[Wallarm] vuln","details":{` + head + `"vuln","a":1}}`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			e, err := tryIdentify(t, tt.raw, tt.as)
			if err != nil {
				t.Fatal(err)
			}
			want := tt.want
			if want == "" {
				want = tt.raw
			}
			if string(e.Raw) != want {
				t.Errorf("\n got %s\nwant %s", e.Raw, want)
			}
			if e.Type != tt.typ || e.Risk != tt.risk || e.Kind != Lookup(tt.typ) {
				t.Errorf("type %q, risk %v, kind %v", e.Type, e.Risk, e.Kind)
			}
			if !bytes.Equal(e.Plain, e.Raw) {
				t.Errorf("plain %s", e.Plain)
			}
		})
	}
}

func TestHeadersAndSampling(t *testing.T) {
	for _, tt := range []struct {
		name, raw, plain string
		skip             bool
	}{
		{
			name:  "envelope",
			raw:   `{"details":{"notification_type":"new_hits","hit":{"a":1,"headers":{"Cookie":"x"},"b":2}}}`,
			plain: `{"details":{"notification_type":"new_hits","hit":{"a":1,"b":2}}}`,
		},
		{
			name:  "envelope over several lines",
			raw:   "{\"details\":{\"notification_type\":\"new_hits\",\n\"hit\":{\"headers\":{\"Cookie\":\"x\"},\n\"b\":2}}}",
			plain: `{"details":{"notification_type":"new_hits","hit":{"b":2}}}`,
		},
		{
			name:  "bare hit",
			raw:   `{"object_type":"hit","headers":{"Cookie":"x"}}`,
			plain: `{"summary":"[Wallarm] New hit detected","details":{"client_name":"TestCompany","cloud":"US","notification_type":"new_hits","hit":{"object_type":"hit"}}}`,
		},
		{
			name:  "bare notification",
			raw:   `{"notification_type":"new_hits","hit":{"headers":{}}}`,
			plain: `{"summary":"[Wallarm] New hit detected","details":{"client_name":"TestCompany","cloud":"US","notification_type":"new_hits","hit":{}}}`,
		},
		{name: "experimental", raw: `{"details":{"notification_type":"new_hits","hit":{"experimental":true}}}`, skip: true},
		{name: "experimental and bare", raw: `{"object_type":"hit","experimental":true}`, skip: true},
		{name: "not in the sample", raw: `{"details":{"notification_type":"new_hits","hit":{"sampled":false}}}`, skip: true},
		{name: "in the sample", raw: `{"details":{"notification_type":"new_hits","hit":{"sampled":true,"experimental":false}}}`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			e := identify(t, tt.raw)
			if e.Skip != tt.skip {
				t.Errorf("skip %v", e.Skip)
			}
			if tt.plain == "" {
				tt.plain = string(e.Raw)
			} else if !bytes.Contains(e.Raw, []byte(`"headers"`)) {
				t.Errorf("the raw event has lost its headers: %s", e.Raw)
			}
			if string(e.Plain) != tt.plain {
				t.Errorf("\n got %s\nwant %s", e.Plain, tt.plain)
			}
		})
	}
}

func TestUnrecognised(t *testing.T) {
	for raw, want := range map[string]string{
		`{"a":1}`:                               "--as TYPE",
		`{}`:                                    "--as TYPE",
		`{"details":{"hit":{}}}`:                `"details" has no "notification_type"`,
		`{"details":{"notification_type":""}}`:  `"details" has no "notification_type"`,
		`{"details":{"notification_type":[1]}}`: `"details" has no "notification_type"`,
		`{"notification_type":null}`:            "--as TYPE",
		`{"object_type":"attack"}`:              `"object_type" is not "hit"`,
		`5`:                                     "an event is a JSON object",
		`[]`:                                    "an event is a JSON object",
		`"new_hits"`:                            "an event is a JSON object",
	} {
		_, err := tryIdentify(t, raw, "")
		var unrecognised *UnrecognisedError
		if !errors.As(err, &unrecognised) || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", raw, err, want)
		}
	}
	if _, err := tryIdentify(t, `5`, "x"); err == nil {
		t.Error("--as made an event of a number")
	}
}

// An envelope adds two levels to an object that is as deep as may be.
func TestWrappingTooDeep(t *testing.T) {
	deep := strings.Repeat("[", scan.MaxDepth-1) + strings.Repeat("]", scan.MaxDepth-1)
	_, err := tryIdentify(t, `{"object_type":"hit","x":`+deep+`}`, "")
	if _, ok := errors.AsType[*scan.SyntaxError](err); !ok {
		t.Errorf("%v", err)
	}
}

func TestIdentifyCopiesNothing(t *testing.T) {
	raw := Sample("new_hits")
	var f scan.Fields
	if _, err := scan.Value(raw, &f); err != nil {
		t.Fatal(err)
	}
	a, s := DefaultAccount(), must(t, "hits", "system.users")
	if n := testing.AllocsPerRun(100, func() {
		e, err := a.Identify(raw, &f, "")
		if err != nil || &e.Raw[0] != &raw[0] || !s.Match(e.Kind, e.Risk) {
			t.Fatal(err)
		}
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
