package storetest_test

import (
	"testing"

	"github.com/wnotify/wnotify/store"
	"github.com/wnotify/wnotify/store/memory"
	"github.com/wnotify/wnotify/store/storetest"
)

func open(*testing.T) store.Store { return memory.New() }

// TestMemory holds the model to the contract.
func TestMemory(t *testing.T) { storetest.Run(t, open) }

// TestMemoryShared does so with several handles.
func TestMemoryShared(t *testing.T) {
	storetest.Shared(t, func(*testing.T) func() store.Store {
		state := memory.New()
		return func() store.Store { return state.Process() }
	})
}

// TestMemoryModel compares the model with itself, crashing now and then.
func TestMemoryModel(t *testing.T) {
	storetest.Model(t, open, func(s store.Store) store.Store {
		one := s.(*memory.Store)
		one.Crash()
		return one.Process()
	})
}

// TestLostRepliesModel shows that who loses every first reply ends in the state
// of who loses none.
func TestLostRepliesModel(t *testing.T) {
	storetest.Model(t, func(*testing.T) store.Store { return storetest.LostReplies(memory.New()) }, nil)
}
