package collector

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// calls counts the calls of the system that write; a TCP connection takes
// several pieces in one.
type calls struct {
	net.Conn

	n, bytes atomic.Int64
}

func (c *calls) Write(p []byte) (int, error) {
	c.n.Add(1)
	c.bytes.Add(int64(len(p)))
	return c.Conn.Write(p)
}

// counted is a client with a connection to a collector, whose calls are counted.
func counted(t *testing.T, secure bool) (*Client, Endpoint, *calls) {
	t.Helper()
	config, e := tlsOrNot(t, secure)
	e.URL.Text += hostile(t, config, answering(ok200)).l.Addr().String()
	c := newClient(t, nil)
	c.Send(t.Context(), e, request())
	kept := c.transports[e.Name].idle.conns[0]
	n := &calls{Conn: kept.wire.Conn}
	kept.wire.Conn = n
	return c, e, n
}

func cut(body []byte, rnd *rand.Rand, many bool) [][]byte {
	var parts [][]byte
	for len(body) > 0 {
		n := 1 + rnd.IntN(len(body))
		if many {
			n = min(len(body), 1+rnd.IntN(600))
		}
		if rnd.IntN(50) == 0 {
			parts = append(parts, nil) // an empty one
		}
		parts = append(parts, body[:n:n])
		body = body[n:]
	}
	return parts
}

// Whatever the size of a body and of its pieces, the collector gets its bytes
// and its length, on kept connections, over TLS and proxies.
func TestBodyInPieces(t *testing.T) {
	for _, secure := range []bool{false, true} {
		for _, proxied := range []bool{false, true} {
			t.Run(fmt.Sprintf("TLS %t proxied %t", secure, proxied), func(t *testing.T) {
				var mu sync.Mutex
				var got []byte
				config, e := tlsOrNot(t, secure)
				tr := hostile(t, config, func(_ *trap, c net.Conn) {
					in := bufio.NewReader(c)
					for {
						q, err := http.ReadRequest(in)
						if err != nil {
							return
						}
						b, err := io.ReadAll(q.Body)
						if err != nil || int64(len(b)) != q.ContentLength || len(q.TransferEncoding) > 0 {
							t.Errorf("%v: %d bytes of %d", err, len(b), q.ContentLength)
						}
						mu.Lock()
						got = b
						mu.Unlock()
						io.WriteString(c, ok200)
					}
				})
				e.URL.Text += tr.l.Addr().String()
				env := map[string]string{}
				if proxied {
					e.URL.Text = map[bool]string{false: "http", true: "https"}[secure] + "://collector.example.com/in"
					e.CA, e.SkipVerify, e.AllowHTTP = "", secure, true
					p := "http://" + tr.l.Addr().String()
					if secure {
						p = "http://" + forward(t, tr.l.Addr().String(), 200, nil).l.Addr().String()
					}
					env["HTTP_PROXY"], env["HTTPS_PROXY"] = p, p
				}
				e.RequestTimeout = 20 * time.Second
				c := newClient(t, env)
				rnd := rand.New(rand.NewPCG(1, 2))
				var sizes []int
				for n := 32<<10 - 300; n < 32<<10+4; n++ { // with the header, the size of the buffer
					sizes = append(sizes, n)
				}
				sizes = append(sizes, 1, 2, 3, 65535, 65536, 1<<20, 5<<20)
				for _, n := range sizes {
					body := make([]byte, n)
					for i := range body {
						body[i] = byte(rnd.Uint32())
					}
					for _, many := range []bool{false, true} {
						r := c.Send(t.Context(), e, Request{Body: cut(body, rnd, many), Key: "wn_k", Type: "application/json"})
						mu.Lock()
						same := bytes.Equal(got, body)
						mu.Unlock()
						if !r.OK() || !same {
							t.Fatalf("%d bytes: %+v, same %t", n, r, same)
						}
					}
				}
				if n := tr.conns.Load(); n != 1 {
					t.Errorf("%d connections, want 1", n)
				}
			})
		}
	}
}

// The header and a small body leave in one call.
func TestSmallBodyLeavesWithItsHeader(t *testing.T) {
	for _, secure := range []bool{false, true} {
		c, e, n := counted(t, secure)
		for _, size := range []int{4, 1000, 20000} {
			before := n.n.Load()
			r := c.Send(t.Context(), e, Request{Body: pieces(bytes.Repeat([]byte{'x'}, size)), Key: "k", Type: "application/json"})
			if !r.OK() || n.n.Load()-before != 1 {
				t.Errorf("%+v in %d writes", r, n.n.Load()-before)
			}
		}
	}
}

func shake(c net.Conn) {
	if s, ok := c.(*tls.Conn); ok {
		_ = s.Handshake()
	}
}

// Many small pieces, as of a queue of lone events, share the records of TLS.
func TestSmallPiecesShareRecords(t *testing.T) {
	c, e, n := counted(t, true)
	r := c.Send(t.Context(), e, Request{Body: slices.Repeat([][]byte{make([]byte, 1<<10)}, 1<<10), Key: "k", Type: "application/json"})
	if more := n.bytes.Load() - 1<<20; !r.OK() || more > 1<<20/100 {
		t.Errorf("%+v, %d bytes more than the body", r, more)
	}
}

// A large body in one call of the system ends with its deadline and with its
// context, and a reset in the middle is one.
func TestLargeBodyInOneCallEnds(t *testing.T) {
	for _, tc := range []struct {
		name string
		do   func(tr *trap, c net.Conn, stop func())
		end  time.Duration
		want Cause
	}{
		{"nobody reads", func(tr *trap, c net.Conn, _ func()) { shake(c); <-tr.done }, 700 * time.Millisecond, Timeout},
		{"nobody reads, stopped", func(tr *trap, c net.Conn, stop func()) {
			io.CopyN(io.Discard, c, 300<<10)
			stop()
			<-tr.done
		}, time.Minute, Interrupted},
		{"reset in the middle", func(_ *trap, c net.Conn, _ func()) {
			io.CopyN(io.Discard, c, 300<<10)
			beneath(c).(*net.TCPConn).SetLinger(0)
			beneath(c).Close()
		}, time.Minute, Reset},
	} {
		for _, secure := range []bool{false, true} {
			ctx, cancel := context.WithCancel(t.Context())
			config, e := tlsOrNot(t, secure)
			tr := hostile(t, config, func(tr *trap, c net.Conn) { tc.do(tr, c, cancel) })
			e.URL.Text += tr.l.Addr().String()
			e.RequestTimeout = tc.end
			c := newClient(t, nil)
			body := bytes.Repeat([]byte{'x'}, 40<<20)
			r := c.Send(ctx, e, Request{Body: pieces(body), Key: "k", Type: "application/json"})
			cancel()
			clear(body) // with -race: nobody reads it any more
			if r.Cause != tc.want {
				t.Errorf("%s, TLS %t: %+v", tc.name, secure, r)
			}
			if n := len(c.transports[e.Name].idle.conns); n > 0 {
				t.Errorf("%s: %d kept", tc.name, n)
			}
		}
	}
}
