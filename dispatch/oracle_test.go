package dispatch

import (
	"context"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"github.com/wnotify/wnotify/dispatch/collector"
	"github.com/wnotify/wnotify/dispatch/payload"
	"github.com/wnotify/wnotify/store"
	"github.com/wnotify/wnotify/store/memory"
	"github.com/wnotify/wnotify/store/storetest"
)

// What is accepted is delivered or dead, in order, under one key, whatever
// fails and whoever dies: random outages, poison, crashes and rivals, over
// virtual days.
func TestNothingIsLost(t *testing.T) {
	t.Run("strong engine", func(t *testing.T) { nothingIsLost(t, func(s store.Store) store.Store { return s }) })
	t.Run("replies get lost", func(t *testing.T) { nothingIsLost(t, storetest.LostReplies) })
	t.Run("riders and settles apart", func(t *testing.T) { nothingIsLost(t, storetest.SeparateRiders) })
}

func nothingIsLost(t *testing.T, weaken func(store.Store) store.Store) {
	rapid.Check(t, func(rt *rapid.T) {
		// The bubble has a T of its own; what fails in it is told by rt.
		var problem string
		plan := drawPlan(rt)
		synctest.Test(t, func(t *testing.T) { problem = plan.run(t, weaken) })
		if problem != "" {
			rt.Fatalf("%s\nplan %+v", problem, plan)
		}
	})
}

// plan is a random history.
type aPlan struct {
	Batch  int
	Poison map[int]int // number of the event → status it is refused with
	Steps  []aStep
}

type aStep struct {
	Send   int           // events
	Wait   time.Duration // --wait; negative: enqueue
	Crash  time.Duration // after which the process dies; 0: it does not
	Rival  bool          // a second process flushes meanwhile
	Answer int           // of the collector during the step; 0: no answer
	Pause  time.Duration // after the step
}

func drawPlan(rt *rapid.T) aPlan {
	p := aPlan{Batch: rapid.SampledFrom([]int{1, 2, 5, 1000}).Draw(rt, "batch"), Poison: map[int]int{}}
	n := 0
	for range rapid.IntRange(1, 8).Draw(rt, "steps") {
		s := aStep{
			Send:   rapid.IntRange(0, 12).Draw(rt, "send"),
			Wait:   rapid.SampledFrom([]time.Duration{-1, 0, time.Second, 30 * time.Second, 10 * time.Minute}).Draw(rt, "wait"),
			Crash:  rapid.SampledFrom([]time.Duration{0, 0, time.Millisecond, 7 * time.Millisecond, 3 * time.Second}).Draw(rt, "crash"),
			Rival:  rapid.Bool().Draw(rt, "rival"),
			Answer: rapid.SampledFrom([]int{200, 200, 200, 500, 503, 413, 400, 0}).Draw(rt, "answer"),
			Pause:  rapid.SampledFrom([]time.Duration{0, time.Second, time.Minute, time.Hour}).Draw(rt, "pause"),
		}
		for range s.Send {
			if n++; rapid.IntRange(0, 9).Draw(rt, "poison") == 0 {
				p.Poison[n] = rapid.SampledFrom([]int{400, 413, 422}).Draw(rt, "status")
			}
		}
		p.Steps = append(p.Steps, s)
	}
	return p
}

var eventNumber = regexp.MustCompile(`"n":(\d+)`)

