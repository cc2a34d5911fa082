//go:build bench && linux

package main

import (
	"bytes"
	"sync"
)

// traced is the number of events up to which a tally keeps when each arrived.
const traced = 10_000

// tally is what one path of the sink received: a bit for each number.
type tally struct {
	mu       sync.Mutex
	seen     []uint64
	requests int
	unique   int
	twice    int
	strange  int // numbers that nobody sent
	arrivals []int64
}

func newTally(events int) *tally {
	t := &tally{seen: make([]uint64, (events+63)/64)}
	if events <= traced {
		t.arrivals = make([]int64, events)
	}
	return t
}

// add notes the numbers in a body that arrived at a time, Unix nanoseconds.
func (t *tally) add(body []byte, at int64) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.requests++
	for {
		i := bytes.IndexByte(body, mark)
		if i < 0 {
			return
		}
		n := 0
		for body = body[i+1:]; len(body) > 0 && body[0]-'0' < 10; body = body[1:] {
			n = 10*n + int(body[0]-'0')
		}
		t.note(n, at)
	}
}

func (t *tally) note(n int, at int64) {
	word, bit := n/64, uint64(1)<<(n%64)
	switch {
	case word >= len(t.seen):
		t.strange++
	case t.seen[word]&bit != 0:
		t.twice++
	default:
		t.seen[word] |= bit
		t.unique++
		if n < len(t.arrivals) {
			t.arrivals[n] = at
		}
	}
}
