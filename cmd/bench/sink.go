//go:build bench && linux

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// sink is a collector that takes everything, and knows what it took. It is a
// process of its own, so that its work is not counted as the sender's.
type sink struct {
	paths       atomic.Pointer[[]*tally] // posted to as /0, /1, …
	first, last atomic.Int64             // requests, Unix nanoseconds
	bodies      sync.Pool
}

// received is what the sink tells.
type received struct {
	First    int64   `json:"first"`
	Last     int64   `json:"last"`
	Requests int     `json:"requests"`
	Unique   int     `json:"unique"` // over all paths
	Twice    int     `json:"twice"`
	Strange  int     `json:"strange"`
	Arrivals []int64 `json:"arrivals,omitempty"` // by number, of path /0, when few were expected
}

// places are where a sink listens; it prints them when it is ready.
type places struct {
	Plain string `json:"plain"`
	TLS   string `json:"tls"`
	CA    string `json:"ca"` // PEM
}

// serveSink is the role of the sink: it serves until its stdin ends.
func serveSink(context.Context, []string) error {
	s := &sink{bodies: sync.Pool{New: func() any { return bytes.NewBuffer(make([]byte, 0, 2<<20)) }}}
	s.reset(1, 1)
	mux := http.NewServeMux()
	mux.HandleFunc("POST /{path}", s.take)
	mux.HandleFunc("GET /stats", s.tell)
	mux.HandleFunc("GET /reset/{paths}/{events}", func(_ http.ResponseWriter, r *http.Request) {
		paths, _ := strconv.Atoi(r.PathValue("paths"))
		events, _ := strconv.Atoi(r.PathValue("events"))
		s.reset(paths, events)
	})
	plain, secure := httptest.NewServer(mux), httptest.NewTLSServer(mux)
	ca := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: secure.Certificate().Raw})
	if err := json.NewEncoder(os.Stdout).Encode(places{Plain: plain.URL, TLS: secure.URL, CA: string(ca)}); err != nil {
		return err
	}
	_, _ = os.Stdin.Read(make([]byte, 1)) // until the parent is gone
	return nil
}

func (s *sink) reset(paths, events int) {
	fresh := make([]*tally, paths)
	for i := range fresh {
		fresh[i] = newTally(events)
	}
	s.paths.Store(&fresh)
	s.first.Store(0)
	s.last.Store(0)
}

func (s *sink) take(w http.ResponseWriter, r *http.Request) {
	s.first.CompareAndSwap(0, time.Now().UnixNano())
	paths := *s.paths.Load()
	i, err := strconv.Atoi(strings.TrimPrefix(r.URL.Path, "/"))
	if err != nil || i < 0 || i >= len(paths) {
		http.Error(w, fmt.Sprintf("the sink has %d paths, from /0", len(paths)), http.StatusNotFound)
		return
	}
	body, _ := s.bodies.Get().(*bytes.Buffer)
	defer s.bodies.Put(body)
	body.Reset()
	if _, err := body.ReadFrom(r.Body); err != nil {
		return // a request that was cut does not count
	}
	now := time.Now().UnixNano()
	paths[i].add(body.Bytes(), now)
	s.last.Store(now)
}

func (s *sink) tell(w http.ResponseWriter, _ *http.Request) {
	t := received{First: s.first.Load(), Last: s.last.Load()}
	for _, p := range *s.paths.Load() {
		p.mu.Lock()
		t.Requests += p.requests
		t.Unique += p.unique
		t.Twice += p.twice
		t.Strange += p.strange
		if t.Arrivals == nil {
			t.Arrivals = p.arrivals
		}
		p.mu.Unlock()
	}
	if err := json.NewEncoder(w).Encode(t); err != nil {
		fmt.Fprintln(os.Stderr, "bench sink: telling what was received:", err)
	}
}
