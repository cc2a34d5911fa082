package config

import "strings"

// flagNames are the flags whose name is not that of their key.
var flagNames = map[string]string{
	"events":              "--event",
	"filters":             "--filter",
	"filters.field":       "--filter",
	"filters.not":         "--filter",
	"filters.values":      "--filter",
	"integrations":        "--integration",
	"threshold":           "--more-than",
	"threshold.more_than": "--more-than",
	"threshold.per":       "--per",
}

// flagName is the flag that sets a key: --request-timeout, --header X-Team.
func flagName(key string) string {
	key = strings.TrimPrefix(key, "defaults.")
	if name, ok := flagNames[key]; ok {
		return name
	}
	if name, ok := strings.CutPrefix(key, "headers."); ok {
		return "--header " + name
	}
	if name, ok := strings.CutPrefix(key, "secret_headers."); ok {
		name, _, _ = strings.Cut(name, ".")
		return "--secret-header " + name
	}
	if key == "" {
		return key
	}
	key, _, _ = strings.Cut(key, ".")
	return "--" + strings.ReplaceAll(key, "_", "-")
}
