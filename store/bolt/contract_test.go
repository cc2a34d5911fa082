package bolt_test

import (
	"context"
	"path/filepath"
	"testing"

	"github.com/wnotify/wnotify/store"
	"github.com/wnotify/wnotify/store/bolt"
	"github.com/wnotify/wnotify/store/storetest"
)

// open opens a store; when the test ends, what is left must be sound.
func open(t testing.TB, dir string) *bolt.Store {
	t.Helper()
	s, err := bolt.Open(dir, bolt.Options{Warn: func(err error) { t.Error(err) }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		s.Close()
		sound(t, dir)
	})
	return s
}

func sound(t testing.TB, dir string) {
	t.Helper()
	s, _ := bolt.Open(dir, bolt.Options{})
	defer s.Close()
	ctx := t.Context()
	if ctx.Err() != nil {
		ctx = context.Background()
	}
	problems, err := s.Check(ctx)
	if err != nil {
		t.Errorf("check: %v", err)
	}
	for _, p := range problems {
		t.Error("check: " + p)
	}
}

func TestContract(t *testing.T) {
	storetest.Run(t, func(t *testing.T) store.Store {
		return open(t, filepath.Join(t.TempDir(), "state"))
	})
}
