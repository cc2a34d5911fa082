package trigger

import (
	"cmp"
	"maps"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/wnotify/wnotify/store"
)

// drawer is a shelf in memory.
type drawer map[string]store.Rider

func (d drawer) shelf() shelf {
	return shelf{name: "t", load: func(key string) (store.Rider, error) { return d[key], nil }}
}

// put stores what a state has changed, as a store does.
func (d drawer) put(t interface{ Fatal(args ...any) }, s *state) {
	s.piece.changed = true
	riders, err := s.riders()
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range riders {
		if d[r.Key].Revision != r.Revision {
			t.Fatal("a rider from a revision that is not the current one: ", r.Key)
		}
		if r.Revision++; r.Value == nil {
			delete(d, r.Key)
		} else {
			d[r.Key] = r
		}
	}
	s.committed()
}

// addresses returns how to open a table of addresses with a limit.
func addresses(limit limits) func(drawer) *state {
	r := &rule{Rule: Rule{Name: "t", Condition: "payloads", MoreThan: 2, Per: 1e15}}
	return func(d drawer) *state {
		s, err := open(r, d.shelf())
		if err != nil {
			panic(err)
		}
		s.table.limits = limit
		return s
	}
}

// Beyond the limit the address goes that was heard of least recently, whatever
// shards they lie in and however often the state was stored and read again.
func TestTheLeastRecentAddressGoes(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		limit := rapid.IntRange(1, 8).Draw(rt, "limit")
		begin := addresses(limits{entries: limit, marks: 1000})
		d := drawer{}
		s := begin(d)
		last := map[uint64]int64{} // when each address was heard of
		lost := 0
		events := rapid.Int64Range(1, 60).Draw(rt, "events")
		for at := int64(1); at <= events; at++ {
			key := rapid.Uint64Range(1, 20).Draw(rt, "address") * 0x9e3779b97f4a7c15
			if _, _, _, err := s.table.see(key, 7, at, 0, 3, s.shelf); err != nil {
				rt.Fatal(err)
			}
			if err := s.table.bound(0, s.shelf); err != nil {
				rt.Fatal(err)
			}
			last[key] = at
			if len(last) > limit {
				least := slices.MinFunc(slices.Collect(maps.Keys(last)), func(a, b uint64) int { return cmp.Compare(last[a], last[b]) })
				delete(last, least)
				lost++
			}
			if s.table.lost != lost {
				rt.Fatalf("%d addresses lost, want %d", s.table.lost, lost)
			}
			switch rapid.SampledFrom([]string{"", "", "commit", "restart"}).Draw(rt, "what else") {
			case "commit":
				d.put(rt, s)
				lost = 0
			case "restart":
				d.put(rt, s)
				s, lost = begin(d), 0
			}
			if got := keysOf(rt, s); !slices.Equal(got, slices.Sorted(maps.Keys(last))) {
				rt.Fatalf("the table has %v, want those of %v", got, last)
			}
		}
	})
}

// keysOf lists the addresses of a table.
func keysOf(rt *rapid.T, s *state) []uint64 {
	var keys []uint64
	for i, h := range s.table.shards {
		if h == nil {
			continue
		}
		if err := s.table.load(h, i, 0, s.shelf); err != nil {
			rt.Fatal(err)
		}
		for _, e := range h.list {
			keys = append(keys, e.key)
		}
	}
	slices.Sort(keys)
	if len(keys) != s.table.entries {
		rt.Fatalf("the table says it has %d entries and has %d", s.table.entries, len(keys))
	}
	return keys
}

