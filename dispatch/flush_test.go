package dispatch

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/wnotify/wnotify/dispatch/collector"
	"github.com/wnotify/wnotify/store"
	"github.com/wnotify/wnotify/store/memory"
)

// published are the waits of the published schedule, in seconds.
var published = []int{1, 3, 5, 10, 10, 0, 1, 3, 5, 30, 60, 60, 180, 300, 600, 1800}

func TestScheduleToTheNanosecond(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := memory.New()
		f := &fakes{answer: func(context.Context, sent) collector.Reply { return status(503) }}
		put(t, s, 1, 3, "a")
		set := settingsFor("a")
		set.AutoDisable.Enabled = false
		sum, err := dispatcher(s, f, set).Flush(t.Context(), nil, Wait{Drain: true})
		if err != nil {
			t.Fatal(err)
		}
		got := f.to("a")
		if len(got) != 17 {
			t.Fatalf("%d attempts, want 17", len(got))
		}
		for i, wait := range published {
			if d := got[i+1].at.Sub(got[i].at); d != time.Duration(wait)*time.Second {
				t.Errorf("wait %d is %s, want %ds", i+1, d, wait)
			}
			if got[i].key != got[0].key || got[i].body != got[0].body {
				t.Errorf("attempt %d is not the same request", i+1)
			}
		}
		if total := got[16].at.Sub(got[0].at); total != 3068*time.Second {
			t.Errorf("the schedule took %s, want 3068s", total)
		}
		l := laneOf(t, s, "a")
		if sum.Integrations[0].Dead != 3 || l.Events != 0 || l.Dead != 1 {
			t.Errorf("summary %+v, lane %+v", sum.Integrations[0], l)
		}
	})
}

// The same schedule, when every attempt is another process (cron).
func TestScheduleAcrossProcesses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := memory.New()
		f := &fakes{answer: func(context.Context, sent) collector.Reply { return status(500) }}
		put(t, s, 1, 1, "a")
		set := settingsFor("a")
		for len(f.to("a")) < 17 {
			p := process(s)
			if _, err := dispatcher(p, f, set).Flush(t.Context(), nil, Wait{}); err != nil {
				t.Fatal(err)
			}
			p.Close()
			next := laneOf(t, s, "a").Record.Pieces
			if len(next) == 0 {
				break
			}
			time.Sleep(time.Until(next[0].NotBefore))
		}
		got := f.to("a")
		if len(got) != 17 {
			t.Fatalf("%d attempts, want 17", len(got))
		}
		for i, wait := range published {
			if d := got[i+1].at.Sub(got[i].at); d != time.Duration(wait)*time.Second {
				t.Errorf("wait %d is %s, want %ds", i+1, d, wait)
			}
		}
	})
}

func TestOverdueGetsOneAttempt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := memory.New()
		f := &fakes{answer: func(context.Context, sent) collector.Reply { return status(500) }}
		put(t, s, 1, 1, "a")
		d := dispatcher(s, f, settingsFor("a"))
		for want := 1; want <= 3; want++ {
			if _, err := d.Flush(t.Context(), nil, Wait{}); err != nil {
				t.Fatal(err)
			}
			if n := len(f.to("a")); n != want {
				t.Fatalf("%d attempts after %d runs", n, want)
			}
			time.Sleep(24 * time.Hour)
		}
	})
}

func TestWaitCoversTheFirstCycle(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := memory.New()
		f := &fakes{answer: func(context.Context, sent) collector.Reply { return status(500) }}
		put(t, s, 1, 1, "a")
		start := time.Now()
		if _, err := dispatcher(s, f, settingsFor("a")).Flush(t.Context(), nil, Wait{For: 30 * time.Second}); err != nil {
			t.Fatal(err)
		}
		// 29 s of waits, then at once again, then 1 s: that is at 30 s exactly.
		if n := len(f.to("a")); n != 8 {
			t.Errorf("%d attempts in 30 s, want 8", n)
		}
		if took := time.Since(start); took > 30*time.Second {
			t.Errorf("the run took %s", took)
		}
		if laneOf(t, s, "a").Record.Promise {
			t.Error("the promise was not taken back")
		}
	})
}

func TestADeadLaneDelaysNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := memory.New()
		f := &fakes{answer: func(ctx context.Context, q sent) collector.Reply {
			if q.name == "slow" {
				time.Sleep(15 * time.Second)
				return collector.Reply{Cause: collector.Timeout}
			}
			return status(200)
		}}
		put(t, s, 1, 5000, "slow", "fast")
		start := time.Now()
		if _, err := dispatcher(s, f, settingsFor("slow", "fast")).Flush(t.Context(), nil, Wait{For: time.Second}); err != nil {
			t.Fatal(err)
		}
		for _, q := range f.to("fast") {
			if q.at.Sub(start) > time.Second {
				t.Errorf("a healthy collector waited %s", q.at.Sub(start))
			}
		}
		if l := laneOf(t, s, "fast"); l.Events != 0 || l.Record.Delivered != 5000 {
			t.Errorf("fast: %+v", l)
		}
		if l := laneOf(t, s, "slow"); l.Events != 5000 {
			t.Errorf("slow: %d events", l.Events)
		}
	})
}

func TestPoisonIsIsolated(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := memory.New()
		poison := hit(7)
		f := &fakes{answer: func(_ context.Context, q sent) collector.Reply {
			if containsEvent(q.body, poison) {
				return status(400)
			}
			return status(200)
		}}
		put(t, s, 1, 20, "a")
		sum, err := dispatcher(s, f, settingsFor("a")).Flush(t.Context(), nil, Wait{Drain: true})
		if err != nil {
			t.Fatal(err)
		}
		l := laneOf(t, s, "a")
		if l.Record.Delivered != 19 || l.Record.Dead != 1 || l.Dead != 1 || sum.Integrations[0].Dead != 1 {
			t.Errorf("delivered %d, dead %d, letters %d", l.Record.Delivered, l.Record.Dead, l.Dead)
		}
		if l.Record.Tripped != nil {
			t.Error("one poisonous event disabled the integration")
		}
		for letter, err := range s.Letters(t.Context(), "a") {
			if err != nil || string(letter.Data) != poison+"\n" || letter.Attempts != 17 {
				t.Errorf("letter %+v %v", letter, err)
			}
		}
		delivered := map[string]int{}
		for _, q := range f.to("a") {
			if !containsEvent(q.body, poison) {
				for i := 1; i <= 20; i++ {
					if containsEvent(q.body, hit(i)) {
						delivered[hit(i)]++
					}
				}
			}
		}
		for i := 1; i <= 20; i++ {
			if n := delivered[hit(i)]; i != 7 && n != 1 {
				t.Errorf("event %d was delivered %d times", i, n)
			}
		}
	})
}

func TestAutomaticDisableTellsTheOthers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := memory.New()
		f, set := badAndGood()
		put(t, s, 1, 1, "bad")
		sum, err := dispatcher(s, f, set).Flush(t.Context(), nil, Wait{Drain: true})
		if err != nil {
			t.Fatal(err)
		}
		l := laneOf(t, s, "bad")
		if l.Record.Tripped == nil || l.Record.Tripped.Requests != 20 || l.Events != 1 {
			t.Fatalf("lane %+v", l)
		}
		if len(sum.Problems()) != 1 {
			t.Errorf("problems %v", sum.Problems())
		}
		got := f.to("good")
		if len(got) != 1 || !containsEvent(got[0].body, `"notification_type":"integration_broken"`) {
			t.Errorf("the other integration got %v", got)
		}
		if n := len(f.to("bad")); n != 20 {
			t.Errorf("%d attempts, want 20", n)
		}
		// It keeps queueing, nothing is sent, until somebody enables it.
		put(t, s, 2, 1, "bad")
		d := dispatcher(s, f, set)
		if _, err := d.Flush(t.Context(), nil, Wait{}); err != nil {
			t.Fatal(err)
		}
		if n := len(f.to("bad")); n != 20 {
			t.Errorf("%d attempts, want 20: it is disabled", n)
		}
		f.answer = nil
		if ok, err := d.Reopen(t.Context(), "bad"); !ok || err != nil {
			t.Fatal(ok, err)
		}
		time.Sleep(time.Hour)
		if _, err := d.Flush(t.Context(), nil, Wait{}); err != nil {
			t.Fatal(err)
		}
		if l := laneOf(t, s, "bad"); l.Events != 0 || l.Record.Delivered != 2 {
			t.Errorf("after enable: %+v", l)
		}
	})
}

