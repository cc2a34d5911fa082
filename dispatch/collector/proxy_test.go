package collector

import (
	"bufio"
	"crypto/tls"
	"io"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/wnotify/wnotify/dispatch/receiver"
)

// forwarder is an HTTP proxy that connects everything to one place, whatever
// name was asked for.
type forwarder struct {
	*trap

	to     string
	status int // instead of connecting
	asked  atomic.Value
	login  atomic.Value
}

func forward(t *testing.T, to string, status int, config *tls.Config) *forwarder {
	f := &forwarder{to: to, status: status}
	f.trap = hostile(t, config, func(tr *trap, c net.Conn) {
		in := bufio.NewReader(c)
		q, err := http.ReadRequest(in)
		if err != nil {
			return
		}
		f.asked.Store(q.Method + " " + q.RequestURI)
		f.login.Store(q.Header.Get("Proxy-Authorization"))
		if f.status == 0 {
			<-tr.done
			return
		}
		if f.status != 200 {
			(&http.Response{StatusCode: f.status, ProtoMajor: 1, ProtoMinor: 1}).Write(c)
			return
		}
		if q.Method != http.MethodConnect {
			io.Copy(io.Discard, q.Body)
			io.WriteString(c, ok200)
			return
		}
		far, err := net.Dial("tcp", f.to)
		if err != nil {
			return
		}
		defer far.Close()
		io.WriteString(c, "HTTP/1.1 200 Connected\r\n\r\n")
		go func() { io.Copy(far, in); far.Close() }()
		io.Copy(c, far)
	})
	return f
}

