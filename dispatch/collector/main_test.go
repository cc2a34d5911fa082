package collector

import (
	"bufio"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/wnotify/wnotify/dispatch/receiver"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// event is the body of most tests.
const event = `[{"summary":"s","details":{"notification_type":"x"}}]`

func newClient(t testing.TB, env map[string]string) *Client {
	c := New(Options{Version: "1.2.3", Getenv: func(k string) string { return env[k] }})
	t.Cleanup(c.Close)
	return c
}

// listen starts a well-mannered collector.
func listen(t testing.TB, o receiver.Options) (*receiver.Receiver, Endpoint) {
	r, err := receiver.New(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Close() })
	return r, Endpoint{Name: "siem", URL: Secret{Text: r.URL() + "wallarm.events"}, CA: string(r.CA())}
}

func request() Request {
	return Request{Body: pieces([]byte(event)), Key: "wn_key", Type: "application/json"}
}

// pieces cuts a body as one from a queue is cut: a byte, much, more, a byte.
func pieces(body []byte) [][]byte {
	n := len(body)
	if n < 4 {
		return [][]byte{body}
	}
	return [][]byte{body[:1], body[1 : n/3], body[n/3 : n-1], body[n-1:]}
}

// trap is a collector that does as its handler likes with each connection.
type trap struct {
	l        net.Listener
	conns    atomic.Int64
	requests atomic.Int64 // requests whose header came
	handlers sync.WaitGroup
	done     chan struct{} // closed at the end of the test

	mu   sync.Mutex
	open []net.Conn
}

// hostile starts a trap; handle gets each connection, with config over TLS.
func hostile(t testing.TB, config *tls.Config, handle func(tr *trap, c net.Conn)) *trap {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	tr := &trap{l: l, done: make(chan struct{})}
	tr.handlers.Go(func() {
		for {
			c, err := l.Accept()
			switch {
			case errors.Is(err, net.ErrClosed):
				return
			case err != nil: // no descriptor left: Linux looks for one before it waits
				time.Sleep(time.Millisecond)
				continue
			}
			tr.conns.Add(1)
			if config != nil {
				c = tls.Server(c, config)
			}
			tr.mu.Lock()
			tr.open = append(tr.open, c)
			tr.mu.Unlock()
			tr.handlers.Go(func() {
				defer c.Close()
				handle(tr, c)
			})
		}
	})
	t.Cleanup(func() {
		l.Close()
		close(tr.done)
		tr.mu.Lock()
		for _, c := range tr.open {
			beneath(c).Close()
		}
		tr.mu.Unlock()
		tr.handlers.Wait()
	})
	return tr
}

// answering reads requests whole and answers each with text.
func answering(text string) func(*trap, net.Conn) {
	return func(tr *trap, c net.Conn) {
		in := bufio.NewReader(c)
		for tr.read(in) {
			if _, err := io.WriteString(c, text); err != nil {
				return
			}
		}
	}
}

// read reads one request whole.
func (tr *trap) read(in *bufio.Reader) bool {
	q, err := http.ReadRequest(in)
	if err != nil {
		return false
	}
	tr.requests.Add(1)
	_, err = io.Copy(io.Discard, q.Body)
	return err == nil
}

func (tr *trap) endpoint() Endpoint {
	return Endpoint{
		Name: "trap", URL: Secret{Text: "http://" + tr.l.Addr().String() + "/in"},
		ConnectTimeout: 5 * time.Second, RequestTimeout: 5 * time.Second,
	}
}

// beneath is the TCP connection beneath TLS.
func beneath(c net.Conn) net.Conn {
	if s, ok := c.(*tls.Conn); ok {
		return s.NetConn()
	}
	return c
}
