package cmd

import (
	"strings"
	"testing"
)

// TestFlagWordsAreOfFlags: what is completed exists, and is taken.
func TestFlagWordsAreOfFlags(t *testing.T) {
	root := newApp(Env{Getenv: func(string) string { return "" }}).root()
	for key, words := range flagWords {
		path, name, _ := strings.Cut(key, " --")
		c, _, err := root.Find(strings.Fields(path)[1:])
		if err != nil || c.CommandPath() != path || c.Flag(name) == nil {
			t.Errorf("there is no %s", key)
			continue
		}
		if _, has := c.GetFlagCompletionFunc(name); !has {
			t.Errorf("%s is not completed", key)
		}
		usage := c.Flag(name).Usage
		for _, word := range words {
			if !strings.Contains(usage+c.Flag(name).DefValue, word) {
				t.Errorf("%s: its help does not know %q: %s", key, word, usage)
			}
		}
	}
	for path := range takesFiles {
		if c, _, err := root.Find(strings.Fields(path)[1:]); err != nil || c.CommandPath() != path {
			t.Errorf("there is no %s", path)
		}
	}
}
