package dispatch

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/wnotify/wnotify/dispatch/collector"
	"github.com/wnotify/wnotify/retry"
	"github.com/wnotify/wnotify/store"
)

var noon = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)

func defaultPolicy() Policy {
	return Policy{
		Schedule: retry.Default(),
		Disable:  AutoDisable{Enabled: true, Policy: retry.Policy{Percent: 60, Window: 12 * time.Hour, MinRequests: 20}},
	}
}

func status(code int) collector.Reply { return collector.Reply{Status: code} }

func reset() collector.Reply {
	return collector.Reply{Cause: collector.Reset, Err: errors.New("connection reset")}
}

// record is a lane with one batch of so many events that has failed so often.
func record(events, failures int) store.Record {
	return store.Record{Through: 10, Pieces: []store.Piece{{
		First: 11, Last: 10 + uint64(events), Events: events, Bytes: int64(events) * 100_000,
		Key: "k", Format: "json-array", Attempt: failures,
	}}}
}

func TestJudge(t *testing.T) {
	halved := record(2, 6)
	halved.Pieces[0].Halved = true
	one := record(1, 6)
	one.Pieces[0].Halved = true
	once := record(2, 0)
	once.Pieces[0].Resets = 1
	crowded := record(1, 5)
	for i := range maxAside {
		crowded.Aside = append(crowded.Aside, store.Piece{Key: fmt.Sprint("a", i), First: uint64(i + 1), Last: uint64(i + 1), Events: 1})
	}
	tests := map[string]struct {
		rec      store.Record
		reply    collector.Reply
		outcome  Outcome
		wait     time.Duration // of what is left of the piece
		attempt  int
		requests int64 // counted in the window
		failures int64
		through  uint64
	}{
		"any 2xx":                         {record(3, 4), status(299), Delivered, 0, 0, 1, 0, 13},
		"a redirect is a failure":         {record(3, 0), status(302), Retry, time.Second, 1, 1, 1, 10},
		"first failure":                   {record(3, 0), status(500), Retry, time.Second, 1, 1, 1, 10},
		"fifth failure":                   {record(3, 4), status(500), Retry, 10 * time.Second, 5, 1, 1, 10},
		"sixth failure: at once":          {record(3, 5), status(500), Retry, 0, 6, 1, 1, 10},
		"sixteenth failure":               {record(3, 15), status(500), Retry, 30 * time.Minute, 16, 1, 1, 10},
		"seventeenth failure":             {record(3, 16), status(500), Dead, 0, 0, 1, 1, 13},
		"Retry-After raises":              {record(3, 0), collector.Reply{Status: 429, RetryAfter: time.Minute}, Retry, time.Minute, 1, 1, 1, 10},
		"Retry-After never lowers":        {record(3, 15), collector.Reply{Status: 503, RetryAfter: time.Second}, Retry, 30 * time.Minute, 16, 1, 1, 10},
		"Retry-After at most an hour":     {record(3, 0), collector.Reply{Status: 503, RetryAfter: 9 * time.Hour}, Retry, time.Hour, 1, 1, 1, 10},
		"too large: halved at once":       {record(2, 0), status(413), Halved, 0, 1, 1, 1, 10},
		"too large, alone: aside":         {record(1, 0), status(413), Aside, time.Second, 1, 1, 1, 11},
		"refused early: the schedule":     {record(2, 0), status(400), Retry, time.Second, 1, 1, 1, 10},
		"refused five times":              {record(2, 4), status(422), Retry, 10 * time.Second, 5, 1, 1, 10},
		"refused when cycle 1 is over":    {record(2, 5), status(422), Halved, 0, 6, 1, 1, 10},
		"refused, alone, cycle 1 over":    {record(1, 5), status(400), Aside, 0, 6, 1, 1, 11},
		"a half refused: not counted":     {halved, status(400), Halved, 0, 6, 0, 0, 10},
		"a half too large: not counted":   {halved, status(413), Halved, 0, 6, 0, 0, 10},
		"a half failing otherwise counts": {halved, status(503), Retry, time.Second, 7, 1, 1, 10},
		"the last half refused: aside":    {one, status(400), Aside, 0, 6, 0, 0, 11},
		"one reset: the schedule":         {record(2, 0), reset(), Retry, time.Second, 1, 1, 1, 10},
		"two resets of a large batch":     {once, reset(), Halved, 0, 1, 1, 1, 10},
		"sixteen aside: the queue waits":  {crowded, status(400), Retry, 0, 6, 1, 1, 10},
		"an interruption is no failure":   {record(2, 3), collector.Reply{Cause: collector.Interrupted}, Interrupted, 0, 3, 0, 0, 10},
		"a local fault is no failure":     {record(2, 3), collector.Reply{Cause: collector.Local}, Interrupted, 0, 3, 0, 0, 10},
		"no status: the schedule":         {record(2, 0), collector.Reply{Cause: collector.DNS, Err: errors.New("no such host")}, Retry, time.Second, 1, 1, 1, 10},
		"a batch that a person took away": {store.Record{Through: 13}, status(200), Interrupted, 0, 0, 0, 0, 13},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			before := fmt.Sprintf("%+v", tt.rec)
			v := defaultPolicy().Judge(tt.rec, "k", tt.reply, noon)
			if after := fmt.Sprintf("%+v", tt.rec); after != before {
				t.Fatalf("the record given was changed:\n%s\n%s", before, after)
			}
			if v.Outcome != tt.outcome {
				t.Fatalf("outcome %s, want %s", v.Outcome, tt.outcome)
			}
			r, f := WindowSum(v.Record.Window, defaultPolicy().Disable.Policy, noon)
			if r != tt.requests || f != tt.failures {
				t.Errorf("counted %d requests, %d failures, want %d, %d", r, f, tt.requests, tt.failures)
			}
			if v.Record.Through != tt.through {
				t.Errorf("through %d, want %d", v.Record.Through, tt.through)
			}
			at, aside := find(v.Record, "k")
			if at < 0 {
				if tt.outcome != Delivered && tt.outcome != Dead && len(tt.rec.Pieces) > 0 {
					t.Error("the piece is gone")
				}
				return
			}
			p := v.Record.Pieces
			if aside {
				p = v.Record.Aside
			}
			if p[at].Attempt != tt.attempt {
				t.Errorf("attempt %d, want %d", p[at].Attempt, tt.attempt)
			}
			if tt.outcome == Retry || tt.outcome == Aside {
				if got := p[at].NotBefore.Sub(noon); got != tt.wait {
					t.Errorf("waits %s, want %s", got, tt.wait)
				}
			}
		})
	}
}

