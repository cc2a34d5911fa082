package collector

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"time"
)

// Options are what a client cannot know by itself.
type Options struct {
	Version string // of wnotify, for User-Agent

	// Getenv reads the environment: proxies, secrets in variables and
	// $CREDENTIALS_DIRECTORY. Nil: an empty one.
	Getenv func(string) string
}

// Client sends requests. It may be used by several goroutines.
type Client struct {
	version  string
	vault    vault
	encoders encoders

	mu         sync.Mutex
	transports map[string]*transport // by the name of the endpoint
	closed     bool
}

// New returns a client without connections.
func New(o Options) *Client {
	if o.Getenv == nil {
		o.Getenv = func(string) string { return "" }
	}
	return &Client{
		version:    o.Version,
		vault:      vault{getenv: o.Getenv},
		transports: make(map[string]*transport),
	}
}

// Close closes the idle connections. Requests on the wire go on; their
// connections are closed when they are done.
func (c *Client) Close() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.closed = true
	for _, t := range c.transports {
		t.idle.close()
	}
}

// Ready reports whether everything an endpoint refers to can be read and used:
// nil, or the *LocalError or *PermError with which Send would end. It touches
// no network.
func (c *Client) Ready(e Endpoint) error {
	a, err := c.prepare(e, Request{Body: nothing, Type: "application/json"}, time.Now())
	if err != nil {
		return err
	}
	a.release()
	return nil
}

// Send makes one request and reports what became of it. Connecting has one
// clock, the request another; when ctx ends first, the cause is Interrupted.
func (c *Client) Send(ctx context.Context, e Endpoint, r Request) Reply {
	start := time.Now()
	reply := c.send(ctx, e, r, start)
	if reply.Status == http.StatusUnauthorized || reply.Status == http.StatusForbidden {
		c.vault.files.doubt()
	}
	reply.Took = time.Since(start)
	return reply
}

func (c *Client) send(ctx context.Context, e Endpoint, r Request, now time.Time) Reply {
	if ctx.Err() != nil {
		return Reply{Cause: Interrupted, Err: errInterrupted}
	}
	a, err := c.prepare(e, r, now)
	if err != nil {
		return Reply{Cause: Local, Err: err}
	}
	defer a.release()

	reply := a.once(ctx, false)
	if errors.Is(reply.Err, errStale) {
		reply = a.once(ctx, true)
	}
	reply.Sent, reply.Form, reply.Warn = a.header.Get("Content-Type"), r.Type, a.warn
	return reply
}

// once tries one connection. Where the collector had closed a kept one just
// before, so that no byte of the request left, the error is errStale.
func (a *attempt) once(ctx context.Context, fresh bool) Reply {
	connecting, cancel := context.WithTimeout(ctx, a.endpoint.connectTimeout())
	defer cancel()
	c, err := a.connect(connecting, fresh)
	if err != nil {
		return a.unconnected(ctx, err, over(connecting))
	}
	said, err := c.exchange(ctx, a.request(), a.forwarded(), a.endpoint.requestTimeout())
	if said.keep {
		a.transport.idle.put(c)
	} else {
		c.wire.Close() // at once: TLS would say goodbye first, to somebody who may not listen
	}
	if err != nil && c.reused && said.unsent && ctx.Err() == nil {
		return Reply{Cause: Reset, Err: errStale}
	}
	return a.judge(ctx, c, said, err)
}
