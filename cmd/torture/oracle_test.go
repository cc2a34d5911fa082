package torture

import (
	"slices"
	"strings"
	"testing"
	"time"
)

// sent makes a request of events of the source s.
func sent(key string, numbers ...int) Request {
	r := Request{Integration: "a", Key: key, Stored: true, Answered: true}
	for _, n := range numbers {
		id := ID{"s", n}
		r.Events = append(r.Events, id)
		r.Body += id.Event() + "\n"
	}
	return r
}

func failed(r Request) Request   { r.Stored, r.Answered = false, false; return r }
func refused(r Request) Request  { r = failed(r); r.Refused = true; return r }
func withheld(r Request) Request { r.Answered = false; return r }

// whole is a history in which everything is as promised.
func whole() History {
	return History{
		Sources:  []Source{{Name: "s", Events: 6, Accepted: map[string]int{"a": 6}}},
		Requests: []Request{sent("k1", 1, 2), withheld(sent("k2", 3, 4)), sent("k2", 3, 4)},
		Queues:   map[string]Queue{"a": {Waiting: []ID{{"s", 5}}, Dead: []ID{{"s", 6}}}},
		Runs:     []Run{{Name: "send", Code: 75}, {Name: "flush", Code: 137, Killed: true}},
		Secrets:  []string{"CANARY"},
		Seen:     map[string][]byte{"journal.db": []byte("nothing")},
	}
}

// The oracle finds each lie.
func TestOracle(t *testing.T) {
	for name, tc := range map[string]struct {
		change func(*History)
		want   string // part of what it says; empty: nothing
	}{
		"all is well": {change: func(*History) {}},
		"lost": {
			func(h *History) { h.Sources[0].Events, h.Sources[0].Accepted["a"] = 7, 7 },
			"s#7 was acknowledged and is lost",
		},
		"lost at one integration": {
			func(h *History) { h.Sources[0].Accepted["b"] = 1 },
			"b: s#1 was acknowledged and is lost",
		},
		"never acknowledged": {change: func(h *History) { h.Sources[0].Events = 9 }},
		"acknowledged out of nothing": {
			func(h *History) { h.Sources[0].Events = 5 },
			"of 5 events of s 6 were acknowledged",
		},
		"left over": {func(h *History) { h.Settled = true }, "1 events are queued after the last flush"},
		"in two places": {
			func(h *History) { h.Queues["a"] = Queue{Waiting: []ID{{"s", 5}, {"s", 6}}, Dead: []ID{{"s", 6}}} },
			"s#6 is queued and a dead letter",
		},
		"queued twice": {
			func(h *History) { h.Queues["a"] = Queue{Waiting: []ID{{"s", 5}, {"s", 5}}, Dead: []ID{{"s", 6}}} },
			"s#5 is queued twice",
		},
		"delivered and queued": {
			func(h *History) { h.Queues["a"] = Queue{Waiting: []ID{{"s", 4}, {"s", 5}}, Dead: []ID{{"s", 6}}} },
			"s#4 was delivered and is still queued",
		},
		"delivered and queued after a crash": {
			change: func(h *History) {
				h.Queues["a"] = Queue{Waiting: []ID{{"s", 4}, {"s", 5}}, Dead: []ID{{"s", 6}}}
				h.Crashes = 1
			},
		},
		"delivered and dead": {
			func(h *History) { h.Queues["a"] = Queue{Waiting: []ID{{"s", 5}}, Dead: []ID{{"s", 4}, {"s", 6}}} },
			"s#4 was delivered and is a dead letter",
		},
		"two keys": {
			func(h *History) { h.Requests = append(h.Requests, sent("k3", 4)) },
			"s#4 was stored under 2 keys: [k2 k3]",
		},
		"halves have keys of their own": {
			change: func(h *History) {
				h.Requests = []Request{
					withheld(sent("k1", 1, 2, 3, 4)), refused(sent("k1", 1, 2, 3, 4)),
					sent("k1a", 1, 2), sent("k1b", 3, 4),
				}
			},
		},
		"other bytes": {
			func(h *History) { h.Requests[2].Body += " " },
			"the key k2 came with other bytes",
		},
		"a key for two": {
			func(h *History) {
				r := sent("k1", 1)
				r.Integration = "b"
				h.Requests = append(h.Requests, r)
			},
			"the key k1 is used for a and for b",
		},
		"too many duplicates": {
			func(h *History) { h.Requests = append(h.Requests, sent("k2", 3, 4)) },
			"1 batches came again",
		},
		"two for a crash": {
			change: func(h *History) {
				h.Requests = append(h.Requests, sent("k2", 3, 4), sent("k1", 1, 2))
				h.Crashes = 1
			},
		},
		"overtaken": {
			func(h *History) {
				h.Requests = []Request{sent("k1", 1, 2), failed(sent("k2", 3)), sent("k3", 4), sent("k2", 3)}
			},
			"s#4 was sent before s#3",
		},
		"overtaken by what failed": {
			func(h *History) {
				h.Requests = []Request{failed(sent("k1", 2)), sent("k2", 1), sent("k1", 2), sent("k3", 3, 4)}
			},
			"s#2 was sent before s#1",
		},
		"refused alone": {
			change: func(h *History) {
				h.Requests = []Request{sent("k1", 1, 2), refused(sent("k2", 3)), sent("k3", 4), sent("k2", 3)}
			},
		},
		"turned round": {
			func(h *History) { h.Requests = []Request{sent("k1", 1, 2), sent("k2", 4, 3)} },
			"in one request s#3 comes after s#4",
		},
		"hung":         {func(h *History) { h.Runs[0].Hung = true; h.Runs[0].Took = time.Minute }, "send did not end within 1m0s"},
		"unknown code": {func(h *History) { h.Runs[0].Code = 2 }, "ended with code 2"},
		"damaged":      {func(h *History) { h.Trouble = []string{"block 1 is bad"} }, "block 1 is bad"},
		"strayed":      {func(h *History) { h.Outside = map[string]string{"/tmp/x": "is new"} }, "/tmp/x is new"},
		"told":         {func(h *History) { h.Seen["stderr"] = []byte("token CANARY is wrong") }, "secret 1 is in stderr"},
	} {
		t.Run(name, func(t *testing.T) {
			h := whole()
			tc.change(&h)
			found := h.Judge([]int{0, 75})
			if tc.want == "" && len(found) > 0 {
				t.Errorf("it complains: %q", found)
			}
			if tc.want != "" && !slices.ContainsFunc(found, func(s string) bool { return strings.Contains(s, tc.want) }) {
				t.Errorf("it says %q, want %q", found, tc.want)
			}
		})
	}
}

func TestIDs(t *testing.T) {
	ids := []ID{{"a-1.x", 1}, {"b", 20}}
	body := "[" + ids[0].Event() + "," + ids[1].Event() + "]"
	if got := IDs([]byte(body)); !slices.Equal(got, ids) {
		t.Errorf("%v, want %v", got, ids)
	}
}
