package collector

import (
	"slices"
	"sync"
	"time"
)

// idleFor is how long a connection is kept for the next request. The shortest
// keep-alive in wide use is 5 s (Node.js, Apache); Fluentd's is 10 s.
const idleFor = 4 * time.Second

// maxIdle is the number of idle connections of an endpoint: a lane has one
// request on the wire and may have begun the next.
const maxIdle = 2

// pool keeps idle connections, newest last. The zero value is ready.
type pool struct {
	mu     sync.Mutex
	conns  []*conn
	closed bool
}

// take returns a connection to a place that is still good, or nil.
func (p *pool) take(route string) *conn {
	p.mu.Lock()
	defer p.mu.Unlock()
	for i, c := range slices.Backward(p.conns) {
		if c.route != route {
			continue
		}
		p.conns = slices.Delete(p.conns, i, i+1)
		c.timer.Stop()
		if c.fit(time.Now()) {
			c.reused = true
			return c
		}
		c.Close()
	}
	return nil
}

// put keeps a connection for a while, or closes it.
func (p *pool) put(c *conn) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed || len(p.conns) >= maxIdle {
		c.Close()
		return
	}
	c.idle = time.Now()
	p.conns = append(p.conns, c)
	c.timer = time.AfterFunc(idleFor, func() { p.drop(c) })
}

func (p *pool) drop(c *conn) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if i := slices.Index(p.conns, c); i >= 0 {
		p.conns = slices.Delete(p.conns, i, i+1)
		c.Close()
	}
}

// close closes what is idle and keeps nothing from then on.
func (p *pool) close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, c := range p.conns {
		c.timer.Stop()
		c.Close()
	}
	p.conns, p.closed = nil, true
}
