//go:build bench && linux

package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// written are n events, a line each.
func written(t *testing.T, n int) [][]byte {
	t.Helper()
	var b bytes.Buffer
	if err := writeEvents(&b, n); err != nil {
		t.Fatal(err)
	}
	return bytes.SplitAfter(bytes.TrimSuffix(b.Bytes(), []byte("\n")), []byte("\n"))
}

func TestEventsAreEventsWithOneNumberEach(t *testing.T) {
	events := written(t, 5000)
	size := 0
	for i, e := range events {
		size += len(e)
		if !json.Valid(e) || bytes.Count(e, []byte{mark}) != 1 {
			t.Fatalf("event %d is %s", i, e)
		}
	}
	if mean := size / len(events); mean < 1000 || mean > 1066 {
		t.Errorf("an event has %d bytes on average", mean)
	}
}

func TestTallyFindsWhatIsLostDoubledAndStrange(t *testing.T) {
	events := written(t, 1000)
	for name, c := range map[string]struct {
		bodies                 [][][]byte
		unique, twice, strange int
	}{
		"all":         {[][][]byte{events[:400], events[400:]}, 1000, 0, 0},
		"one lost":    {[][][]byte{events[:400], events[401:]}, 999, 0, 0},
		"some twice":  {[][][]byte{events[:400], events[390:]}, 1000, 10, 0},
		"nobody's":    {[][][]byte{events, {[]byte("~1024 ~99999999")}}, 1000, 0, 2},
		"no requests": {nil, 0, 0, 0},
	} {
		ta := newTally(1000)
		for _, b := range c.bodies {
			ta.add(bytes.Join(b, nil), 7)
		}
		if ta.unique != c.unique || ta.twice != c.twice || ta.strange != c.strange || ta.requests != len(c.bodies) {
			t.Errorf("%s: %d unique, %d twice, %d strange in %d requests", name, ta.unique, ta.twice, ta.strange, ta.requests)
		}
	}
}

func TestJudgeOfLosses(t *testing.T) {
	c := contestant{name: "wnotify", paths: 2, events: 10, ours: true}
	for _, tc := range []struct {
		got    received
		broken bool
	}{{received{Unique: 20}, false}, {received{Unique: 19}, true}, {received{Unique: 20, Twice: 1}, true}, {received{Unique: 20, Strange: 1}, true}} {
		var b bench
		if b.judge(c, tc.got, nil, ""); b.broken != tc.broken {
			t.Errorf("%+v: broken is %t", tc.got, b.broken)
		}
	}
}

func TestTargets(t *testing.T) {
	var b bench
	b.compare("T", "less", "peer", []float64{1, 2, 30}, []float64{2, 2, 2}, most(1))
	b.compare("T", "more", "peer", []float64{1}, []float64{2}, least(0.9))
	b.compare("T", "alone", "peer", []float64{1}, nil, most(1))
	b.within("T", "figure", "MiB", []float64{97}, most(96))
	var verdicts []string
	for _, r := range b.rows {
		verdicts = append(verdicts, r.verdict)
	}
	if want := []string{met, failing, "not measured", failing}; !slices.Equal(verdicts, want) || b.missed() != 2 {
		t.Errorf("%q, want %q; %d missed", verdicts, want, b.missed())
	}
	var text strings.Builder
	b.print(&text)
	if !strings.Contains(text.String(), "| T | less | 2 | 2 peer | 1.00 | ≤ 1 × | met |") {
		t.Error(text.String())
	}
}

func TestCallsThatStraceCounted(t *testing.T) {
	path := filepath.Join(t.TempDir(), "strace")
	summary := `% time     seconds  usecs/call     calls    errors syscall
------ ----------- ----------- --------- --------- ----------------
 99.00    0.004000         200        20           fdatasync
  1.00    0.000040          20         2         1 fsync
------ ----------- ----------- --------- --------- ----------------
100.00    0.004040                    22         1 total
`
	if err := os.WriteFile(path, []byte(summary), 0o600); err != nil {
		t.Fatal(err)
	}
	if n, err := countCalls(path); n != 22 || err != nil {
		t.Errorf("%d, %v", n, err)
	}
}