func TestJudgeDeadLetter(t *testing.T) {
	v := defaultPolicy().Judge(record(3, 16), "k", status(503), noon)
	if v.Letter == nil || v.Letter.Attempts != 17 || v.Letter.Status != 503 || v.Letter.Events != 3 {
		t.Fatalf("letter %+v", v.Letter)
	}
	if v.Record.Dead != 3 || v.Record.GoneBytes != 300_000 || len(v.Record.Pieces) != 0 {
		t.Fatalf("record %+v", v.Record)
	}
}

func TestJudgeRepeat(t *testing.T) {
	p := defaultPolicy()
	p.Repeat = true
	want := []time.Duration{time.Minute, time.Minute, 3 * time.Minute, 5 * time.Minute, 10 * time.Minute, 30 * time.Minute, time.Minute}
	for i, w := range want {
		v := p.Judge(record(1, 16+i), "k", status(500), noon)
		if v.Outcome != Retry || v.Record.Pieces[0].NotBefore.Sub(noon) != w {
			t.Errorf("failure %d: %s after %s, want retry after %s", 17+i, v.Outcome, v.Record.Pieces[0].NotBefore.Sub(noon), w)
		}
	}
}

func TestJudgeOneAttempt(t *testing.T) {
	p := defaultPolicy()
	p.Schedule = retry.Schedule{}
	if v := p.Judge(record(1, 0), "k", status(500), noon); v.Outcome != Dead {
		t.Errorf("retry = []: %s, want dead", v.Outcome)
	}
	if v := p.Judge(record(4, 0), "k", status(400), noon); v.Outcome != Halved {
		t.Errorf("retry = [], a refused batch: %s, want halved", v.Outcome)
	}
}

