package cmd

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/wnotify/wnotify/cmd/ui"
	"github.com/wnotify/wnotify/dispatch"
	"github.com/wnotify/wnotify/store"
)

func TestParseMoment(t *testing.T) {
	for text, want := range map[string]time.Time{
		"24h":                       noon.Add(-24 * time.Hour),
		"7d":                        noon.Add(-7 * 24 * time.Hour),
		"90":                        noon.Add(-90 * time.Second),
		"2026-11-20":                time.Date(2026, 11, 20, 0, 0, 0, 0, time.UTC),
		"2026-11-20T08:30":          time.Date(2026, 11, 20, 8, 30, 0, 0, time.UTC),
		"2026-11-20 08:30:00":       time.Date(2026, 11, 20, 8, 30, 0, 0, time.UTC),
		"2026-11-20T08:30:00+02:00": time.Date(2026, 11, 20, 6, 30, 0, 0, time.UTC),
	} {
		if got, err := parseMoment("since", text, noon); err != nil || !got.Equal(want) {
			t.Errorf("%s: %s, %v", text, got, err)
		}
	}
	for _, text := range []string{"", "yesterday", "-1h", "1w", "2026-13-01"} {
		if got, err := parseMoment("since", text, noon); err == nil {
			t.Errorf("%q is %s", text, got)
		}
	}
}

// everyState is a board with an integration in each state.
func everyState() board {
	hours := []int64{0, 0, 12, 30, 25, 40, 41, 40, 12, 3, 0, 1}
	long := strings.Repeat("the collector said a lot ", 8)
	item := func(name, state string, set func(*statusItem)) statusItem {
		enabled := true
		i := statusItem{
			Name: name, Type: "fluentd", URL: "https://" + name + ".example.com:9880/a/rather/long/path/of/a/collector/that/goes/on/and/on",
			Enabled: &enabled, State: state, Hours: make([]int64, dispatch.SparkHours), Window: statusWindow{Limit: 60}, limit: 1000, span: 12 * time.Hour,
		}
		i.health = dispatch.Health{Name: name, State: state}
		set(&i)
		return i
	}
	tripped := &store.Tripped{At: noon.Add(-time.Hour), Requests: 214, Failures: 135}
	b := board{Config: "/etc/wnotify/config.toml", State: "/var/lib/wnotify", At: noon, Rejects: 3, Items: []statusItem{
		item("fine", dispatch.StateOK, func(i *statusItem) {
			i.Hours, i.DeliveredToday = hours, 1204
			i.Window = statusWindow{Requests: 214, Failures: 3, Percent: 1, Limit: 60}
		}),
		item("waits", dispatch.StateWaiting, func(i *statusItem) {
			i.Queued, i.Bytes, i.Oldest = 1234, 900, noon.Add(-2*time.Hour)
			i.Attempt, i.NextAttempt = 12, noon.Add(130*time.Second)
			i.LastError, i.LastErrorAt = long, noon.Add(-12*time.Second)
			i.Window = statusWindow{Requests: 40, Failures: 20, Percent: 50, Limit: 60}
		}),
		item("held", dispatch.StateWaiting, func(i *statusItem) { i.Reason = "cannot read /run/secrets/siem-token: permission denied" }),
		item("off", dispatch.StateDisabled, func(*statusItem) {}),
		item("broken", dispatch.StateAutoDisabled, func(i *statusItem) { i.health.Lane.Record.Tripped, i.Dead = tripped, 2 }),
		item("gone", dispatch.StateOrphaned, func(i *statusItem) { i.Type, i.URL, i.Enabled, i.Queued, i.Oldest = "", "", nil, 1, noon }),
	}}
	b.paths.Why = place{Config: "of the system"}
	b.Problems = b.problems(time.Hour)
	return b
}

