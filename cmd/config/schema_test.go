package config

import (
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/wnotify/wnotify/dispatch/collector"
	"github.com/wnotify/wnotify/dispatch/trigger"
)

type object = map[string]any

// TestSchemaHasEveryKey: the schema knows the keys that the file is read by,
// no more and no less.
func TestSchemaHasEveryKey(t *testing.T) {
	var schema object
	if err := json.Unmarshal(Schema(), &schema); err != nil {
		t.Fatal(err)
	}
	var f File
	f.setDefaults()
	var rule trigger.Rule
	var filter trigger.Filter
	var secret collector.Secret
	withPrefix := secretFields(&secret)
	withPrefix["prefix"] = nil
	for path, known := range map[string]fields{
		"":                                         f.fields(),
		"properties/account":                       f.accountFields(),
		"properties/auto_disable":                  f.autoDisableFields(),
		"properties/queue":                         f.queueFields(),
		"properties/log":                           f.logFields(),
		"properties/metrics":                       f.metricsFields(),
		"properties/store":                         f.storeFields(),
		"definitions/settings":                     f.defaults.defaultFields(),
		"definitions/integration":                  f.defaults.fields(),
		"definitions/secret":                       secretFields(&secret),
		"definitions/secret_header":                withPrefix,
		"definitions/trigger":                      triggerFields(&rule, nil),
		"definitions/filter":                       filterFields(&filter),
		"definitions/trigger/properties/threshold": thresholdFields(&rule),
	} {
		at := follow(t, schema, path)
		want := slices.Sorted(maps.Keys(known))
		if got := slices.Sorted(maps.Keys(at["properties"].(object))); !slices.Equal(got, want) {
			t.Errorf("%q has %v, want %v", path, got, want)
		}
		if at["additionalProperties"] != false {
			t.Errorf("%q takes other keys", path)
		}
	}
	if keys := slices.Sorted(slices.Values(integrationKeys)); !slices.Equal(keys, slices.Sorted(maps.Keys(f.defaults.fields()))) {
		t.Errorf("integrationKeys are %v", keys)
	}
	if keys := slices.Sorted(slices.Values(triggerKeys)); !slices.Equal(keys, slices.Sorted(maps.Keys(triggerFields(&rule, nil)))) {
		t.Errorf("triggerKeys are %v", keys)
	}
	trigger := follow(t, schema, "definitions/trigger")["properties"].(object)
	for where, want := range map[string][]string{"condition": conditionNames(), "field": fieldNames()} {
		at := trigger
		if where == "field" {
			at = follow(t, schema, "definitions/filter")["properties"].(object)
		}
		if got := fmt.Sprint(at[where].(object)["enum"]); got != fmt.Sprint(want) {
			t.Errorf("%s is one of %s, want %v", where, got, want)
		}
	}
}

func follow(t *testing.T, schema object, path string) object {
	t.Helper()
	for _, key := range strings.FieldsFunc(path, func(r rune) bool { return r == '/' }) {
		next, ok := schema[key].(object)
		if !ok {
			t.Fatalf("the schema has no %s", path)
		}
		schema = next
	}
	return schema
}

// TestSchemaTakesWhatIsRight: every file in testdata that decodes is right by
// the schema, and what the schema refuses does not decode.
func TestSchemaTakesWhatIsRight(t *testing.T) {
	var schema object
	if err := json.Unmarshal(Schema(), &schema); err != nil {
		t.Fatal(err)
	}
	texts := map[string][]byte{"starter": uncommented(), "empty": nil}
	for _, pattern := range []string{"testdata/problems/*.txtar", "testdata/edits/*.txtar"} {
		names, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range names {
			a, err := txtar.ParseFile(name)
			if err != nil {
				t.Fatal(err)
			}
			texts[name] = a.Files[0].Data
		}
	}
	example, err := os.ReadFile("testdata/example.toml")
	if err != nil {
		t.Fatal(err)
	}
	texts["example"] = example
	right := 0
	for name, src := range texts {
		root, faults := parse(src)
		if len(faults) > 0 {
			continue
		}
		_, err := Decode(src, name)
		wrong := check(schema, schema, root.plainTable(), "")
		if err == nil && wrong != nil {
			t.Errorf("%s is right, but the schema says: %v", name, wrong)
		}
		if err == nil {
			right++
		}
		if strings.Contains(name, "problems/") && err != nil && wrong == nil && !subtle[filepath.Base(name)] {
			t.Errorf("%s is wrong, but the schema takes it", name)
		}
	}
	if right < 10 {
		t.Errorf("only %d files are right", right)
	}
}

// subtle are the files whose problems only the program finds.
var subtle = map[string]bool{"store-url.txtar": true}

