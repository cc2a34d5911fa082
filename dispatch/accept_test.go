package dispatch

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/wnotify/wnotify/dispatch/collector"
	"github.com/wnotify/wnotify/dispatch/event"
	"github.com/wnotify/wnotify/dispatch/intake"
	"github.com/wnotify/wnotify/dispatch/payload"
	"github.com/wnotify/wnotify/store"
	"github.com/wnotify/wnotify/store/memory"
)

func lines(from, n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(hit(from+i) + "\n")
	}
	return b.String()
}

func selects(t *testing.T, names ...string) event.Selection {
	t.Helper()
	s, err := event.ParseSelection(names)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// bodies joins what a collector got, as lines.
func (f *fakes) bodies(name string) string {
	var b strings.Builder
	for _, s := range f.to(name) {
		b.WriteString(s.body)
	}
	return b.String()
}

func TestSendDeliversInOrder(t *testing.T) {
	const n = 20_000
	s := memory.New()
	f := &fakes{}
	set := settingsFor("a", "b")
	set.Integrations[0].Format = payload.NDJSON
	set.Integrations[1].Format = payload.NDJSON
	sum, err := dispatcher(s, f, set).Send(t.Context(), Input{Stdin: strings.NewReader(lines(1, n))}, Wait{})
	if err != nil {
		t.Fatal(err)
	}
	want := lines(1, n)
	for _, name := range []string{"a", "b"} {
		if got := f.bodies(name); got != want {
			t.Errorf("%s got %d bytes, want %d, or they are in another order", name, len(got), len(want))
		}
	}
	if sum.Read != n || sum.Accepted != n || len(sum.Integrations) != 2 || sum.Integrations[0].Delivered != n || sum.Integrations[0].Queued != 0 {
		t.Errorf("summary %+v", sum)
	}
}

// A lone event costs one commit before its first byte and one after it.
func TestALoneEventCostsTwoCommits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := memory.New()
		var commits atomic.Int64
		s.Fail(func(op string) error {
			if op == "commit" {
				commits.Add(1)
			}
			return nil
		})
		atRequest := int64(-1)
		f := &fakes{answer: func(context.Context, sent) collector.Reply {
			atRequest = commits.Load()
			time.Sleep(time.Millisecond)
			return status(200)
		}}
		if _, err := dispatcher(s, f, settingsFor("a")).Send(t.Context(), Input{Stdin: strings.NewReader(hit(1))}, Wait{For: time.Minute}); err != nil {
			t.Fatal(err)
		}
		if n := commits.Load(); atRequest != 1 || n != 2 {
			t.Errorf("%d commits before the request and %d in all, want 1 and 2", atRequest, n)
		}
		if l := laneOf(t, s, "a"); l.Events != 0 || l.Record.Promise {
			t.Errorf("lane %+v", l)
		}
	})
}

func TestRoutingSharesBlocks(t *testing.T) {
	s := memory.New()
	f := &fakes{}
	set := settingsFor("all", "hits", "system", "off")
	set.Integrations[1].Events = selects(t, "hits")
	set.Integrations[2].Events = selects(t, "system")
	set.Integrations[3].Enabled = false
	user := `{"summary":"u","details":{"notification_type":"create_user"}}`
	strange := `{"details":{"notification_type":"something_new"}}`
	in := hit(1) + "\n" + user + "\n" + strange + "\n" + hit(2)
	sum, err := dispatcher(s, f, set).Send(t.Context(), Input{Stdin: strings.NewReader(in)}, Wait{})
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{
		"all":    "[" + hit(1) + "," + user + "," + strange + "," + hit(2) + "]",
		"hits":   "[" + hit(1) + "," + hit(2) + "]",
		"system": "[" + user + "]",
		"off":    "",
	}
	for name, body := range want {
		if got := f.bodies(name); got != body {
			t.Errorf("%s got %s, want %s", name, got, body)
		}
	}
	if sum.Read != 4 || sum.Accepted != 4 || sum.Unrouted != 0 {
		t.Errorf("summary %+v", sum)
	}
}