func TestProxy(t *testing.T) {
	r, e := listen(t, receiver.Options{TLS: true, Names: []string{"collector.example.com"}})
	e.URL.Text = "https://collector.example.com:9880/in"
	good := forward(t, r.Addr(), 200, nil)
	proxy := "http://wally:pr0xy-pw@" + good.l.Addr().String()

	t.Run("https goes through a tunnel", func(t *testing.T) {
		for _, name := range []string{"HTTPS_PROXY", "https_proxy"} {
			c := newClient(t, map[string]string{name: proxy})
			for range 2 {
				if reply := c.Send(t.Context(), e, request()); !reply.OK() {
					t.Fatalf("%s: %+v", name, reply)
				}
			}
		}
		if good.asked.Load() != "CONNECT collector.example.com:9880" || good.login.Load() != "Basic d2FsbHk6cHIweHktcHc=" {
			t.Errorf("the proxy got %s, %s", good.asked.Load(), good.login.Load())
		}
		if n := good.conns.Load(); n != 2 {
			t.Errorf("%d tunnels for two clients and four requests", n)
		}
		if h := r.Requests()[0].Header; h.Get("Proxy-Authorization") != "" {
			t.Error("the collector got the proxy's credentials")
		}
	})
	t.Run("http is handed to the proxy", func(t *testing.T) {
		e := e
		e.URL.Text = "http://collector.example.com/in?x=1"
		if reply := newClient(t, map[string]string{"HTTP_PROXY": proxy}).Send(t.Context(), e, request()); !reply.OK() {
			t.Fatalf("%+v", reply)
		}
		if good.asked.Load() != "POST http://collector.example.com/in?x=1" || good.login.Load() != "Basic d2FsbHk6cHIweHktcHc=" {
			t.Errorf("the proxy got %s, %s", good.asked.Load(), good.login.Load())
		}
	})
	t.Run("NO_PROXY and loopback go straight", func(t *testing.T) {
		before := good.conns.Load()
		c := newClient(t, map[string]string{"HTTPS_PROXY": proxy, "NO_PROXY": ".example.com"})
		if reply := c.Send(t.Context(), e, request()); reply.Cause != DNS {
			t.Errorf("NO_PROXY: %+v", reply)
		}
		local := e
		local.URL.Text = r.URL()
		if reply := c.Send(t.Context(), local, request()); !reply.OK() || good.conns.Load() != before {
			t.Errorf("loopback: %+v", reply)
		}
	})
	t.Run("over TLS", func(t *testing.T) {
		pair, ca, _ := issue(t, nil)
		secure := forward(t, r.Addr(), 200, &tls.Config{Certificates: []tls.Certificate{pair}})
		both := e
		both.CA += string(ca)
		c := newClient(t, map[string]string{"HTTPS_PROXY": "https://" + secure.l.Addr().String()})
		if reply := c.Send(t.Context(), both, request()); !reply.OK() {
			t.Errorf("%+v", reply)
		}
		if reply := c.Send(t.Context(), e, request()); reply.Cause != TLS || !strings.HasPrefix(reply.Err.Error(), "proxy: ") {
			t.Errorf("unknown authority: %+v", reply)
		}
	})
	for _, tc := range []struct {
		name, proxy string
		cause       Cause
		text        string
	}{
		{"407", "http://u:pr0xy-pw@" + forward(t, "", 407, nil).l.Addr().String(), Connect, "407 Proxy Authentication Required"},
		{"502", forward(t, "", 502, nil).l.Addr().String(), Connect, "502 Bad Gateway"},
		{"hang", forward(t, "", 0, nil).l.Addr().String(), Connect, "within 200ms (connection_timeout)"},
		{"not a proxy", hostile(t, nil, func(_ *trap, c net.Conn) { io.WriteString(c, "220 smtp\r\n") }).l.Addr().String(), Connect, "malformed"},
		{"down", "http://127.0.0.1:1", Connect, "connection refused"},
		{"not a URL", "http://u:pr0xy-pw@bad host", Local, "$HTTPS_PROXY"},
		{"unknown scheme", "gopher://u:pr0xy-pw@h", Local, "$HTTPS_PROXY"},
		{"SOCKS that is none", "socks5://u:pr0xy-pw@" + hostile(t, nil, func(_ *trap, c net.Conn) { io.WriteString(c, "nonsense") }).l.Addr().String(), Connect, "socks"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			e := e
			e.ConnectTimeout = quickly
			before := r.Count()
			reply := newClient(t, map[string]string{"HTTPS_PROXY": tc.proxy}).Send(t.Context(), e, request())
			if reply.Cause != tc.cause || !strings.Contains(reply.Err.Error(), tc.text) || r.Count() != before {
				t.Errorf("%+v, want %q", reply, tc.text)
			}
			if strings.Contains(reply.Err.Error(), "pr0xy-pw") || Explain(e, reply) == "" {
				t.Errorf("%v: %q", reply.Err, Explain(e, reply))
			}
		})
	}
}

// A SOCKS5 proxy gets the name, and resolves it.
func TestSOCKS(t *testing.T) {
	r, e := listen(t, receiver.Options{TLS: true, Names: []string{"collector.example.com"}})
	e.URL.Text = "https://collector.example.com:9880/in"
	var wanted atomic.Value
	socks := hostile(t, nil, func(_ *trap, c net.Conn) {
		hello := make([]byte, 3) // version 5, one method, none
		io.ReadFull(c, hello)
		c.Write([]byte{5, 0})
		head := make([]byte, 5) // version, connect, 0, name, its length
		io.ReadFull(c, head)
		rest := make([]byte, int(head[4])+2)
		io.ReadFull(c, rest)
		wanted.Store(string(rest[:head[4]]))
		far, err := net.Dial("tcp", r.Addr())
		if err != nil {
			return
		}
		defer far.Close()
		c.Write([]byte{5, 0, 0, 1, 127, 0, 0, 1, 0, 0})
		go func() { io.Copy(far, c); far.Close() }()
		io.Copy(c, far)
	})
	c := newClient(t, map[string]string{"HTTPS_PROXY": "socks5://" + socks.l.Addr().String()})
	if reply := c.Send(t.Context(), e, request()); !reply.OK() || wanted.Load() != "collector.example.com" {
		t.Errorf("%+v, asked for %v", reply, wanted.Load())
	}
}
