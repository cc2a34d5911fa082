package nats_test

import (
	"flag"
	"fmt"
	"sync/atomic"
	"testing"

	"github.com/wnotify/wnotify/store"
	"github.com/wnotify/wnotify/store/nats"
	"github.com/wnotify/wnotify/store/storetest"
)

// streams hands out names: each state of a test is a stream of one server.
func streams(url string) func() nats.Options {
	var n atomic.Int64
	return func() nats.Options {
		return nats.Options{URL: url, Stream: fmt.Sprintf("queue-%d", n.Add(1))}
	}
}

func TestContract(t *testing.T) {
	next := streams(start(t, nil).ClientURL())
	storetest.Run(t, func(t *testing.T) store.Store {
		t.Parallel() // most of the time is spent waiting for answers
		return open(t, next())
	})
}

func TestContractShared(t *testing.T) {
	next := streams(start(t, nil).ClientURL())
	storetest.Shared(t, func(t *testing.T) func() store.Store {
		t.Parallel()
		o := next()
		return func() store.Store { return open(t, o) }
	})
}

// TestContractModel is not parallel: it sets a flag of rapid. Each of its steps
// looks at the whole queue, so there are fewer runs than of what costs nothing;
// -rapid.checks=N makes more.
func TestContractModel(t *testing.T) {
	if checks := flag.Lookup("rapid.checks"); checks.Value.String() == checks.DefValue {
		if err := checks.Value.Set(modelChecks); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = checks.Value.Set(checks.DefValue) })
	}
	next := streams(start(t, nil).ClientURL())
	options := map[store.Store]nats.Options{}
	storetest.Model(t, func(t *testing.T) store.Store {
		o := next()
		s := open(t, o)
		options[s] = o
		return s
	}, func(s store.Store) store.Store {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
		again := open(t, options[s])
		options[again] = options[s]
		return again
	})
}
