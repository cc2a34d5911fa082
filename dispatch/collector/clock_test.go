package collector

import (
	"bufio"
	"context"
	"crypto/tls"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// pipe returns a connection whose other end is handled by a collector.
func pipe(t *testing.T, handle func(c net.Conn)) *conn {
	near, far := net.Pipe()
	done := make(chan struct{})
	go func() {
		defer close(done)
		handle(far)
		far.Close()
	}()
	t.Cleanup(func() {
		near.Close()
		<-done
	})
	w := &wire{Conn: near}
	return newConn(w, w, "pipe", false)
}

func post() *http.Request {
	a := attempt{method: "POST", url: &url.URL{Scheme: "http", Host: "c", Path: "/"}, header: http.Header{}, body: [][]byte{[]byte("{}")}}
	return a.request()
}

// The request's clock runs from its first byte to the last byte of the answer,
// and is the only one: 15 s by default, to the moment.
func TestRequestClock(t *testing.T) {
	for _, tc := range []struct {
		name   string
		handle func(c net.Conn)
		status int
		after  time.Duration
	}{
		{"never reads", func(net.Conn) { time.Sleep(time.Minute) }, 0, 15 * time.Second},
		{"never answers", func(c net.Conn) { io.Copy(io.Discard, c) }, 0, 15 * time.Second},
		{"answers just in time", slowly(14*time.Second, "HTTP/1.1 200 OK\r\n", "Content-Length: 2\r\n\r\nok"), 200, 14 * time.Second},
		{"answers in time, ends too late", slowly(8*time.Second, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n", "o", "k"), 200, 15 * time.Second},
		{"refuses, ends too late", slowly(8*time.Second, "HTTP/1.1 400 No\r\nContent-Length: 2\r\n\r\n", "o", "k"), 400, 15 * time.Second},
	} {
		t.Run(tc.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c := pipe(t, tc.handle)
				start := time.Now()
				a, err := c.exchange(t.Context(), post(), false, DefaultRequestTimeout)
				if took := time.Since(start); took != tc.after || a.status != tc.status {
					t.Errorf("status %d after %s (%v), want %d after %s", a.status, took, err, tc.status, tc.after)
				}
				if (err == nil) != (tc.after < DefaultRequestTimeout) {
					t.Errorf("error %v", err)
				}
			})
		})
	}
}

// slowly reads a request and writes pieces, the last one after d, the ones
// before at once, a third one after d more.
func slowly(d time.Duration, pieces ...string) func(net.Conn) {
	return func(c net.Conn) {
		http.ReadRequest(bufio.NewReader(c))
		for i, p := range pieces {
			if i > 0 {
				time.Sleep(d)
			}
			if _, err := io.WriteString(c, p); err != nil {
				return
			}
		}
	}
}

// The writer has ended when exchange returns: the body belongs to its owner
// again.
func TestWriterEndsFirst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := pipe(t, func(c net.Conn) {
			io.WriteString(c, "HTTP/1.1 401 No\r\nContent-Length: 0\r\n\r\n")
			time.Sleep(time.Minute) // and never reads
		})
		start := time.Now()
		a, err := c.exchange(t.Context(), post(), false, DefaultRequestTimeout)
		if a.status != 401 || err != nil || a.keep || time.Since(start) != grace {
			t.Errorf("%+v, %v after %s", a, err, time.Since(start))
		}
	})
}

func TestInterrupted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := pipe(t, func(c net.Conn) { io.Copy(io.Discard, c) })
		ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
		defer cancel()
		start := time.Now()
		a, err := c.exchange(ctx, post(), false, DefaultRequestTimeout)
		at := &attempt{url: &url.URL{Host: "c"}}
		if r := at.judge(ctx, c, a, err); r.Cause != Interrupted || time.Since(start) != 3*time.Second {
			t.Errorf("%+v after %s", r, time.Since(start))
		}
	})
}

func TestInterruptedOnTheWay(t *testing.T) {
	tr := hostile(t, nil, func(tr *trap, c net.Conn) { tr.read(bufio.NewReader(c)); <-tr.done })
	c := newClient(t, nil)
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		for tr.requests.Load() == 0 && ctx.Err() == nil {
			time.Sleep(time.Millisecond)
		}
		cancel()
	}()
	if r := c.Send(ctx, tr.endpoint(), request()); r.Cause != Interrupted || r.Status != 0 || r.Err == nil {
		t.Errorf("while waiting: %+v", r)
	}
	if r := c.Send(ctx, tr.endpoint(), request()); r.Cause != Interrupted || tr.conns.Load() != 1 {
		t.Errorf("ended before: %+v, %d connections", r, tr.conns.Load())
	}
	stall := hostile(t, nil, func(tr *trap, _ net.Conn) { <-tr.done })
	e := Endpoint{URL: Secret{Text: "https://" + stall.l.Addr().String()}}
	ctx, cancel = context.WithTimeout(t.Context(), quickly)
	defer cancel()
	if r := c.Send(ctx, e, request()); r.Cause != Interrupted {
		t.Errorf("in the handshake: %+v", r)
	}
}

