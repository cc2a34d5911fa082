package collector

import (
	"bufio"
	"io"
	"net"
	"sync/atomic"
	"testing"
	"time"
)

// TestStaleConnection: what happened to a kept connection while nobody looked
// costs neither an attempt nor a second request on the wire.
func TestStaleConnection(t *testing.T) {
	for _, tc := range []struct {
		name string
		end  func(c net.Conn) // what the collector does after its first answer
	}{
		{"D17 the collector closes it", func(c net.Conn) { c.Close() }},
		{"D17 the collector resets it", func(c net.Conn) {
			if tcp, ok := beneath(c).(*net.TCPConn); ok {
				tcp.SetLinger(0)
			}
			beneath(c).Close()
		}},
		{"a second answer comes after the first", func(c net.Conn) { io.WriteString(c, ok200); io.ReadAll(c) }},
		{"it says 408 and closes", func(c net.Conn) {
			io.WriteString(c, "HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
		}},
	} {
		for _, secure := range []bool{false, true} {
			t.Run(tc.name+map[bool]string{true: " over TLS"}[secure], func(t *testing.T) {
				config, e := tlsOrNot(t, secure)
				end := make(chan struct{})
				tr := hostile(t, config, func(tr *trap, c net.Conn) {
					in := bufio.NewReader(c)
					if !tr.read(in) {
						return
					}
					if tr.requests.Load() > 1 {
						io.WriteString(c, "HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n")
						return
					}
					io.WriteString(c, ok200)
					<-end
					tc.end(c)
				})
				e.URL.Text += tr.l.Addr().String()
				c := newClient(t, nil)
				if r := c.Send(t.Context(), e, request()); r.Status != 200 {
					t.Fatalf("first: %+v", r)
				}
				close(end)
				awaitNews(t, c, e.Name)
				r := c.Send(t.Context(), e, request())
				if r.Status != 503 {
					t.Errorf("second: %+v, want the 503 that was meant for it", r)
				}
				if n, m := tr.conns.Load(), tr.requests.Load(); n != 2 || m != 2 {
					t.Errorf("%d connections, %d requests, want 2 and 2", n, m)
				}
			})
		}
	}
}

// awaitNews waits until something can be read on the idle connection: loopback
// is quick, not immediate.
func awaitNews(t *testing.T, c *Client, name string) {
	t.Helper()
	c.mu.Lock()
	p := &c.transports[name].idle
	c.mu.Unlock()
	for end := time.Now().Add(10 * time.Second); ; {
		p.mu.Lock()
		news := len(p.conns) == 0 || !quiet(p.conns[0].wire.Conn)
		p.mu.Unlock()
		if news {
			return
		}
		if time.Now().After(end) {
			t.Fatal("nothing arrived")
		}
		time.Sleep(time.Millisecond)
	}
}

// Two answers in one packet: the second is in our buffer already, and never
// the answer to the next request.
func TestAnswerTooMany(t *testing.T) {
	for _, secure := range []bool{false, true} {
		config, e := tlsOrNot(t, secure)
		tr := hostile(t, config, func(tr *trap, c net.Conn) {
			in := bufio.NewReader(c)
			for tr.read(in) {
				if tr.requests.Load() == 1 {
					io.WriteString(c, ok200+ok200)
				} else {
					io.WriteString(c, "HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n")
				}
			}
		})
		e.URL.Text += tr.l.Addr().String()
		c := newClient(t, nil)
		if r := c.Send(t.Context(), e, request()); r.Status != 200 {
			t.Fatalf("first: %+v", r)
		}
		if r := c.Send(t.Context(), e, request()); r.Status != 503 {
			t.Errorf("TLS %t: the second request got the stray answer: %+v", secure, r)
		}
	}
}

// brittle fails to write without writing, as a socket does whose RST is there
// but was not seen.
type brittle struct {
	net.Conn

	broken atomic.Bool
}

func (b *brittle) Write(p []byte) (int, error) {
	if b.broken.Load() {
		return 0, &net.OpError{Op: "write", Err: net.ErrClosed}
	}
	return b.Conn.Write(p)
}

func TestRepeatsOnlyWhatNeverLeft(t *testing.T) {
	tr := hostile(t, nil, answering(ok200))
	c := newClient(t, nil)
	e := tr.endpoint()
	if r := c.Send(t.Context(), e, request()); !r.OK() {
		t.Fatalf("%+v", r)
	}
	kept := c.transports[e.Name].idle.conns[0]
	b := &brittle{Conn: kept.wire.Conn}
	b.broken.Store(true)
	kept.wire.Conn = b
	if r := c.Send(t.Context(), e, request()); !r.OK() {
		t.Errorf("%+v, want a repetition on a new connection", r)
	}
	if n, m := tr.conns.Load(), tr.requests.Load(); n != 2 || m != 2 {
		t.Errorf("%d connections, %d requests, want 2 and 2", n, m)
	}
}

// D16: a collector that takes the request and closes without an answer may
// have stored it, on a kept connection too: that is a failure, not repeated.
func TestNeverRepeatsWhatMayHaveArrived(t *testing.T) {
	tr := hostile(t, nil, func(tr *trap, c net.Conn) {
		in := bufio.NewReader(c)
		for tr.read(in) && tr.requests.Load() < 2 {
			io.WriteString(c, ok200)
		}
	})
	c := newClient(t, nil)
	if r := c.Send(t.Context(), tr.endpoint(), request()); !r.OK() {
		t.Fatalf("%+v", r)
	}
	r := c.Send(t.Context(), tr.endpoint(), request())
	if r.Cause != Reset || tr.requests.Load() != 2 || tr.conns.Load() != 1 {
		t.Errorf("%+v after %d requests on %d connections", r, tr.requests.Load(), tr.conns.Load())
	}
}

func TestOldConnectionIsNotUsed(t *testing.T) {
	tr := hostile(t, nil, answering(ok200))
	c := newClient(t, nil)
	e := tr.endpoint()
	for i, idle := range []time.Duration{0, idleFor + time.Second, 0} {
		if i > 0 {
			kept := c.transports[e.Name].idle.conns[0]
			kept.idle = kept.idle.Add(-idle)
		}
		if r := c.Send(t.Context(), e, request()); !r.OK() {
			t.Fatalf("%+v", r)
		}
	}
	if n := tr.conns.Load(); n != 2 {
		t.Errorf("%d connections, want 2: one was too old", n)
	}
}

// D18: the connection leads nowhere since the machine slept. The attempt ends
// with its clock, and the next one has a new connection.
func TestBlackHoleOnKeptConnection(t *testing.T) {
	tr := hostile(t, nil, func(tr *trap, c net.Conn) {
		in := bufio.NewReader(c)
		for tr.read(in) {
			if tr.requests.Load() == 2 {
				<-tr.done
			}
			io.WriteString(c, ok200)
		}
	})
	c := newClient(t, nil)
	e := tr.endpoint()
	c.Send(t.Context(), e, request())
	slow := e
	slow.RequestTimeout = quickly
	if r := c.Send(t.Context(), slow, request()); r.Cause != Timeout {
		t.Errorf("%+v", r)
	}
	if r := c.Send(t.Context(), e, request()); !r.OK() || tr.conns.Load() != 2 {
		t.Errorf("%+v on connection %d", r, tr.conns.Load())
	}
}

func TestIdleConnectionsAreFewAndClosed(t *testing.T) {
	all := make(chan struct{})
	tr := hostile(t, nil, func(tr *trap, c net.Conn) {
		in := bufio.NewReader(c)
		for tr.read(in) {
			if tr.requests.Load() == 5 {
				close(all)
			}
			<-all // so that every request needs a connection of its own
			io.WriteString(c, ok200)
		}
	})
	c := newClient(t, nil)
	e := tr.endpoint()
	replies := make(chan Reply)
	for range 5 {
		go func() { replies <- c.Send(t.Context(), e, request()) }()
	}
	for range 5 {
		if r := <-replies; !r.OK() {
			t.Errorf("%+v", r)
		}
	}
	p := &c.transports[e.Name].idle
	if n := len(p.conns); n != maxIdle {
		t.Errorf("%d idle connections, want %d", n, maxIdle)
	}
	c.Close()
	if n := len(p.conns); n != 0 {
		t.Errorf("%d idle connections after Close", n)
	}
	if r := c.Send(t.Context(), e, request()); !r.OK() || len(p.conns) != 0 {
		t.Errorf("after Close: %+v, %d kept", r, len(p.conns))
	}
}