func TestSplit(t *testing.T) {
	v := defaultPolicy().Judge(record(5, 5), "k", status(400), noon)
	rec := Split(v.Record, "k", 12, 2, 200_000)
	if len(rec.Pieces) != 2 {
		t.Fatalf("pieces %+v", rec.Pieces)
	}
	a, b := rec.Pieces[0], rec.Pieces[1]
	if a.First != 11 || a.Last != 12 || b.First != 13 || b.Last != 15 || a.Events+b.Events != 5 || a.Bytes+b.Bytes != 500_000 {
		t.Errorf("halves %+v %+v", a, b)
	}
	if a.Attempt != 6 || b.Attempt != 6 || !a.NotBefore.IsZero() || !b.NotBefore.IsZero() || !a.Halved {
		t.Errorf("halves keep the attempt number and are due at once: %+v %+v", a, b)
	}
	if a.Key == b.Key || a.Key == "k" || b.Key == "k" || a.Key != halfKey("k", 11, 12) {
		t.Errorf("keys %s %s", a.Key, b.Key)
	}
}

func TestTrip(t *testing.T) {
	p := defaultPolicy()
	rec := record(1, 0)
	rec.Window = []store.Counts{
		{Slot: retry.SlotOf(noon.Add(-13 * time.Hour)), Requests: 1000, Failures: 1000}, // outside
		{Slot: retry.SlotOf(noon.Add(-time.Hour)), Requests: 18, Failures: 11},
	}
	v := p.Judge(rec, "k", status(500), noon)
	if v.Tripped {
		t.Fatalf("tripped at 12 of 19: below min_requests")
	}
	v = p.Judge(v.Record, "k", status(500), noon) // 13 of 20 = 65 %
	if !v.Tripped || v.Record.Tripped.Requests != 20 || v.Record.Tripped.Failures != 13 {
		t.Fatalf("tripped %v %+v", v.Tripped, v.Record.Tripped)
	}
	rec.Window[1] = store.Counts{Slot: rec.Window[1].Slot, Requests: 19, Failures: 10}
	if v = p.Judge(rec, "k", status(500), noon); v.Tripped { // 11 of 20 = 55 %
		t.Error("tripped below the limit")
	}
	rec.Window[1].Failures = 11
	if v = p.Judge(rec, "k", status(500), noon); !v.Tripped { // 12 of 20 = 60 %
		t.Error("not tripped at exactly 60 %")
	}
	p.Disable.Enabled = false
	if v = p.Judge(rec, "k", status(500), noon); v.Tripped {
		t.Error("tripped though automatic disable is off")
	}
}

func TestDueWhenTheClockWentBack(t *testing.T) {
	p := store.Piece{NotBefore: noon.Add(10 * time.Second), Wait: 10 * time.Second}
	for back, want := range map[time.Duration]time.Time{
		0:              p.NotBefore,
		time.Second:    p.NotBefore, // clocks are set by little steps all the time
		-time.Minute:   p.NotBefore,
		48 * time.Hour: noon.Add(-48 * time.Hour),
	} {
		if got := Due(p, noon.Add(-back)); !got.Equal(want) {
			t.Errorf("%s back: due %s, want %s", back, got, want)
		}
	}
}

func TestKeys(t *testing.T) {
	seen := map[string]string{}
	for _, k := range []struct {
		name string
		key  string
	}{
		{"base", batchKey("i", "l", 1, 2, "ndjson", []uint32{7})},
		{"install", batchKey("j", "l", 1, 2, "ndjson", []uint32{7})},
		{"lane", batchKey("i", "m", 1, 2, "ndjson", []uint32{7})},
		{"first", batchKey("i", "l", 2, 2, "ndjson", []uint32{7})},
		{"last", batchKey("i", "l", 1, 3, "ndjson", []uint32{7})},
		{"format", batchKey("i", "l", 1, 2, "json-array", []uint32{7})},
		{"events", batchKey("i", "l", 1, 2, "ndjson", []uint32{8})},
	} {
		if other, ok := seen[k.key]; ok {
			t.Errorf("%s and %s have the same key", k.name, other)
		}
		seen[k.key] = k.name
	}
	if key := batchKey("i", "l", 1, 2, "ndjson", []uint32{7}); seen[key] != "base" {
		t.Error("the same batch got two keys")
	}
}
