package config

import (
	"context"
	"errors"
	"fmt"
	"os"
	"testing"
)

// addEnv makes the test binary a process that adds an integration of that name
// to the config.toml of its folder, prints what happened and ends.
const addEnv = "WNOTIFY_TEST_ADD"

func TestMain(m *testing.M) {
	if name := os.Getenv(addEnv); name != "" {
		changed, err := Edit(context.Background(), "config.toml", adding(name))
		if err != nil {
			fmt.Printf("%T: %v\n", err, err)
			if e, ok := errors.AsType[*WriteError](err); ok {
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
