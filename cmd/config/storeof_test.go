package config_test

import (
	"testing"

	"github.com/wnotify/wnotify/cmd/config"
)

// TestStoreOf shows when a wrong configuration still tells where the queue is.
func TestStoreOf(t *testing.T) {
	const onNATS = "[store]\nengine = \"nats\"\nurl = \"nats://n1:4222\"\n"
	for name, c := range map[string]struct {
		text   string
		engine string // empty: it cannot be told
	}{
		"right":                          {"version = 1\n", "bolt"},
		"right, on NATS":                 {onNATS, "nats"},
		"wrong elsewhere":                {"wrong = true\n", "bolt"},
		"wrong elsewhere, on NATS":       {"wrong = true\n" + onNATS, "nats"},
		"wrong value elsewhere, on NATS": {onNATS + "[queue]\nmax_bytes = \"much\"\n", "nats"},
		"misspelt table":                 {"[stores]\nengine = \"nats\"\n", ""},
		"misspelt beyond recognition":    {"[shop]\nengine = \"nats\"\n", ""},
		"misspelt engine":                {"[store]\nengine = \"nast\"\nurl = \"nats://n1:4222\"\n", ""},
		"no url":                         {"[store]\nengine = \"nats\"\n", ""},
		"bad replicas":                   {onNATS + "replicas = 99\n", ""},
		"bad syntax before":              {"x = = 1\n" + onNATS, "nats"},
		"bad syntax, nothing of NATS":    {"x = = 1\n[queue]\n", "bolt"},
		"bad syntax in the table":        {"[store]\nengine = nats\nurl = \"nats://n1:4222\"\n", ""},
		"bad syntax in the header":       {"[store\nengine = \"nats\"\n", ""},
		"bad syntax in the url":          {"[store]\nengine = \"nats\"\nurl = \"nats://n1\n", ""},
		"not UTF-8":                      {"x = \"\xff\"\n" + onNATS, ""},
	} {
		t.Run(name, func(t *testing.T) {
			got, ok := config.StoreOf([]byte(c.text))
			if ok != (c.engine != "") || ok && got.Engine != c.engine {
				t.Errorf("it is engine %q, told: %t; want %q", got.Engine, ok, c.engine)
			}
		})
	}
}
