package trigger

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/wnotify/wnotify/dispatch/event"
	"github.com/wnotify/wnotify/store"
)

// FuzzView: what is read from an event is what encoding/json finds in it, and
// bytes that are no JSON do no harm.
func FuzzView(f *testing.F) {
	for k := range event.Kinds() {
		f.Add(event.Sample(k.Type))
	}
	f.Add([]byte(`{"details":{"hit":{"type":"a\"\\","payloads":["\\\"",[{"x":"}"}],1,null],"path":"\u00e9"},"hit":{"type":1.5}}}`))
	f.Add([]byte(`{"details":{"hit":{"type":"`))
	f.Add([]byte(`{"details" : { "hit" : { "type" : "x" , "host":null } , "a":[1 , 2] } }`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		v := &view{}
		v.read(&event.Event{Kind: event.Lookup("new_hits"), Raw: raw})
		for field := range fieldCount {
			v.of(field)
		}
		v.attack()
		v.payloads()
		v.source()
		v.time(1)
		if !json.Valid(raw) || v.holder != hitMember {
			return
		}
		var decoded struct {
			Details struct {
				Hit map[string]json.RawMessage `json:"hit"`
			} `json:"details"`
		}
		d := json.NewDecoder(bytes.NewReader(raw))
		if d.Decode(&decoded) != nil || bytes.Contains(raw, []byte(`\u`)) || bytes.Count(raw, []byte(`"hit"`)) > 1 || bytes.Count(raw, []byte(`"details"`)) > 1 {
			return // names that are the same by another spelling, and merged duplicates, are its own affair
		}
		for name, m := range map[string]member{"type": typeMember, "path": pathMember, "payloads": payloadsMember, "host": hostMember} {
			if want := decoded.Details.Hit[name]; !bytes.Equal(v.object[m], want) {
				t.Errorf("%s is %q, want %q", name, v.object[m], want)
			}
		}
	})
}

// FuzzRiders: riders that are not what was written are refused, or mean some
// count; they do no harm.
func FuzzRiders(f *testing.F) {
	s := &state{head: head{print: 1, born: 2, fired: 3, newest: 4000}, window: newWindow(3600)}
	s.window.segments = []*segment{{number: 3, sum: 4, counts: []int64{0, 3, 1}}, {number: 9, sum: 1, counts: []int64{1}}}
	s.table.shards = make([]*shard, shards)
	s.table.shards[7] = &shard{loaded: true, entries: 1, marks: 1, list: []*entry{{key: 7, marks: []mark{{first: 1, last: 2, payload: 3}}}}}
	f.Add(s.value(), s.window.segments[0].value(), s.table.shards[7].value())
	f.Fuzz(func(_ *testing.T, head, segment, shard []byte) {
		if len(head) == 0 {
			return
		}
		r := &rule{Rule: Rule{Name: "t", Condition: "attacks", Per: 3600e9, MoreThan: 1}}
		load := func(key string) (store.Rider, error) {
			value := segment
			switch {
			case key == HeadKey("t"):
				value = head
			case key[len(PartsPrefix("t"))] == 't':
				value = shard
			}
			return store.Rider{Key: key, Revision: 1, Value: value}, nil
		}
		s, err := open(r, shelf{name: "t", load: load})
		if err != nil {
			return
		}
		for i := range int64(3) {
			if _, err := s.apply(&Note{rule: r, at: 4000 + i, arrival: 4000 + i, n: 1, group: uint64(i)}); err != nil {
				return
			}
		}
		_, _ = s.riders()
	})
}
