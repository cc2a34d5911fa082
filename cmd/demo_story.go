package cmd

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/wnotify/wnotify/dispatch/event"
	"github.com/wnotify/wnotify/dispatch/receiver"
)

// play plays the demo, act by act.
func (s *stage) play(ctx context.Context) error {
	for _, act := range []func(context.Context) error{s.begin, s.everyType, s.badInput, s.outage, s.refusal, s.end} {
		if err := act(ctx); err != nil {
			return err
		}
	}
	return nil
}

// The retries of the demo: two cycles like the published ones, a thousand times
// shorter than an hour. They last longer than the collector is down.
var demoRetries = []string{"200ms 300ms 500ms", "200ms 800ms 1500ms"}

// downFor is how long the collector stays away: some retries fail, not all.
const downFor = 900 * time.Millisecond

// begin adds the collector.
func (s *stage) begin(ctx context.Context) error {
	s.sayf("A collector of our own listens at %s.\nConfiguration and queue are in %s\nand go away in the end.", s.collector.URL(), s.dir)
	s.title("Name the collector, and try it out")
	err := s.run(ctx, exitOK, "", "", "integration", "add", "siem", "--url", s.collector.URL(), "--ca-certificate", s.path("ca.pem"),
		"--include-hit-headers", "--retry", demoRetries[0], "--retry", demoRetries[1])
	if err != nil {
		return err
	}
	s.sayf("\n(Without --retry a batch is tried 17 times within 51 minutes, as Wallarm does.)\n")
	if err := s.run(ctx, exitOK, "", "", "test", "siem", "--event", "vulnerabilities"); err != nil {
		return err
	}
	s.claim(s.collector.Count() == 1, "a test is one request")
	s.collector.Forget()
	return nil
}

// samples are events of every type, one on a line.
func samples() string {
	var b strings.Builder
	for k := range event.Kinds() {
		b.Write(event.Sample(k.Type))
		b.WriteByte('\n')
	}
	return b.String()
}

// want notes events that must arrive next.
func (s *stage) want(lines string) {
	for line := range strings.Lines(lines) {
		s.wanted = append(s.wanted, strings.TrimSuffix(line, "\n"))
	}
}

func (s *stage) everyType(ctx context.Context) error {
	s.title("Send an event of every type")
	every := samples()
	s.want(every)
	if err := s.run(ctx, exitOK, "every-type.ndjson", every, "send"); err != nil {
		return err
	}
	s.claim(s.arrived(), "an event of every type arrived, each byte as it was sent")
	return nil
}

// badInput has a line in it that is no JSON.
func (s *stage) badInput(ctx context.Context) error {
	s.title("Bad input stops nothing, and is not lost")
	lines := []string{hit("before"), `{"summary":"a comma too many",}`, hit("after")}
	for _, line := range lines {
		s.sayf("  %s", line)
	}
	s.want(lines[0] + "\n" + lines[2] + "\n")
	if err := s.run(ctx, exitData, "mixed.ndjson", strings.Join(lines, "\n")+"\n", "send"); err != nil {
		return err
	}
	s.sayf("")
	if err := s.run(ctx, exitOK, "", "", "rejects", "list"); err != nil {
		return err
	}
	var list struct{ Items []any }
	if err := s.ask(ctx, &list, "rejects", "list"); err != nil {
		return err
	}
	s.claim(s.arrived() && len(list.Items) == 1, "the good events around the bad line arrived, and the bad line was kept")
	return nil
}

func hit(summary string) string {
	return fmt.Sprintf(`{"summary":%q,"details":{"notification_type":"new_hits"}}`, summary)
}

