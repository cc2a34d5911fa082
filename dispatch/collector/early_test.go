package collector

import (
	"bufio"
	"bytes"
	"io"
	"net"
	"net/http"
	"testing"
)

// A collector that finds the body too large answers 413 and closes, without
// reading it: case D13 of the study, in which net/http heard 8 of 40 answers.
func TestHearsRefusalBeforeBodyIsSent(t *testing.T) {
	body := bytes.Repeat([]byte("x"), 8<<20)
	for _, secure := range []bool{false, true} {
		config, e := tlsOrNot(t, secure)
		tr := hostile(t, config, func(tr *trap, c net.Conn) {
			q, err := http.ReadRequest(bufio.NewReader(c))
			if err != nil {
				return
			}
			tr.requests.Add(1)
			io.CopyN(io.Discard, q.Body, 100<<10)
			io.WriteString(c, "HTTP/1.1 413 Too Large\r\nContent-Length: 9\r\nConnection: close\r\n\r\ntoo large")
		})
		e.URL.Text += tr.l.Addr().String()
		c := newClient(t, nil)
		const attempts = 40
		heard := 0
		for range attempts {
			if r := c.Send(t.Context(), e, Request{Body: pieces(body), Key: "k"}); r.Status == 413 {
				heard++
			} else if r.Cause != Reset {
				t.Fatalf("%+v", r)
			}
		}
		t.Logf("TLS %t: 413 heard %d times of %d", secure, heard, attempts) // on Linux always
		if heard < attempts/2 {
			t.Errorf("TLS %t: 413 heard only %d times of %d", secure, heard, attempts)
		}
		if n := tr.requests.Load(); n != attempts {
			t.Errorf("%d requests for %d attempts", n, attempts)
		}
	}
}