func TestHeadersGoToThoseWhoWantThem(t *testing.T) {
	s := memory.New()
	f := &fakes{}
	set := settingsFor("with", "without")
	set.Integrations[0].Headers = true
	full := `{"details":{"notification_type":"new_hits","hit":{"a":3.10,"headers":{"HOST":"x"},"b":1}}}`
	cut := `{"details":{"notification_type":"new_hits","hit":{"a":3.10,"b":1}}}`
	if _, err := dispatcher(s, f, set).Send(t.Context(), Input{Stdin: strings.NewReader(full)}, Wait{}); err != nil {
		t.Fatal(err)
	}
	if got := f.bodies("with"); got != "["+full+"]" {
		t.Errorf("with: %s", got)
	}
	if got := f.bodies("without"); got != "["+cut+"]" {
		t.Errorf("without: %s", got)
	}
}

func TestRejectsAreKept(t *testing.T) {
	s := memory.New()
	in := hit(1) + "\n{broken\n" + hit(2) + "\n{\"no\":\"type\"}\n" + hit(3) + "\n"
	sum, err := dispatcher(s, &fakes{}, settingsFor("a")).Enqueue(t.Context(), Input{Stdin: strings.NewReader(in)})
	if err != nil {
		t.Fatal(err)
	}
	if sum.Read != 5 || sum.Accepted != 3 || sum.Rejected != 2 {
		t.Errorf("summary %+v", sum)
	}
	var kept []store.Reject
	for r, err := range s.Rejects(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		kept = append(kept, r)
	}
	if len(kept) != 2 || string(kept[1].Data) != `{"no":"type"}` || kept[0].Line != 2 {
		t.Errorf("rejects %+v", kept)
	}
}

