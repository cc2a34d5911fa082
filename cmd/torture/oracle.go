package torture

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
)

// Judge returns what the history broke of the promises, one sentence each:
//
//   - what was acknowledged is at the collector, queued or dead; and once the
//     last flush has ended, in exactly one of these places;
//   - an event is never stored under two keys, halves of a refused batch apart;
//     a key is one integration's and always the same bytes;
//   - nothing newer is sent while something older waits, but for events that
//     were refused alone;
//   - what a collector has twice is at most two batches for each crash, and
//     those whose answer it withheld;
//   - the store is sound, nothing beside it changed, no secret was shown, and
//     every run ended by itself with a code that is documented.
//
// Documented are the exit codes that may be.
func (h *History) Judge(documented []int) []string {
	j := &judge{h: h, lanes: map[string]*lane{}}
	for _, r := range h.Requests {
		j.request(r)
	}
	for _, name := range slices.Sorted(maps.Keys(h.Queues)) {
		j.queue(name, h.Queues[name])
	}
	for _, s := range h.Sources {
		j.source(s)
	}
	for _, name := range slices.Sorted(maps.Keys(j.lanes)) {
		j.lane(name, j.lanes[name])
	}
	j.runs(documented)
	j.rest()
	return j.found
}

// judge collects what is wrong.
type judge struct {
	h     *History
	lanes map[string]*lane
	found []string
}

// lane is what is known of one integration.
type lane struct {
	requests []Request
	stored   map[ID]bool
	clean    map[ID]bool // stored, and the sender was told so
	alone    map[ID]bool // refused alone: it need not keep its place
	keys     map[ID][]string
	times    map[string]int // stored, by key
	withheld map[string]int // of these, without an answer
	bodies   map[string]string
	refused  map[string]bool
	waiting  map[ID]bool
	dead     map[ID]bool
}

func (j *judge) sayf(format string, args ...any) {
	j.found = append(j.found, fmt.Sprintf(format, args...))
}

func (j *judge) of(name string) *lane {
	l := j.lanes[name]
	if l == nil {
		l = &lane{
			stored: map[ID]bool{}, clean: map[ID]bool{}, alone: map[ID]bool{}, keys: map[ID][]string{},
			times: map[string]int{}, withheld: map[string]int{}, bodies: map[string]string{}, refused: map[string]bool{},
			waiting: map[ID]bool{}, dead: map[ID]bool{},
		}
		j.lanes[name] = l
	}
	return l
}

// request notes a request, and compares it with those of the same key.
func (j *judge) request(r Request) {
	for name, other := range j.lanes {
		if _, used := other.bodies[r.Key]; used && name != r.Integration {
			j.sayf("the key %s is used for %s and for %s", r.Key, name, r.Integration)
		}
	}
	l := j.of(r.Integration)
	if body, again := l.bodies[r.Key]; again && r.Body != "" && body != "" && body != r.Body {
		j.sayf("%s: the key %s came with other bytes", r.Integration, r.Key)
	} else if body == "" {
		l.bodies[r.Key] = r.Body // a request that was cut off has none
	}
	l.requests = append(l.requests, r)
	l.refused[r.Key] = l.refused[r.Key] || r.Refused
	for _, id := range r.Events {
		if r.Stored && !slices.Contains(l.keys[id], r.Key) {
			l.keys[id] = append(l.keys[id], r.Key)
		}
		l.stored[id] = l.stored[id] || r.Stored
		l.clean[id] = l.clean[id] || r.Answered
		l.alone[id] = l.alone[id] || r.Refused && len(r.Events) == 1
	}
	if r.Stored {
		l.times[r.Key]++
		if !r.Answered {
			l.withheld[r.Key]++
		}
	}
}

func (j *judge) queue(name string, q Queue) {
	l := j.of(name)
	for _, id := range q.Waiting {
		if l.waiting[id] {
			j.sayf("%s: %v is queued twice", name, id)
		}
		l.waiting[id] = true
	}
	for _, id := range q.Dead {
		if l.dead[id] {
			j.sayf("%s: %v is a dead letter twice", name, id)
		}
		l.dead[id] = true
		if l.waiting[id] {
			j.sayf("%s: %v is queued and a dead letter", name, id)
		}
	}
	if h := j.h; h.Settled && len(q.Waiting) > 0 {
		j.sayf("%s: %d events are queued after the last flush, the first is %v", name, len(q.Waiting), q.Waiting[0])
	}
}

