package dispatch

import (
	"context"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/wnotify/wnotify/dispatch/collector"
	"github.com/wnotify/wnotify/store/memory"
)

func traceOf(t *testing.T, d *Dispatcher, id string) *Trace {
	t.Helper()
	got, err := d.Trace(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	if got == nil {
		t.Fatalf("nothing is known of %s", id)
	}
	return got
}

func outcomes(t *Trace) string {
	var list []string
	for _, a := range t.Attempts {
		list = append(list, a.Outcome)
	}
	return strings.Join(list, " ")
}

func TestTraceOfWhatWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := memory.New()
		d := failing(t, s, 3, 2)
		p := laneOf(t, s, "a").Record.Pieces[0]
		for _, id := range []string{p.Key, p.Key[:12], strings.TrimPrefix(p.Key, keyPrefix), "a:1"} {
			got := traceOf(t, d, id)
			if got.Queued == nil || got.Key != p.Key || got.Events != 3 || outcomes(got) != "retry" || got.LastAttempt().Status != 503 {
				t.Errorf("%s: %+v", id, got)
			}
		}
		if got := traceOf(t, d, "a:4"); got.Queued == nil || got.Key != "" || len(got.Attempts) != 0 {
			t.Errorf("what was never on the wire: %+v", got)
		}
		for _, id := range []string{"a:9", "b:1", "wn_nothing", "wn_", ""} {
			if got, err := d.Trace(t.Context(), id); got != nil || err != nil {
				t.Errorf("%q: %+v, %v", id, got, err)
			}
		}
	})
}

func TestTraceOfADeadLetterThatIsReplayed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := memory.New()
		d := killing(t, s)
		letter := lettersOf(t, s)[0]
		for _, id := range []string{letter.ID, letter.ID[:4], letter.Key, "a:1", "a:2"} {
			got := traceOf(t, d, id)
			if got.Letter == nil || got.Key != letter.Key || outcomes(got) != "dead" || got.LastAttempt().Answer != "down" {
				t.Errorf("%s: %+v", id, got)
			}
		}
		if err := d.Replay(t.Context(), letter); err != nil {
			t.Fatal(err)
		}
		d.Sender = &fakes{}
		time.Sleep(time.Second)
		if _, err := d.Flush(t.Context(), nil, Wait{}); err != nil {
			t.Fatal(err)
		}
		got := traceOf(t, d, letter.Key)
		if got.Letter != nil || got.Queued != nil || outcomes(got) != "dead delivered" || got.First != 3 {
			t.Errorf("%+v", got)
		}
	})
}

func TestTraceOfAHalvedBatch(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := memory.New()
		f := &fakes{answer: func(_ context.Context, q sent) collector.Reply {
			if containsEvent(q.body, hit(4)) && containsEvent(q.body, hit(1)) {
				return status(413)
			}
			return status(200)
		}}
		d := dispatcher(s, f, settingsFor("a"))
		put(t, s, 1, 4, "a")
		if _, err := d.Flush(t.Context(), nil, Wait{}); err != nil {
			t.Fatal(err)
		}
		sent := f.to("a")
		if len(sent) != 3 {
			t.Fatalf("%d requests", len(sent))
		}
		if got := traceOf(t, d, sent[0].key); outcomes(got) != "halved"+strings.Repeat(" delivered", 2) || got.LastAttempt().Outcome != "halved" {
			t.Errorf("the whole: %s, %+v", outcomes(got), got)
		}
		if got := traceOf(t, d, sent[2].key); outcomes(got) != "halved delivered" || got.First != 3 || got.Events != 2 {
			t.Errorf("the second half: %s, %+v", outcomes(got), got)
		}
		if got := traceOf(t, d, "a:2"); outcomes(got) != "halved delivered" || got.Key != sent[1].key {
			t.Errorf("its second event: %s, %+v", outcomes(got), got)
		}
	})
}