func TestScreenOfEveryState(t *testing.T) {
	var out bytes.Buffer
	a := newApp(Env{Stdout: &out, Stderr: &out, Getenv: func(string) string { return "" }})
	a.out.Terminal, a.out.Width, a.out.Unicode = true, 80, true
	want := `config  /etc/wnotify/config.toml  (of the system)
state   /var/lib/wnotify

fine  ok
  fluentd https://fine.example.com:9880/a/rather/long/path/of/a/collector/that/…
  failures   [░░░░░░░░░░░░░░|░░░░░░░░░] 1% of 214 in 12h, limit 60%
  delivered  1,204 today, by hour ··▃▆▅███▃▁·▁

waits  waiting: attempt 13 in 2m10s
  fluentd https://waits.example.com:9880/a/rather/long/path/of/a/collector/that…
  queued     1,234 events, 900 B, the oldest 2h ago
  last error 12s ago: the collector said a lot the collector said a lot the col…
  failures   [████████████░░|░░░░░░░░░] 50% of 40 in 12h, limit 60%

held  waiting: cannot read /run/secrets/siem-token: permission denied
  fluentd https://held.example.com:9880/a/rather/long/path/of/a/collector/that/…

off  disabled
  fluentd https://off.example.com:9880/a/rather/long/path/of/a/collector/that/g…

broken  disabled (auto: 63% of 214 requests failed in 12h), 1h ago
  fluentd https://broken.example.com:9880/a/rather/long/path/of/a/collector/tha…
  dead       2 letters

gone  orphaned: it is not in the configuration
  queued     1 event, 0 B, the oldest now

Needs a person:
  waits: its queue is 90% full (900 B of 1000 B); wnotify flush waits, or raise
    max_bytes of [queue]
  waits: the oldest event has waited 2h; wnotify flush waits
  held: waiting: cannot read /run/secrets/siem-token: permission denied; wnotify
    doctor
  broken: disabled (auto: 63% of 214 requests failed in 12h); wnotify
    integration enable broken
  broken: 2 dead letters; wnotify dead list -i broken
  gone: a queue of 1 event without an integration; wnotify queue move gone NEW,
    or wnotify integration delete gone
  3 rejects in the last 24h; wnotify rejects list --since 24h
`
	got := string(a.draw(everyState()))
	if got != want {
		t.Errorf("got\n%s", got)
	}
	for line := range strings.Lines(got) {
		if n := utf8.RuneCountInString(line) - 1; n > 80 {
			t.Errorf("%d columns: %s", n, line)
		}
	}

	a.out.Terminal, a.out.Unicode = false, false
	for line := range strings.Lines(string(a.draw(everyState()))) {
		if strings.ContainsFunc(line, func(r rune) bool { return r > 126 || r == 0x1b }) {
			t.Errorf("not ASCII: %q", line)
		}
	}
	a.out.SetColor(ui.ColorAlways, a.env.Getenv)
	if !strings.Contains(string(a.draw(everyState())), "\x1b[31mdisabled (auto") {
		t.Error("no colour")
	}
}

func TestHostileTextsStayTexts(t *testing.T) {
	b := everyState()
	evil := "\x1b[2J\x1b]0;x\a\u202eevil\nsiem  ok"
	for n := range b.Items {
		b.Items[n].URL, b.Items[n].LastError, b.Items[n].LastErrorAt = evil, evil, noon
	}
	b.Items[2].Reason = evil
	b.Problems = b.problems(0)
	a := newApp(Env{Stdout: &bytes.Buffer{}, Stderr: &bytes.Buffer{}, Getenv: func(string) string { return "" }})
	if got := string(a.draw(b)); strings.ContainsAny(got, "\x1b\a\u202e") || strings.Contains(got, "\nsiem  ok") {
		t.Errorf("%q", got)
	}
}

// TestManyIntegrationsAreATable: a hundred fit on a screen of 80 columns, a line
// for each; off the terminal nothing changes.
func TestManyIntegrationsAreATable(t *testing.T) {
	a := newApp(Env{Stdout: &bytes.Buffer{}, Stderr: &bytes.Buffer{}, Getenv: func(string) string { return "" }})
	b := everyState()
	one := b.Items
	for n := range 100 - len(one) {
		i := one[n%2]
		i.Name = fmt.Sprintf("%s-%03d-in-the-data-centre-of-the-other-continent", i.Name, n)
		b.Items = append(b.Items, i)
	}
	a.out.Terminal, a.out.Width, a.out.Unicode = true, 80, true
	got := string(a.draw(b))
	for _, want := range []string{
		"100 integrations: ", " disabled, 1 auto-disabled, 1 orphaned\nall about one: wnotify status NAME\n",
		"NAME ", "  1,234  2h ago ", "Needs a person:",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("it does not say %q:\n%s", want, got)
		}
	}
	for line := range strings.Lines(got) {
		if n := utf8.RuneCountInString(line) - 1; n > 80 {
			t.Errorf("%d columns: %s", n, line)
		}
	}
	a.out.Terminal = false
	if got := string(a.draw(b)); strings.Contains(got, "NAME ") || strings.Count(got, "\n\n") < 100 {
		t.Errorf("off the terminal it is\n%s", got)
	}
}
