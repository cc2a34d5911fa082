package config

import (
	"context"
	"fmt"
	"os"
	"testing"
)

// addEnv makes the test binary a process that adds an integration of that name
// to the file in $WNOTIFY_TEST_CONFIG, prints what happened and ends.
const (
	addEnv    = "WNOTIFY_TEST_ADD"
	configEnv = "WNOTIFY_TEST_CONFIG"
)

func TestMain(m *testing.M) {
	if name := os.Getenv(addEnv); name != "" {
		changed, err := Edit(context.Background(), os.Getenv(configEnv), adding(name))
		if err != nil {
			fmt.Printf("%T: %v\n", err, err)
			if e, ok := err.(*WriteError); ok {
				fmt.Print(e.Paste)
			}
			os.Exit(1)
		}
		fmt.Println(changed)
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// adding is an edit that adds an integration.
func adding(name string) func(*Document) error {
	return func(d *Document) error {
		draft := NewIntegration(name)
		draft.Set("url", "https://h.example/"+name)
		return d.Add(draft)
	}
}
