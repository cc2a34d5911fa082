package nats_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	client "github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/wnotify/wnotify/store/nats"
)

// TestSetup shows what is refused, as whose business, and with which line to
// set.
func TestSetup(t *testing.T) {
	t.Parallel()
	plain := start(t, nil)
	mine := nats.Options{URL: plain.ClientURL(), Stream: "mine", Host: "here"}
	open(t, mine).Close()

	foreign := func(name string, edit func(*jetstream.StreamConfig)) nats.Options {
		js := jetStream(t, plain.ClientURL())
		c := jetstream.StreamConfig{Name: name, Subjects: []string{name + ".>"}, MaxMsgsPerSubject: 1, Discard: jetstream.DiscardNew}
		edit(&c)
		if _, err := js.CreateStream(t.Context(), c); err != nil {
			t.Fatal(err)
		}
		return nats.Options{URL: plain.ClientURL(), Stream: name}
	}
	url := func(edit func(*server.Options)) nats.Options {
		return nats.Options{URL: start(t, edit).ClientURL(), Stream: "wnotify"}
	}
	many := mine
	many.Replicas = 3
	bad := mine
	bad.Stream = "a.b"
	three := nats.Options{URL: plain.ClientURL(), Stream: "three", Replicas: 3}

	for name, c := range map[string]struct {
		o    nats.Options
		kind nats.Kind
		says string
		fix  string
	}{
		"nobody there":      {nats.Options{URL: "nats://127.0.0.1:1"}, nats.Unreachable, "127.0.0.1:1): no server answers there", "start the servers"},
		"no JetStream":      {url(func(o *server.Options) { o.JetStream = false }), nats.Unreachable, "", "jetstream: enabled"},
		"wrong credentials": {url(func(o *server.Options) { o.Username, o.Password = "wnotify", "secret" }), nats.Denied, "", "credentials ="},
		"small messages":    {url(func(o *server.Options) { o.MaxPayload = 100_000 }), nats.Unfit, "100000 bytes", "max_payload:"},
		"other subjects":    {foreign("orders", func(c *jetstream.StreamConfig) { c.Subjects = []string{"shop.>"} }), nats.Unfit, "subjects", "stream ="},
		"in memory":         {foreign("quick", func(c *jetstream.StreamConfig) { c.Storage = jetstream.MemoryStorage }), nats.Unfit, "memory", "stream ="},
		"ages":              {foreign("aged", func(c *jetstream.StreamConfig) { c.MaxAge = time.Hour }), nats.Unfit, "throws", "stream ="},
		"no batches":        {foreign("old", func(*jetstream.StreamConfig) {}), nats.Unfit, "atomic", "stream ="},
		"other replicas":    {many, nats.Unfit, "replicas", "replicas = 1"},
		"one server of 3":   {three, nats.Unfit, "", "replicas"},
		"name of a stream":  {bad, nats.Unfit, "name", "stream ="},
	} {
		t.Run(name, func(t *testing.T) {
			c.o.Host = "here"
			s, err := nats.Open(t.Context(), c.o)
			if err == nil {
				s.Close()
			}
			var setup *nats.SetupError
			if !errors.As(err, &setup) {
				t.Fatalf("opening got %v, want a *SetupError", err)
			}
			if setup.Kind != c.kind || !strings.Contains(err.Error(), c.says) || !strings.Contains(setup.Fix, c.fix) {
				t.Errorf("opening got kind %d, %q, fix %q; want kind %d, %q, %q", setup.Kind, err, setup.Fix, c.kind, c.says, c.fix)
			}
		})
	}
}

func jetStream(t testing.TB, url string) jetstream.JetStream {
	t.Helper()
	nc, err := client.Connect(url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(nc.Close)
	js, err := jetstream.New(nc)
	if err != nil {
		t.Fatal(err)
	}
	return js
}

// TestPasswords shows that no error shows one.
func TestPasswords(t *testing.T) {
	t.Parallel()
	for _, login := range []string{"user:hunter2", "token-hunter2"} {
		_, err := nats.Open(t.Context(), nats.Options{URL: "nats://" + login + "@127.0.0.1:1", Host: "here"})
		if err == nil || strings.Contains(err.Error(), "hunter2") || !strings.Contains(err.Error(), "127.0.0.1:1") {
			t.Errorf("the error is %v", err)
		}
	}
}

// TestOpenEnds shows that opening ends with its context.
func TestOpenEnds(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if s, err := nats.Open(ctx, nats.Options{URL: start(t, nil).ClientURL(), Host: "here"}); err == nil {
		s.Close()
		t.Error("opened with a context that has ended")
	}
}