// outage takes the collector down and brings it back while flush tries.
func (s *stage) outage(ctx context.Context) error {
	s.title("The collector goes down: everything waits on disk")
	every := samples()
	if err := s.collector.Down(); err != nil {
		return err
	}
	if err := s.run(ctx, exitOK, "every-type.ndjson", every, "send", "--wait", "0"); err != nil {
		return err
	}
	s.sayf("")
	if err := s.run(ctx, exitOK, "", "", "queue", "list"); err != nil {
		return err
	}
	var list struct {
		Items []struct {
			ID     string
			Events int
		}
	}
	if err := s.ask(ctx, &list, "queue", "list"); err != nil {
		return err
	}
	s.claim(s.arrived() && len(list.Items) == 1 && list.Items[0].Events == strings.Count(every, "\n"),
		"while the collector was down all events waited on disk, as one request")
	s.title("It comes back while flush retries")
	back := make(chan error, 1)
	t := time.AfterFunc(downFor, func() { back <- s.collector.Up() })
	err := s.run(ctx, exitOK, "", "", "flush")
	if t.Stop() {
		back <- s.collector.Up()
	}
	if err := cmp.Or(err, <-back); err != nil {
		return err
	}
	if len(list.Items) == 1 {
		s.sayf("")
		if err := s.run(ctx, exitOK, "", "", "why", list.Items[0].ID); err != nil {
			return err
		}
	}
	s.want(every)
	s.claim(s.arrived(), "after the outage they arrived by themselves, once each and in order")
	return nil
}

// refusal has an event among others that the collector never takes.
func (s *stage) refusal(ctx context.Context) error {
	s.title("One event is refused for good: the others pass")
	s.collector.Behave(receiver.Behaviour{Poison: "indigestible"})
	before := s.collector.Count()
	if err := s.run(ctx, exitUnavailable, "three.ndjson", hit("one")+"\n"+hit("indigestible")+"\n"+hit("three")+"\n", "send"); err != nil {
		return err
	}
	s.want(hit("one") + "\n" + hit("three") + "\n")
	s.claim(s.arrived(), "an event that was refused again and again did not hold up its neighbours")
	s.claim(repeatsAlike(s.collector.Requests()[before:]), "every retry had the key and the bytes of the first attempt")
	s.sayf("")
	if err := s.run(ctx, exitOK, "", "", "dead", "list"); err != nil {
		return err
	}
	var list struct{ Items []struct{ ID string } }
	if err := s.ask(ctx, &list, "dead", "list"); err != nil {
		return err
	}
	if len(list.Items) == 1 {
		s.sayf("")
		if err := s.run(ctx, exitOK, "", "", "why", list.Items[0].ID); err != nil {
			return err
		}
	}
	s.title("The collector is mended, and the dead letter sent again")
	s.collector.Behave(receiver.Behaviour{})
	if err := s.run(ctx, exitOK, "", "", "dead", "replay", "--all"); err != nil {
		return err
	}
	s.want(hit("indigestible") + "\n")
	s.claim(s.arrived() && len(list.Items) == 1, "it was kept as a dead letter, and arrived when it was replayed")
	return nil
}

// end shows where everything stands.
func (s *stage) end(ctx context.Context) error {
	s.title("How it stands")
	if err := s.run(ctx, exitOK, "", "", "status"); err != nil {
		return err
	}
	s.claim(s.arrived(), "all %d events arrived, each exactly once", len(s.wanted))
	return nil
}

// arrived reports whether the collector has the events that it must have: no
// other, none twice, in order.
func (s *stage) arrived() bool {
	got := s.collector.Events()
	if len(got) != len(s.wanted) {
		return false
	}
	for i, e := range got {
		if string(e) != s.wanted[i] {
			return false
		}
	}
	return true
}

// repeatsAlike reports whether there were retries, and requests with one key had
// one body.
func repeatsAlike(requests []receiver.Request) bool {
	bodies := map[string][]byte{}
	repeats := 0
	for _, q := range requests {
		if first, again := bodies[q.Key()]; again {
			repeats++
			if !bytes.Equal(first, q.Body) {
				return false
			}
			continue
		}
		bodies[q.Key()] = q.Body
	}
	return repeats > 0
}
