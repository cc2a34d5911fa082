package storetest_test

import (
	"testing"

	"github.com/wnotify/wnotify/store"
	"github.com/wnotify/wnotify/store/memory"
	"github.com/wnotify/wnotify/store/storetest"
)

func open(*testing.T) store.Store { return memory.New() }

func TestMemory(t *testing.T) { storetest.Run(t, open) }