func TestAHundredThousandAddressesAreKept(t *testing.T) {
	begin := addresses(tableLimits())
	d := drawer{}
	s := begin(d)
	address := func(i int) uint64 { return digest([]byte{byte(i), byte(i >> 8), byte(i >> 16)}) }
	see := func(i int, payload uint64, at int64) int64 {
		_, had, _, err := s.table.see(address(i), payload, at, 0, 3, s.shelf)
		if err != nil {
			t.Fatal(err)
		}
		if err := s.table.bound(0, s.shelf); err != nil {
			t.Fatal(err)
		}
		return had
	}
	const full = 100_000
	for i := range full {
		see(i, 1, int64(i+1))
		if i%20_000 == 0 {
			d.put(t, s)
		}
	}
	d.put(t, s)
	if s = begin(d); s.table.entries != full || s.table.lost != 0 {
		t.Fatalf("%d addresses are kept and %d lost, want %d and none", s.table.entries, s.table.lost, full)
	}
	if had := see(0, 2, full+1); had != 1 {
		t.Errorf("the first address had %d payloads, want 1", had)
	}
	if see(full, 1, full+2); s.table.lost != 1 {
		t.Errorf("one address too many, and %d were lost", s.table.lost)
	}
	if had := see(1, 2, full+3); had != 0 {
		t.Errorf("the least recent address had %d payloads, want to have it forgotten", had)
	}
	if had := see(3, 2, full+4); had != 1 {
		t.Errorf("the fourth address had %d payloads, want 1", had)
	}
	largest, size := 0, 0
	for _, r := range d {
		largest, size = max(largest, len(r.Value)), size+len(r.Value)
	}
	t.Logf("%d riders, %d bytes, the largest %d", len(d), size, largest)
	if size > 3<<20 || largest > 16<<10 {
		t.Errorf("a full table takes %d bytes, and its largest rider %d", size, largest)
	}
	before := len(d)
	d.put(t, s)
	see(5, 9, full+5)
	s.piece.changed = true
	riders, err := s.riders()
	if err != nil || len(riders) > 3 {
		t.Errorf("one payload rewrites %d riders of %d (%v)", len(riders), before, err)
	}
}

// Memory and disk are bounded by the window, not by the traffic.
func TestADayOfTenThousandHitsASecond(t *testing.T) {
	r := &rule{Rule: Rule{Name: "t", Condition: "hits", MoreThan: 1, Per: 24 * 3600 * 1e9}}
	d := drawer{}
	s, err := open(r, d.shelf())
	if err != nil {
		t.Fatal(err)
	}
	const day, perSecond = 86_400, 10_000
	rewritten := 0
	for at := int64(day); at < 4*day; at++ {
		if _, err := s.apply(&Note{rule: r, at: at, arrival: at, n: perSecond}); err != nil {
			t.Fatal(err)
		}
		if at%7 != 0 {
			continue // a commit every seven seconds
		}
		riders, err := s.riders()
		if err != nil {
			t.Fatal(err)
		}
		size := 0
		for _, r := range riders {
			size += len(r.Value)
		}
		rewritten = max(rewritten, size)
		if d.put(t, s); len(s.window.gone) > 0 {
			t.Fatal("segments that were removed are not forgotten")
		}
	}
	if s.window.total != day*perSecond {
		t.Errorf("the window holds %d hits, want %d", s.window.total, int64(day*perSecond))
	}
	size := 0
	for _, r := range d {
		size += len(r.Value)
	}
	loaded := 0
	for _, g := range s.window.segments {
		if g.counts != nil {
			loaded++
		}
	}
	t.Logf("%d riders, %d bytes; at most %d bytes rewritten by a commit; %d segments in memory", len(d), size, rewritten, loaded)
	if len(d) > 175 || size > 400_000 || rewritten > 5_000 || loaded > 3 {
		t.Errorf("%d riders of %d bytes, %d rewritten by a commit, %d segments in memory: out of bounds", len(d), size, rewritten, loaded)
	}
}

// A hit a second: the window holds as many as it has seconds, at every second,
// wherever the bounds of its segments lie.
func TestEverySecondLeavesTheWindow(t *testing.T) {
	for _, span := range []int64{1, 2, 63, 64, 65, 128, 129, 600} {
		for offset := range int64(3) {
			r := &rule{Rule: Rule{Name: "t", Condition: "hits", MoreThan: 1 << 40, Per: time.Duration(span) * time.Second}}
			d := drawer{}
			s, err := open(r, d.shelf())
			if err != nil {
				t.Fatal(err)
			}
			for i := range int64(1000) {
				if i%97 == 0 {
					d.put(t, s)
				}
				if i%389 == 0 {
					d.put(t, s)
					if s, err = open(r, d.shelf()); err != nil {
						t.Fatal(err)
					}
				}
				at := 1<<30 + offset + i
				if _, err := s.apply(&Note{rule: r, at: at, arrival: at, n: 1}); err != nil {
					t.Fatal(err)
				}
				if want := min(i+1, span); s.window.total != want {
					t.Fatalf("a window of %d s holds %d after %d hits, want %d", span, s.window.total, i+1, want)
				}
			}
		}
	}
}
