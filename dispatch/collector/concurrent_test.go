package collector

import (
	"fmt"
	"sync"
	"testing"

	"github.com/wnotify/wnotify/dispatch/receiver"
)

// Many at once, to several endpoints, while their settings change and the
// client closes: every request arrives once, with the body that belongs to its
// key.
func TestManyAtOnce(t *testing.T) {
	r, e := listen(t, receiver.Options{TLS: true})
	c := newClient(t, nil)
	const senders, each = 8, 25
	var all sync.WaitGroup
	for s := range senders {
		all.Go(func() {
			e := e
			e.Name = fmt.Sprint("siem-", s%3)
			for i := range each {
				e.Compression = []string{"none", "gzip", "zstd"}[i%3]
				e.SkipVerify = i%7 == 0 // another transport under the same name
				key := fmt.Sprintf("%d-%d", s, i)
				reply := c.Send(t.Context(), e, Request{Body: pieces(fmt.Appendf(nil, `[{"key":%q}]`, key)), Key: key, Type: "application/json"})
				if !reply.OK() {
					t.Errorf("%s: %+v", key, reply)
				}
				if s == 0 && i == each/2 {
					c.Close()
				}
			}
		})
	}
	all.Wait()
	seen := make(map[string]bool)
	for _, q := range r.Requests() {
		if string(q.Body) != fmt.Sprintf(`[{"key":%q}]`, q.Key()) || seen[q.Key()] {
			t.Errorf("%s came with %s, again: %t", q.Key(), q.Body, seen[q.Key()])
		}
		seen[q.Key()] = true
	}
	if len(seen) != senders*each {
		t.Errorf("%d requests, want %d", len(seen), senders*each)
	}
}
