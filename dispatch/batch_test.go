package dispatch

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/wnotify/wnotify/dispatch/collector"
	"github.com/wnotify/wnotify/dispatch/payload"
	"github.com/wnotify/wnotify/store/memory"
)

// tens are blocks of ten events, which have the numbers from 0 on.
func tens(n int) []*block {
	var blocks []*block
	for k := range n {
		var data []byte
		for i := range 10 {
			data = fmt.Appendf(data, "{\"n\":%d}\n", 10*k+i)
		}
		blocks = append(blocks, newBlock(data, nil, nil))
	}
	return blocks
}

// some gathers events from i up to but not including j of blocks of ten.
func some(blocks []*block, i, j int) batch {
	g := gather{limits: limits{events: j - i, bytes: 1 << 20}}
	for at := i; at < j; {
		at += g.add(blocks[at/10], at%10, uint64(at+1))
	}
	return batch{rows: g.rows}
}

func numbers(i, j int, by string) string {
	var b strings.Builder
	for n := i; n < j; n++ {
		fmt.Fprintf(&b, "{\"n\":%d}%s", n, by)
	}
	return b.String()
}

// Lanes that share blocks read them at once, each with its own separator; those
// that want what lies there get no copy.
func TestBlocksHaveBothForms(t *testing.T) {
	for _, turned := range []bool{false, true} {
		blocks := tens(4)
		sums := make([]uint32, len(blocks))
		for i, b := range blocks {
			if sums[i] = b.sum; turned {
				b.turn(',')
			}
		}
		var wg sync.WaitGroup
		for lane := range 8 {
			wg.Go(func() {
				b := some(blocks, 5+lane, 35)
				for _, by := range []string{",", "\n", ","} {
					if got := string(bytes.Join(b.events(by[0]), nil)); got != numbers(5+lane, 35, by) {
						t.Errorf("lane %d got %q", lane, got)
					}
				}
			})
		}
		wg.Wait()
		for i, b := range blocks {
			lies := byte('\n')
			if turned {
				lies = ','
			}
			if got := b.events(lies); &got[0] != &b.data[0] || b.sum != sums[i] {
				t.Errorf("turned %t: block %d was copied, or its sum has changed", turned, i)
			}
		}
	}
}

func TestFirstBytes(t *testing.T) {
	b := some(tens(3), 7, 25)
	for n := range 19 {
		if got, want := b.firstBytes(n), int64(len(numbers(7, 7+n, ","))); got != want {
			t.Errorf("the first %d events have %d bytes, want %d", n, got, want)
		}
	}
}

// What a slow collector is being sent stays as it is while the memory of blocks
// goes to those that come after.
func TestMemoryOfARequestIsLeftAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		wide := strings.Repeat("x", 16<<10)
		var in strings.Builder
		for n := 0; in.Len() < hotMax+6<<20; n++ {
			fmt.Fprintf(&in, `{"summary":"%s","details":{"notification_type":"new_hits","n":%d}}`+"\n", wide, n)
		}
		f := &fakes{answer: func(_ context.Context, q sent) collector.Reply {
			if q.name == "slow" {
				time.Sleep(time.Hour) // until all the rest was taken
			}
			return status(200)
		}}
		sum, err := dispatcher(memory.New(), f, settingsFor("slow", "fast")).
			Send(t.Context(), Input{Stdin: strings.NewReader(in.String())}, Wait{Drain: true})
		if err != nil || sum.Integrations[0].Delivered != sum.Read || sum.Integrations[1].Delivered != sum.Read {
			t.Fatalf("%+v, %v", sum, err)
		}
	})
}

// Integrations that differ in their format, and change it while they run, share
// blocks. What is refused is halved, sent again and kept, each in its form.
func TestFormatsShareBlocks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const n = 20_000
		poison := hit(n / 2)
		before, after := settingsFor("a", "b", "c"), settingsFor("a", "b", "c")
		before.Integrations[1].Format = payload.NDJSON
		after.Integrations[0].Format, after.Integrations[2].Format = payload.NDJSON, payload.NDJSON
		var set atomic.Pointer[Settings]
		set.Store(before)
		var requests atomic.Int64
		f := &fakes{answer: func(_ context.Context, q sent) collector.Reply {
			time.Sleep(time.Millisecond)
			if requests.Add(1) == 10 {
				set.Store(after)
			}
			if containsEvent(q.body, poison) {
				return status(400)
			}
			return status(200)
		}}
		s := memory.New()
		d := dispatcher(s, f, nil)
		d.Settings = set.Load
		if _, err := d.Send(t.Context(), Input{Stdin: strings.NewReader(lines(1, n))}, Wait{Drain: true}); err != nil {
			t.Fatal(err)
		}
		for _, name := range []string{"a", "b", "c"} {
			forms, got := map[bool]int{}, map[string]int{}
			for _, q := range f.to(name) {
				if containsEvent(q.body, poison) {
					continue
				}
				events, array := strings.CutPrefix(q.body, "[")
				forms[array]++
				if array {
					events = strings.ReplaceAll(strings.TrimSuffix(events, "]"), "},{", "}\n{") + "\n"
				}
				for e := range strings.Lines(events) {
					got[e]++
				}
			}
			if len(got) != n-1 || len(forms) != 2 {
				t.Errorf("%s got %d events, want %d, in arrays (true) and lines: %v", name, len(got), n-1, forms)
			}
			for i := 1; i <= n; i++ {
				if times := got[hit(i)+"\n"]; times != 1 && i != n/2 {
					t.Fatalf("%s got event %d %d times", name, i, times)
				}
			}
			for letter, err := range s.Letters(t.Context(), name) {
				if err != nil || string(letter.Data) != poison+"\n" {
					t.Errorf("%s: letter %+v %v", name, letter, err)
				}
			}
			if l := laneOf(t, s, name); l.Dead != 1 || l.Events != 0 {
				t.Errorf("%s: %+v", name, l)
			}
		}
	})
}
