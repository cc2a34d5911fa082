package storetest_test

import (
	"path/filepath"
	"testing"

	"github.com/wnotify/wnotify/store"
	"github.com/wnotify/wnotify/store/bolt"
	"github.com/wnotify/wnotify/store/storetest"
)

func openBolt(t *testing.T, dir string) store.Store {
	t.Helper()
	s, err := bolt.Open(dir, bolt.Options{Warn: func(err error) { t.Logf("warning: %v", err) }})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestBolt(t *testing.T) {
	storetest.Run(t, func(t *testing.T) store.Store { return openBolt(t, filepath.Join(t.TempDir(), "state")) })
}

func TestBoltShared(t *testing.T) {
	storetest.Shared(t, func(t *testing.T) func() store.Store {
		dir := filepath.Join(t.TempDir(), "state")
		return func() store.Store { return openBolt(t, dir) }
	})
}

func TestBoltModel(t *testing.T) {
	dirs := map[store.Store]string{}
	storetest.Model(t, func(t *testing.T) store.Store {
		dir := filepath.Join(t.TempDir(), "state")
		s := openBolt(t, dir)
		dirs[s] = dir
		return s
	}, func(s store.Store) store.Store {
		dir := dirs[s]
		s.Close()
		n := openBolt(t, dir)
		dirs[n] = dir
		return n
	})
}