func TestAStopIsNoFailure(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := memory.New()
		f := &fakes{answer: func(ctx context.Context, _ sent) collector.Reply {
			<-ctx.Done()
			return collector.Reply{Cause: collector.Interrupted}
		}}
		put(t, s, 1, 1, "a")
		ctx, stop := context.WithCancel(t.Context())
		go func() {
			time.Sleep(time.Second)
			stop()
		}()
		start := time.Now()
		_, err := dispatcher(s, f, settingsFor("a")).Flush(ctx, nil, Wait{Drain: true})
		if !errors.Is(err, ErrStopped) {
			t.Errorf("error %v", err)
		}
		if took := time.Since(start); took != time.Second+grace {
			t.Errorf("the stop took %s, want %s for the request on the wire", took-time.Second, grace)
		}
		l := laneOf(t, s, "a")
		if len(l.Record.Window) != 0 || l.Record.Pieces[0].Attempt != 0 || l.Record.Promise {
			t.Errorf("record %+v", l.Record)
		}
	})
}

func TestNowTakesWhatWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := memory.New()
		var fail atomic.Bool
		fail.Store(true)
		f := &fakes{}
		f.answer = func(context.Context, sent) collector.Reply {
			if fail.Load() {
				return collector.Reply{Status: 503, RetryAfter: time.Hour}
			}
			return status(200)
		}
		put(t, s, 1, 1, "a")
		done := make(chan error)
		go func() {
			_, err := dispatcher(s, f, settingsFor("a")).Flush(t.Context(), nil, Wait{Drain: true})
			done <- err
		}()
		time.Sleep(10 * time.Second)
		fail.Store(false)
		other := dispatcher(process(s), f, settingsFor("a"))
		before := time.Now()
		if ok, err := other.Now(t.Context(), "a"); !ok || err != nil {
			t.Fatal(ok, err)
		}
		if err := <-done; err != nil {
			t.Fatal(err)
		}
		if took := time.Since(before); took > time.Second {
			t.Errorf("the leader took %s to notice, want at most a second", took)
		}
		if p := laneOf(t, s, "a"); p.Record.Delivered != 1 {
			t.Errorf("lane %+v", p)
		}
	})
}

// Events put while somebody leads are never stranded: either the leader takes
// them or the process that put them does.
func TestNobodyIsStranded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for gap := range 40 {
			s := memory.New()
			f := &fakes{answer: func(context.Context, sent) collector.Reply {
				time.Sleep(10 * time.Millisecond)
				return status(200)
			}}
			put(t, s, 1, 1, "a")
			done := make(chan error, 2)
			go func() {
				_, err := dispatcher(process(s), f, settingsFor("a")).Flush(t.Context(), nil, Wait{})
				done <- err
			}()
			go func() {
				time.Sleep(time.Duration(gap) * time.Millisecond / 2)
				p := process(s)
				d := dispatcher(p, f, settingsFor("a"))
				_, err := d.deliver(t.Context(), p, 2, "a")
				done <- err
			}()
			for range 2 {
				if err := <-done; err != nil {
					t.Fatal(err)
				}
			}
			if l := laneOf(t, s, "a"); l.Events != 0 {
				t.Fatalf("gap %d: %d events stranded: %+v", gap, l.Events, l.Record)
			}
		}
	})
}

// deliver puts one hit the way a send does and delivers it.
func (d *Dispatcher) deliver(ctx context.Context, s store.Store, n int, lane string) (Summary, error) {
	r, done := d.newRun(ctx, Wait{For: 30 * time.Second})
	defer done()
	r.feeds = true
	watch := r.watch()
	receipt, err := s.Commit(ctx, store.Change{Blocks: []store.Block{{
		Lanes: []store.Target{{Lane: lane}}, Count: 1, Data: []byte(hit(n) + "\n"), Put: time.Now(),
	}}})
	if err != nil {
		return Summary{}, err
	}
	t := receipt.Blocks[0][0]
	r.arrived(lane, t.First, 1, t.Promised)
	r.end(time.Now())
	r.work.Wait()
	watch()
	return r.result(ctx)
}