// Connecting takes longer than the request may, and does not use up its time.
func TestConnectingHasAClockOfItsOwn(t *testing.T) {
	pair, ca, _ := issue(t, nil)
	config := &tls.Config{Certificates: []tls.Certificate{pair}}
	config.GetConfigForClient = func(*tls.ClientHelloInfo) (*tls.Config, error) {
		time.Sleep(1200 * time.Millisecond)
		return nil, nil
	}
	tr := hostile(t, config, answering(ok200))
	e := Endpoint{
		URL: Secret{Text: "https://" + tr.l.Addr().String()}, CA: string(ca),
		ConnectTimeout: 10 * time.Second, RequestTimeout: time.Second,
	}
	r := newClient(t, nil).Send(t.Context(), e, request())
	if !r.OK() || r.Took < 1200*time.Millisecond {
		t.Errorf("%+v", r)
	}
}

func TestConnectionRefusedAndUnknownName(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l.Close()
	c := newClient(t, nil)
	e := Endpoint{URL: Secret{Text: "https://" + l.Addr().String()}}
	if r := c.Send(t.Context(), e, request()); r.Cause != Connect || !strings.Contains(r.Err.Error(), "connection refused") {
		t.Errorf("D01: %+v", r)
	}
	// Whether a name server says no or none can be asked, it is DNS.
	e = Endpoint{URL: Secret{Text: "https://me:pa55word@no-such-host.invalid/x?token=t0ken"}, ConnectTimeout: 5 * time.Second}
	r := c.Send(t.Context(), e, request())
	if r.Cause != DNS || !strings.Contains(r.Err.Error(), "no-such-host.invalid") || strings.Contains(r.Err.Error(), "t0ken") || strings.Contains(r.Err.Error(), "pa55") {
		t.Errorf("D02: %+v", r)
	}
}

// D02: what a name server can say, and that it says nothing.
func TestNameServerFails(t *testing.T) {
	e := Endpoint{URL: Secret{Text: "https://me:pa55word@c.example.com/x?token=t0ken"}}
	a, err := newClient(t, nil).prepare(e, request(), time.Now())
	if err != nil {
		t.Fatal(err)
	}
	defer a.release()
	for _, tc := range []struct {
		err  net.DNSError
		late bool
		want string
	}{
		{net.DNSError{IsNotFound: true}, false, "cannot resolve c.example.com: no such host"},
		{net.DNSError{Err: "server misbehaving", Server: "192.0.2.1:53", IsTemporary: true}, false, "cannot resolve c.example.com: the name server failed"},
		{net.DNSError{IsTimeout: true}, false, "cannot resolve c.example.com: the name server did not answer"},
		{net.DNSError{IsTimeout: true}, true, "c.example.com was not resolved within 20s (connection_timeout)"},
	} {
		r := a.unconnected(t.Context(), &hop{cause: DNS, host: "c.example.com:443", err: &net.OpError{Op: "dial", Err: &tc.err}}, tc.late)
		if r.Cause != DNS || r.Status != 0 || r.Err.Error() != tc.want || !strings.Contains(Explain(e, r), "getent hosts c.example.com") {
			t.Errorf("%+v: %s, want %q", r, Explain(e, r), tc.want)
		}
	}
}

// D26: the name has an address where nothing listens, and one where it does.
func TestSeveralAddresses(t *testing.T) {
	tr := hostile(t, nil, answering(ok200)) // on 127.0.0.1 only; localhost may be ::1 first
	e := tr.endpoint()
	e.URL.Text = strings.Replace(e.URL.Text, "127.0.0.1", "localhost", 1)
	if r := newClient(t, nil).Send(t.Context(), e, request()); !r.OK() {
		t.Errorf("%+v", r)
	}
}

// A kept connection is closed when nobody wanted it for a while.
func TestIdleConnectionEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ended := make(chan time.Time, 1)
		c := pipe(t, func(c net.Conn) {
			c.Read(make([]byte, 1))
			ended <- time.Now()
		})
		start := time.Now()
		var p pool
		p.put(c)
		if took := (<-ended).Sub(start); took != idleFor || p.take("pipe") != nil {
			t.Errorf("closed after %s, %d kept", took, len(p.conns))
		}
	})
}