func (p aPlan) run(t *testing.T, weaken func(store.Store) store.Store) string {
	base := memory.New()
	answer := 200
	f := &fakes{}
	stored := map[string][]string{} // key → numbers, of what the collector stored
	var order []string              // first deliveries
	seen := map[string]bool{}
	refused := map[string]bool{}  // keys: their halves have others
	aside := map[string]bool{}    // refused alone: it need not keep its place
	bodies := map[string]string{} // key → body
	problem := ""
	f.answer = func(ctx context.Context, q sent) collector.Reply {
		select {
		case <-time.After(2 * time.Millisecond):
		case <-ctx.Done():
			return collector.Reply{Cause: collector.Interrupted}
		}
		if was, ok := bodies[q.key]; ok && was != q.body {
			problem = "the same key with another body"
		}
		bodies[q.key] = q.body
		var ids []string
		for _, m := range eventNumber.FindAllStringSubmatch(q.body, -1) {
			ids = append(ids, m[1])
		}
		for _, id := range ids {
			for n, status := range p.Poison {
				if fmt.Sprint(n) == id {
					aside[id] = len(ids) == 1 || aside[id]
					refused[q.key] = true
					return collector.Reply{Status: status}
				}
			}
		}
		if answer == 0 {
			return unreachable()
		}
		if answer == 200 {
			for _, id := range ids {
				if !seen[id] {
					seen[id] = true
					order = append(order, id)
				}
			}
			stored[q.key] = ids
		}
		if answer >= 400 && answer < 500 {
			refused[q.key] = true
			aside[ids[0]] = aside[ids[0]] || len(ids) == 1
		}
		return collector.Reply{Status: answer}
	}
	set := settingsFor("a")
	set.AutoDisable.Enabled = false
	set.Integrations[0].BatchEvents = p.Batch
	set.Integrations[0].Format = payload.NDJSON
	open := func(s *memory.Store) *Dispatcher { return dispatcher(weaken(s), f, set) }

	n, accepted := 0, 0
	for _, step := range p.Steps {
		answer = step.Answer
		process := base.Process()
		var in strings.Builder
		for range step.Send {
			n++
			in.WriteString(hit(n) + "\n")
		}
		done := make(chan struct{}, 2)
		go func() {
			var sum Summary
			if step.Wait < 0 {
				sum, _ = open(process).Enqueue(t.Context(), Input{Stdin: strings.NewReader(in.String())})
			} else {
				sum, _ = open(process).Send(t.Context(), Input{Stdin: strings.NewReader(in.String())}, Wait{For: step.Wait})
			}
			accepted += int(sum.Accepted)
			done <- struct{}{}
		}()
		if step.Crash > 0 {
			go func() {
				time.Sleep(step.Crash)
				process.Crash()
			}()
		}
		if step.Rival {
			go func() {
				_, _ = open(base.Process()).Flush(t.Context(), nil, Wait{For: step.Wait.Abs()})
				done <- struct{}{}
			}()
			<-done
		}
		<-done
		process.Crash()
		time.Sleep(step.Pause)
	}
	answer = 200
	if _, err := open(base.Process()).Flush(t.Context(), nil, Wait{Drain: true}); err != nil {
		return "the last flush failed: " + err.Error()
	}
	time.Sleep(time.Minute) // whoever was cut off ends
	if problem != "" {
		return problem
	}
	dead := map[string]bool{}
	for l, err := range base.Letters(t.Context(), "a") {
		if err != nil {
			return err.Error()
		}
		for _, m := range eventNumber.FindAllStringSubmatch(string(l.Data), -1) {
			dead[m[1]] = true
		}
	}
	for i := 1; i <= n; i++ {
		id := fmt.Sprint(i)
		if _, poison := p.Poison[i]; poison && seen[id] {
			return "a poisonous event was stored: " + id
		}
		if seen[id] == dead[id] && accepted == n {
			return fmt.Sprintf("event %s: delivered %v, dead %v", id, seen[id], dead[id])
		}
	}
	kept := len(dead)
	for id := range seen {
		if !dead[id] {
			kept++
		}
	}
	if kept < accepted {
		return fmt.Sprintf("%d events were accepted, %d are delivered or dead", accepted, kept)
	}
	if l := laneOf(t, base, "a"); l.Events != 0 || l.Bytes != 0 {
		return fmt.Sprintf("%d events, %d bytes left in the queue", l.Events, l.Bytes)
	}
	last := 0
	for _, id := range order {
		var i int
		fmt.Sscan(id, &i)
		if aside[id] {
			continue
		}
		if i < last {
			return "delivered out of order: " + strings.Join(order, " ")
		}
		last = i
	}
	keys := map[string]string{}
	for key, ids := range stored {
		for _, id := range ids {
			if other, ok := keys[id]; ok && other != key && !refused[other] && !refused[key] {
				return "event " + id + " was stored under two keys"
			}
			keys[id] = key
		}
	}
	return ""
}
