package dispatch

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"github.com/wnotify/wnotify/dispatch/collector"
	"github.com/wnotify/wnotify/dispatch/event"
	"github.com/wnotify/wnotify/dispatch/payload"
	"github.com/wnotify/wnotify/retry"
	"github.com/wnotify/wnotify/store"
	"github.com/wnotify/wnotify/store/memory"
)

// TestMain keeps the random histories short; -rapid.checks=N makes more.
func TestMain(m *testing.M) {
	if err := flag.Set("rapid.checks", "30"); err != nil {
		panic(err)
	}
	m.Run()
}

// sent is a request as the fake collectors got it.
type sent struct {
	at   time.Time
	name string
	key  string
	body string
}

// fakes are collectors in memory; answer decides, by default 200 at once.
type fakes struct {
	mu     sync.Mutex
	got    []sent
	answer func(ctx context.Context, s sent) collector.Reply
}

func (f *fakes) Send(ctx context.Context, e collector.Endpoint, r collector.Request) collector.Reply {
	s := sent{at: time.Now(), name: e.Name, key: r.Key, body: string(r.Content())}
	f.mu.Lock()
	f.got = append(f.got, s)
	answer := f.answer
	f.mu.Unlock()
	if answer == nil {
		return collector.Reply{Status: 200}
	}
	reply := answer(ctx, s)
	if string(r.Content()) != s.body {
		panic("the body of " + s.key + " has changed while it was sent to " + s.name)
	}
	return reply
}

// to lists the requests that one collector got.
func (f *fakes) to(name string) []sent {
	f.mu.Lock()
	defer f.mu.Unlock()
	var out []sent
	for _, s := range f.got {
		if s.name == name {
			out = append(out, s)
		}
	}
	return out
}

// integration with the published defaults, that selects everything.
func integrationNamed(name string) Integration {
	return Integration{
		Name: name, Type: "webhook", Enabled: true, Events: event.All(),
		Endpoint: collector.Endpoint{Name: name}, Format: payload.JSONArray,
		BatchEvents: 1000, BatchBytes: 1 << 20, Schedule: retry.Default(),
	}
}

func settingsFor(names ...string) *Settings {
	s := &Settings{
		Account:     event.Account{ClientName: "TestCompany", Cloud: "US", Partner: "Wallarm"},
		AutoDisable: AutoDisable{Enabled: true, Policy: retry.Policy{Percent: 60, Window: 12 * time.Hour, MinRequests: 20}},
		Retention:   7 * 24 * time.Hour,
	}
	for _, n := range names {
		s.Integrations = append(s.Integrations, integrationNamed(n))
	}
	return s
}

func dispatcher(s store.Store, f Sender, set *Settings) *Dispatcher {
	return &Dispatcher{Store: s, Sender: f, Log: zerolog.Nop(), Settings: func() *Settings { return set }}
}

// hit is an event that can be told from all others.
func hit(n int) string {
	return fmt.Sprintf(`{"summary":"s","details":{"notification_type":"new_hits","hit":{"n":%d}}}`, n)
}

// put stores hits numbered from on into lanes, as another process would.
func put(t *testing.T, s store.Store, from, n int, lanes ...string) {
	t.Helper()
	var data strings.Builder
	for i := range n {
		data.WriteString(hit(from+i) + "\n")
	}
	b := store.Block{Count: n, Data: []byte(data.String()), Put: time.Now()}
	for _, l := range lanes {
		b.Lanes = append(b.Lanes, store.Target{Lane: l})
	}
	if _, err := s.Commit(t.Context(), store.Change{Blocks: []store.Block{b}}); err != nil {
		t.Fatal(err)
	}
}

func laneOf(t *testing.T, s store.Store, name string) store.Lane {
	t.Helper()
	l, err := s.Lane(t.Context(), name)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func unreachable() collector.Reply {
	return collector.Reply{Cause: collector.Connect, Err: errors.New("connection refused")}
}

// process is a second process on the same state.
func process(s store.Store) store.Store { return s.(*memory.Store).Process() }

func containsEvent(body, event string) bool { return strings.Contains(body, event) }

// badAndGood are two collectors, of which one answers 500 for ever and is tried
// for ever.
func badAndGood() (*fakes, *Settings) {
	set := settingsFor("bad", "good")
	set.Integrations[0].Repeat = true
	return &fakes{answer: func(_ context.Context, q sent) collector.Reply {
		if q.name == "bad" {
			return status(500)
		}
		return status(200)
	}}, set
}
