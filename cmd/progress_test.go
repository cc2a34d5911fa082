package cmd

import (
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/wnotify/wnotify/cmd/ui"
	"github.com/wnotify/wnotify/dispatch"
	"github.com/wnotify/wnotify/store"
)

func TestGaugeTellsHowARunGetsOn(t *testing.T) {
	stream := ui.NewStream(io.Discard, func(string) string { return "" })
	g := gauge{stream: stream, size: 1 << 20, paces: map[string]*pace{}}
	g.queue([]store.Lane{{Name: "siem", Events: 900}, {Name: "other", Events: 5}}, dispatch.Progress{
		Integrations: []dispatch.LaneSummary{{Name: "siem", Accepted: 1000, Delivered: 100}},
	})
	got := g.lines(dispatch.Progress{
		Read: 2000, Offsets: map[string]int64{"a": 1 << 18, "b": 1 << 18},
		Integrations: []dispatch.LaneSummary{{Name: "siem", Accepted: 2000, Delivered: 500, Dead: 3}, {Name: "soc", Accepted: 7, Delivered: 7}},
	}, 2*time.Second)
	want := []string{
		"read 2,000 events  1,000/s  50% of 1.0 MiB  2s left",
		"siem         [███░░░░░░░░░] 500 delivered, 1,497 queued  250/s  6s left  3 dead",
		"soc          7 delivered  3.5/s",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%q, want\n%q", got, want)
	}
	g.size = 1000 // it was smaller: compressed, or still growing
	if got := g.lines(dispatch.Progress{Read: 1, Offsets: map[string]int64{"a": 2000}}, 3*time.Second); len(got) != 1 || strings.Contains(got[0], "left") {
		t.Errorf("got %q", got)
	}
}

func TestStepsTellHowFarItIs(t *testing.T) {
	stream := ui.NewStream(io.Discard, func(string) string { return "" })
	p := &pace{}
	for _, c := range []struct {
		done, of int64
		after    time.Duration
		want     string
	}{
		{100, 400, 2 * time.Second, "queueing [███░░░░░░░░░] 100 of 400 dead letters  50/s  6s left"},
		{400, 400, 8 * time.Second, "queueing [████████████] 400 of 400 dead letters  50/s"},
		{500, 0, 10 * time.Second, "queueing 500 dead letters  50/s"},
		{600, 500, 12 * time.Second, "queueing 600 dead letters  50/s"}, // more came meanwhile
	} {
		if got := stepLine(stream, p, "queueing", "dead letters", c.done, c.of, c.after); got != c.want {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
}

func TestPaceStaysWithinWhatItSaw(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var p pace
		low, high := math.Inf(1), 0.0
		n, when := int64(0), time.Duration(0)
		for range rapid.IntRange(1, 50).Draw(t, "looks") {
			more := rapid.Int64Range(0, 1e9).Draw(t, "more")
			span := time.Duration(rapid.Int64Range(1, int64(10*time.Second)).Draw(t, "span"))
			n, when = n+more, when+span
			now := float64(more) / span.Seconds()
			low, high = min(low, now), max(high, now)
			if got := p.at(n, when); got < low*0.999 || got > high*1.001 {
				t.Fatalf("%g/s is not between %g and %g", got, low, high)
			}
		}
	})
}

func TestSizeOfSources(t *testing.T) {
	dir := t.TempDir()
	file := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	plain, packed := file("plain", `{"a":1}`), file("packed", "\x1f\x8b\x08\x00\x00\x00")
	a := &app{env: Env{Stdin: strings.NewReader("")}}
	for _, c := range []struct {
		sources []string
		want    int64
	}{
		{nil, 0},
		{[]string{plain}, 7},
		{[]string{plain, plain}, 14},
		{[]string{plain, packed}, 0},
		{[]string{plain, filepath.Join(dir, "none")}, 0},
		{[]string{dir}, 0},
		{[]string{"-"}, 0},
	} {
		if got := a.sizeOf(c.sources); got != c.want {
			t.Errorf("%q: %d, want %d", c.sources, got, c.want)
		}
	}
}
