// Package receiver is a collector for trying things: what `wnotify listen`
// starts, what the demo and the tests send to. It listens, over TLS with an
// authority of its own if asked, remembers what it gets and misbehaves on
// command.
//
// It refuses to be a real collector: it keeps requests in memory only, forgets
// the oldest and knows no users.
package receiver

import (
	"cmp"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log" //nolint:depguard // net/http's server has no other way to be quiet
	"net"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// Options say what a receiver is like for all its life.
type Options struct {
	Addr       string   // host:port; default 127.0.0.1:0, any free port
	TLS        bool     // https, with a certificate of an authority made now
	ClientCert bool     // refuse who has no certificate of that authority
	Names      []string // of the certificate, beside localhost, 127.0.0.1, ::1 and the host of Addr
	As         Program  // whose manners it has; nil: its own

	Events    io.Writer     // gets every event that was stored, one per line
	OnRequest func(Request) // called after each request, before it is answered
	Keep      int           // requests remembered; default 10,000
	MaxBytes  int64         // of one body, decompressed; default 256 MiB
}

// Receiver is a running collector.
type Receiver struct {
	options Options
	pki     *pki // nil without TLS
	addr    string

	handlers  sync.WaitGroup
	connected atomic.Int64

	mu       sync.Mutex
	server   *http.Server // nil while down
	served   chan struct{}
	down     chan struct{} // closed while going down
	manners  manners
	requests []Request // the newest
	total    int
}

// New starts a receiver.
func New(o Options) (*Receiver, error) {
	o.Addr = cmp.Or(o.Addr, "127.0.0.1:0")
	o.Keep = cmp.Or(o.Keep, 10_000)
	o.MaxBytes = cmp.Or(o.MaxBytes, 256<<20)
	host, _, err := net.SplitHostPort(o.Addr)
	if err != nil {
		return nil, fmt.Errorf("cannot listen on %q: it is not host:port", o.Addr)
	}
	r := &Receiver{options: o, addr: o.Addr}
	if o.TLS {
		names := []string{"localhost", "127.0.0.1", "::1"}
		for _, n := range append([]string{host}, o.Names...) {
			if n != "" && !slices.Contains(names, n) {
				names = append(names, n)
			}
		}
		if r.pki, err = newPKI(names, time.Now()); err != nil {
			return nil, fmt.Errorf("cannot make a certificate: %w", err)
		}
	}
	if err := r.Up(); err != nil {
		return nil, err
	}
	return r, nil
}

// Up listens again after [Receiver.Down], on the same port.
func (r *Receiver) Up() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.server != nil {
		return nil
	}
	l, err := listen(r.addr)
	if err != nil {
		return fmt.Errorf("cannot listen: %w", err)
	}
	r.addr = l.Addr().String()
	s := &http.Server{
		Handler:           http.HandlerFunc(r.serve),
		ReadHeaderTimeout: time.Minute,
		MaxHeaderBytes:    1 << 20,
		ErrorLog:          log.New(io.Discard, "", 0),
		ConnState: func(_ net.Conn, state http.ConnState) {
			if state == http.StateNew {
				r.connected.Add(1)
			}
		},
	}
	if r.pki != nil {
		l = tls.NewListener(l, r.pki.server(r.options.ClientCert))
	}
	served := make(chan struct{})
	go func() {
		defer close(served)
		_ = s.Serve(l) // ends with Close, and there is nobody to tell
	}()
	r.server, r.served, r.down = s, served, make(chan struct{})
	return nil
}

func listen(addr string) (net.Listener, error) {
	a, err := net.ResolveTCPAddr("tcp", addr)
	if err != nil {
		return nil, err
	}
	return net.ListenTCP("tcp", a)
}

// Down stops listening and cuts all connections: who calls is refused.
func (r *Receiver) Down() error {
	r.mu.Lock()
	s, served := r.server, r.served
	if s != nil {
		r.server = nil
		close(r.down)
	}
	r.mu.Unlock()
	if s == nil {
		return nil
	}
	err := s.Close()
	<-served
	if errors.Is(err, net.ErrClosed) {
		return nil
	}
	return err
}

// Close ends the receiver and waits for the requests it is handling, so not
// from OnRequest. What it remembers can still be asked for.
func (r *Receiver) Close() error {
	err := r.Down()
	r.handlers.Wait()
	return err
}

// URL is where it listens, with the path "/".
func (r *Receiver) URL() string {
	scheme := "http"
	if r.pki != nil {
		scheme = "https"
	}
	return scheme + "://" + r.Addr() + "/"
}

// Addr is the host and port it listens on.
func (r *Receiver) Addr() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.addr
}

// CA is the certificate of its authority as PEM; nil without TLS.
func (r *Receiver) CA() []byte {
	if r.pki == nil {
		return nil
	}
	return r.pki.caPEM
}

// ClientPair returns a client certificate that it accepts, and its key, as
// PEM; nil without TLS.
func (r *Receiver) ClientPair() (cert, key []byte, err error) {
	if r.pki == nil {
		return nil, nil, nil
	}
	return r.pki.client(time.Now())
}

// Connections is the number of connections it ever had.
func (r *Receiver) Connections() int64 { return r.connected.Load() }