// source looks for everything of a source that was acknowledged.
func (j *judge) source(s Source) {
	for _, name := range slices.Sorted(maps.Keys(s.Accepted)) {
		l := j.of(name)
		lost := 0
		for n := 1; n <= s.Accepted[name]; n++ {
			id := ID{s.Name, n}
			if l.stored[id] || l.waiting[id] || l.dead[id] {
				continue
			}
			if lost++; lost == 1 {
				j.sayf("%s: %v was acknowledged and is lost", name, id)
			}
		}
		if lost > 1 {
			j.sayf("%s: %d acknowledged events of %s are lost", name, lost, s.Name)
		}
		if s.Accepted[name] > s.Events {
			j.sayf("%s: of %d events of %s %d were acknowledged", name, s.Events, s.Name, s.Accepted[name])
		}
	}
}

// lane compares keys, order and numbers.
func (j *judge) lane(name string, l *lane) {
	for id, keys := range l.keys {
		whole := 0
		for _, key := range keys {
			if !l.refused[key] {
				whole++
			}
		}
		if whole > 1 && !l.halved(id) {
			j.sayf("%s: %v was stored under %d keys: %v", name, id, len(keys), keys)
		}
		if l.dead[id] && l.clean[id] && j.h.Crashes == 0 {
			j.sayf("%s: %v was delivered and is a dead letter", name, id)
		}
		if l.waiting[id] && l.clean[id] && j.h.Crashes == 0 {
			j.sayf("%s: %v was delivered and is still queued", name, id)
		}
	}
	again := 0
	for key, n := range l.times {
		if n > 1 {
			again += max(n-1-l.withheld[key], 0)
		}
	}
	if most := 2 * j.h.Crashes; again > most {
		j.sayf("%s: %d batches came again, at %d crashes there may be %d", name, again, j.h.Crashes, most)
	}
	if !slices.Contains(j.h.Fickle, name) {
		j.order(name, l)
	}
}

// halved reports whether an event was in a batch that was refused as such.
func (l *lane) halved(id ID) bool {
	for _, r := range l.requests {
		if l.refused[r.Key] && slices.Contains(r.Events, id) {
			return true
		}
	}
	return false
}

// order finds events that were sent before an older one of the same source
// had left the queue.
func (j *judge) order(name string, l *lane) {
	gone := map[string]int{} // source → all up to here have left
	left := map[ID]bool{}
	for _, r := range l.requests {
		here := map[ID]bool{}
		for _, id := range r.Events {
			here[id] = true
		}
		for _, id := range r.Events {
			for n := gone[id.Source] + 1; n < id.Number; n++ {
				older := ID{id.Source, n}
				if !left[older] && !l.alone[older] && !l.dead[older] && !here[older] {
					j.sayf("%s: %v was sent before %v", name, id, older)
					left[older] = true // say it once
				}
				if n == gone[id.Source]+1 && (left[older] || l.alone[older] || l.dead[older]) {
					gone[id.Source] = n
				}
			}
		}
		for i, id := range r.Events {
			if i > 0 && r.Events[i-1].Source == id.Source && r.Events[i-1].Number >= id.Number {
				j.sayf("%s: in one request %v comes after %v", name, id, r.Events[i-1])
			}
			left[id] = left[id] || r.Answered
		}
	}
}

func (j *judge) runs(documented []int) {
	for _, r := range j.h.Runs {
		switch {
		case r.Hung:
			j.sayf("%s did not end within %v", r.Name, r.Took)
		case !r.Killed && !slices.Contains(documented, r.Code):
			j.sayf("%s ended with code %d, which nobody documented: %s", r.Name, r.Code, r.Stderr)
		}
	}
}

func (j *judge) rest() {
	for _, t := range j.h.Trouble {
		j.sayf("the state: %s", t)
	}
	for _, path := range slices.Sorted(maps.Keys(j.h.Outside)) {
		j.sayf("%s %s", path, j.h.Outside[path])
	}
	for _, place := range slices.Sorted(maps.Keys(j.h.Seen)) {
		for n, secret := range j.h.Secrets {
			if bytes.Contains(j.h.Seen[place], []byte(secret)) {
				j.sayf("secret %d is in %s", n+1, place)
			}
		}
	}
}