// check is as much of JSON Schema as schema.json uses.
func check(root, schema object, v any, path string) error {
	if ref, ok := schema["$ref"].(string); ok {
		at := root
		for key := range strings.SplitSeq(strings.TrimPrefix(ref, "#/"), "/") {
			next, ok := at[key].(object)
			if !ok {
				return fmt.Errorf("%s: no %s", path, ref)
			}
			at = next
		}
		return check(root, at, v, path)
	}
	for _, of := range []string{"anyOf", "oneOf"} {
		if options, ok := schema[of].([]any); ok {
			fit := 0
			for _, o := range options {
				if check(root, o.(object), v, path) == nil {
					fit++
				}
			}
			if fit == 0 || of == "oneOf" && fit > 1 {
				return fmt.Errorf("%s: %d fit", path, fit)
			}
		}
	}
	if want, ok := schema["type"].(string); ok && !isType(want, v) {
		return fmt.Errorf("%s: %v is no %s", path, v, want)
	}
	if enum, ok := schema["enum"].([]any); ok && !slices.ContainsFunc(enum, func(e any) bool { return fmt.Sprint(e) == fmt.Sprint(v) }) {
		return fmt.Errorf("%s: %v is none of %v", path, v, enum)
	}
	switch v := v.(type) {
	case string:
		if p, ok := schema["pattern"].(string); ok && !regexp.MustCompile(p).MatchString(v) {
			return fmt.Errorf("%s: %q does not match", path, v)
		}
		if n, ok := schema["minLength"].(float64); ok && len(v) < int(n) {
			return fmt.Errorf("%s: too short", path)
		}
		if n, ok := schema["maxLength"].(float64); ok && utf8.RuneCountInString(v) > int(n) {
			return fmt.Errorf("%s: too long", path)
		}
	case int64, float64:
		n, _ := json.Number(fmt.Sprint(v)).Float64()
		if low, ok := schema["minimum"].(float64); ok && n < low {
			return fmt.Errorf("%s: %v is too small", path, v)
		}
		if high, ok := schema["maximum"].(float64); ok && n > high {
			return fmt.Errorf("%s: %v is too large", path, v)
		}
	case []any:
		if n, ok := schema["maxItems"].(float64); ok && len(v) > int(n) {
			return fmt.Errorf("%s: too many", path)
		}
		for _, item := range v {
			if items, ok := schema["items"].(object); ok {
				if err := check(root, items, item, path+"[]"); err != nil {
					return err
				}
			}
		}
	case object:
		return checkObject(root, schema, v, path)
	}
	return nil
}

func checkObject(root, schema, v object, path string) error {
	required, _ := schema["required"].([]any)
	for _, r := range required {
		if _, ok := v[r.(string)]; !ok {
			return fmt.Errorf("%s: no %s", path, r)
		}
	}
	properties, _ := schema["properties"].(object)
	patterns, _ := schema["patternProperties"].(object)
	for key, value := range v {
		sub, ok := properties[key].(object)
		for p, s := range patterns {
			if regexp.MustCompile(p).MatchString(key) {
				sub, ok = s.(object), true
			}
		}
		if more, is := schema["additionalProperties"].(object); !ok && is {
			sub, ok = more, true
		}
		if !ok && schema["additionalProperties"] == false {
			return fmt.Errorf("%s: unknown key %s", path, key)
		}
		if ok {
			if err := check(root, sub, value, path+"."+key); err != nil {
				return err
			}
		}
	}
	return nil
}

func isType(want string, v any) bool {
	switch v := v.(type) {
	case object:
		return want == "object"
	case []any:
		return want == "array"
	case string:
		return want == "string"
	case bool:
		return want == "boolean"
	case int64:
		return want == "integer" || want == "number"
	case float64:
		return want == "number" || want == "integer" && v == math.Trunc(v)
	}
	return false
}

// uncommented is the starter file with everything in force that is commented
// out.
func uncommented() []byte {
	code := regexp.MustCompile(`(?m)^# (\[[a-z]|[A-Za-z_-]+ = )`)
	return code.ReplaceAll(Starter(), []byte("$1"))
}

// TestStarter: it decodes, has no integration yet, and what it shows as
// defaults are the defaults.
func TestStarter(t *testing.T) {
	plain, all, empty := decode(t, string(Starter())), decode(t, string(uncommented())), decode(t, "")
	if s := plain.Settings(); len(s.Integrations) != 0 || len(s.Triggers) != 0 || len(plain.Warnings) != 0 {
		t.Errorf("%+v %v", s, plain.Warnings)
	}
	a, b := all.Settings(), empty.Settings()
	if len(a.Integrations) != 1 || len(a.Triggers) != 1 {
		t.Fatalf("%+v", a)
	}
	siem := a.Integrations[0]
	a.Integrations, a.Triggers = nil, nil
	if fmt.Sprint(a) != fmt.Sprint(b) || all.Metrics != empty.Metrics || all.Store.Engine != empty.Store.Engine {
		t.Errorf("%+v\nwant\n%+v", a, b)
	}
	want := defaultIntegration("siem")
	want.Title, want.Endpoint.URL, want.Endpoint.CA, want.Endpoint.Headers = siem.Title, siem.Endpoint.URL, siem.Endpoint.CA, siem.Endpoint.Headers
	if fmt.Sprintf("%+v", siem) != fmt.Sprintf("%+v", want) {
		t.Errorf("%+v\nwant\n%+v", siem, want)
	}
	for _, key := range append(slices.Clone(integrationKeys), triggerKeys...) {
		if !strings.Contains(string(Starter()), "# "+key+" = ") && !strings.Contains(string(Starter()), "# [integration.siem."+key+"]") {
			t.Errorf("it does not show %s", key)
		}
	}
}