func TestStopAtInvalidInput(t *testing.T) {
	s := memory.New()
	path := filepath.Join(t.TempDir(), "f")
	write(t, path, hit(1)+"\n{broken\n"+hit(2)+"\n")
	d := dispatcher(s, &fakes{}, settingsFor("a"))
	for range 2 { // the cursor stays before it
		sum, err := d.Enqueue(t.Context(), Input{Paths: []string{path}, StopInvalid: true})
		if err != nil || sum.Rejected != 1 || len(sum.Rejects) != 1 {
			t.Fatalf("%+v %v", sum, err)
		}
	}
	if l := laneOf(t, s, "a"); l.Events != 1 {
		t.Errorf("%d events queued, want the one before", l.Events)
	}
	for range s.Rejects(t.Context()) {
		t.Error("a reject was kept though the input is still to be read")
	}
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestAFileIsReadOnce(t *testing.T) {
	s := memory.New()
	f := &fakes{}
	path := filepath.Join(t.TempDir(), "events")
	write(t, path, lines(1, 3))
	d := dispatcher(s, f, settingsFor("a", "b"))
	in := Input{Paths: []string{path}}
	for _, want := range []int64{3, 0} {
		sum, err := d.Send(t.Context(), in, Wait{})
		if err != nil || sum.Read != want {
			t.Fatalf("read %d, want %d: %v", sum.Read, want, err)
		}
	}
	if err := os.WriteFile(path, []byte(lines(1, 5)+`{"half":`), 0o600); err != nil {
		t.Fatal(err)
	}
	sum, err := d.Enqueue(t.Context(), in) // send and enqueue share the cursor
	if err != nil || sum.Read != 2 || sum.Rejected != 0 {
		t.Fatalf("read %d, want the 2 that were appended: %v", sum.Read, err)
	}
	in.Integrations = []string{"b"} // another set of targets has another cursor
	if sum, err = d.Enqueue(t.Context(), in); err != nil || sum.Read != 5 {
		t.Fatalf("-i b read %d, want 5: %v", sum.Read, err)
	}
}

// Sending a file again on purpose is no repeat of the change that sent it first.
func TestAFileCanBeSentAgain(t *testing.T) {
	s := memory.New()
	path := filepath.Join(t.TempDir(), "events")
	write(t, path, lines(1, 3))
	d := dispatcher(s, &fakes{}, settingsFor("a"))
	for _, from := range []intake.From{intake.FromCursor, intake.FromStart, intake.FromStart} {
		if sum, err := d.Enqueue(t.Context(), Input{Paths: []string{path}, From: from}); err != nil || sum.Accepted != 3 {
			t.Fatalf("%+v %v", sum, err)
		}
	}
	if l := laneOf(t, s, "a"); l.Events != 9 {
		t.Errorf("%d events queued, want 9", l.Events)
	}
}

func TestTwoRunsReadAFileOnce(t *testing.T) {
	s := memory.New()
	path := filepath.Join(t.TempDir(), "events")
	write(t, path, lines(1, 5000))
	total := make(chan int64)
	for range 4 {
		go func() {
			sum, err := dispatcher(process(s), &fakes{}, settingsFor("a")).Enqueue(t.Context(), Input{Paths: []string{path}})
			if err != nil {
				t.Error(err)
			}
			total <- sum.Accepted
		}()
	}
	var n int64
	for range 4 {
		n += <-total
	}
	if n != 5000 {
		t.Errorf("%d events accepted, want 5000", n)
	}
}

func TestAMissingFileIsNoReasonToStop(t *testing.T) {
	s := memory.New()
	path := filepath.Join(t.TempDir(), "events")
	write(t, path, lines(1, 2))
	sum, err := dispatcher(s, &fakes{}, settingsFor("a")).Enqueue(t.Context(), Input{Paths: []string{path + ".gone", path}})
	if err != nil || sum.Accepted != 2 || len(sum.Problems()) != 1 {
		t.Errorf("%+v %v %v", sum, err, sum.Problems())
	}
}

func TestAFullQueueRefuses(t *testing.T) {
	one := int64(len(hit(1)) + 1)
	t.Run("from a pipe the others go on", func(t *testing.T) {
		s := memory.New()
		put(t, s, 1, 3, "a")
		set := settingsFor("a", "b")
		set.Queue.MaxBytes = 5 * one
		sum, err := dispatcher(s, &fakes{}, set).Enqueue(t.Context(), Input{Stdin: strings.NewReader(lines(1, 7))})
		if err != nil {
			t.Fatal(err)
		}
		a, b := sum.Integrations[0], sum.Integrations[1]
		if a.Accepted != 2 || a.Refused != 5 || b.Accepted != 5 || b.Refused != 2 || sum.Accepted != 5 || sum.Refused != 2 || sum.Read != 7 {
			t.Errorf("summary %+v", sum)
		}
	})
	t.Run("a file stops where nobody takes any more", func(t *testing.T) {
		s := memory.New()
		set := settingsFor("a")
		set.Queue.MaxBytes = 5 * one
		path := filepath.Join(t.TempDir(), "events")
		write(t, path, lines(1, 9))
		d := dispatcher(s, &fakes{}, set)
		sum, err := d.Enqueue(t.Context(), Input{Paths: []string{path}})
		if err != nil || sum.Accepted != 5 || len(sum.Problems()) != 1 {
			t.Fatalf("%+v %v", sum, err)
		}
		set.Queue.MaxBytes = 0
		sum, err = d.Enqueue(t.Context(), Input{Paths: []string{path}})
		if err != nil || sum.Accepted != 4 {
			t.Errorf("the next run took %d events, want the 4 that were left: %v", sum.Accepted, err)
		}
	})
	t.Run("drop-oldest makes dead letters", func(t *testing.T) {
		s := memory.New()
		put(t, s, 1, 5, "a")
		set := settingsFor("a")
		set.Queue = QueueLimits{MaxBytes: 5 * one, DropOldest: true}
		sum, err := dispatcher(s, &fakes{}, set).Enqueue(t.Context(), Input{Stdin: strings.NewReader(lines(6, 2))})
		if err != nil {
			t.Fatal(err)
		}
		l := laneOf(t, s, "a")
		if sum.Accepted != 2 || l.Record.Dead == 0 || l.Events+l.Record.Dead != 7 || l.Dead == 0 {
			t.Errorf("summary %+v, lane %+v", sum, l)
		}
	})
}

// Twenty single sends while the collector is down leave as a few requests.
func TestSingleSendsJoin(t *testing.T) {
	s := memory.New()
	f := &fakes{answer: func(context.Context, sent) collector.Reply { return unreachable() }}
	set := settingsFor("a")
	for i := range 20 {
		if _, err := dispatcher(process(s), f, set).Send(t.Context(), Input{Stdin: strings.NewReader(hit(i))}, Wait{}); err != nil {
			t.Fatal(err)
		}
	}
	f.answer, f.got = nil, nil
	d := dispatcher(s, f, set)
	if _, err := d.Now(t.Context(), "a"); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Flush(t.Context(), nil, Wait{}); err != nil {
		t.Fatal(err)
	}
	if n := len(f.to("a")); n > 3 {
		t.Errorf("%d requests, want at most 3", n)
	}
	var all strings.Builder
	for i := range 20 {
		fmt.Fprintf(&all, "%s,", hit(i))
	}
	got := strings.NewReplacer("][", ",", "[", "", "]", "").Replace(f.bodies("a")) + ","
	if got != all.String() {
		t.Errorf("got %s", got)
	}
}
