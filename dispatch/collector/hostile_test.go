package collector

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"net"
	"net/http"
	"runtime"
	"strings"
	"testing"
	"time"
)

const (
	ok200   = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
	quickly = 200 * time.Millisecond // the timeout of attempts that are meant to run into it
)

// TestHostileCollector makes one attempt at each collector of a gallery, on one
// connection, in little memory and in time: only those that are quick may run
// into the clock of the request, which [TestRequestClock] measures. The names
// are those of the study of failures, D03 and so on.
func TestHostileCollector(t *testing.T) {
	large := bytes.Repeat([]byte("x"), 32<<20)
	for _, tc := range []struct {
		name   string
		handle func(tr *trap, c net.Conn)
		body   []byte
		quick  bool // run into the request timeout quickly
		status int
		cause  Cause
		text   string // part of the error, or of the answer
	}{
		{
			name: "D03 accepts and never reads", body: large, quick: true, cause: Timeout, text: "within 200ms (request_timeout)",
			handle: func(tr *trap, _ net.Conn) { <-tr.done },
		},
		{
			name: "D04 reads and never answers", quick: true, cause: Timeout, text: "no answer from",
			handle: func(tr *trap, c net.Conn) { tr.read(bufio.NewReader(c)); <-tr.done },
		},
		{
			name: "D05 drips its header", quick: true, cause: Timeout, text: "no answer from",
			handle: dripping("HTTP/1.1 200 OK\r\n", "X: y\r\n"),
		},
		{
			name: "D06 drips the body of a success", quick: true, cause: Timeout, text: "answered 200, but not all of it came",
			handle: dripping("HTTP/1.1 200 OK\r\nContent-Length: 60000\r\n\r\n", "."),
		},
		{
			name: "D06 drips the body of a refusal", quick: true, status: 503, text: "..",
			handle: dripping("HTTP/1.1 503 No\r\nContent-Length: 60000\r\n\r\n", "."),
		},
		{
			name: "D07 sends a header of 100 MiB", cause: Protocol, text: "longer than 64 KiB",
			handle: flooding("HTTP/1.1 200 OK\r\nX: ", "xxxxxxxxxxxxxxxx", 100<<20),
		},
		{
			name: "D07 sends a million header fields", cause: Protocol, text: "longer than 64 KiB",
			handle: flooding("HTTP/1.1 200 OK\r\n", "X: y\r\n", 10<<20),
		},
		{
			name: "D08 sends interim answers without end", cause: Protocol, text: "longer than 64 KiB",
			handle: flooding("", "HTTP/1.1 103 Early Hints\r\n\r\n", 100<<20),
		},
		{
			name: "D09 sends a gzip bomb of 100 MiB", status: 200, text: "encoded as gzip",
			handle: answering(gzipBomb(t)),
		},
		{
			name: "D10 sends a body of 1 GiB", status: 200, text: "xxxx",
			handle: flooding("HTTP/1.1 200 OK\r\nContent-Length: 1073741824\r\n\r\n", "xxxxxxxxxxxxxxxx", 1<<30),
		},
		{
			name: "D10 sends a body of 1 GiB in chunks of one byte", status: 200, text: "xxxx",
			handle: flooding("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "1\r\nx\r\n", 1<<30),
		},
		{
			name: "D14 cuts the body of a success", cause: Reset, text: "answered 200, but the connection was closed",
			handle: once("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc"),
		},
		{
			name: "D14 cuts the body of a refusal", status: 500, text: "abc",
			handle: once("HTTP/1.1 500 No\r\nContent-Length: 100\r\n\r\nabc"),
		},
		{
			name: "D15 cuts the header", cause: Reset, text: "closed without an answer",
			handle: once("HTTP/1.1 200 OK\r\nContent-Le"),
		},
		{
			name: "D16 stores and closes", cause: Reset, text: "closed without an answer",
			handle: once(""),
		},
		{
			name: "D16 reads the header and resets", cause: Reset, text: "reset without an answer", body: large,
			handle: func(tr *trap, c net.Conn) {
				http.ReadRequest(bufio.NewReader(c))
				tr.requests.Add(1)
				c.(*net.TCPConn).SetLinger(0)
			},
		},
		{name: "D20 speaks HTTP/1.0", status: 200, text: "done", handle: once("HTTP/1.0 200 OK\r\n\r\ndone")},
		{name: "D20 says no length", status: 201, text: "done", handle: once("HTTP/1.1 201 Created\r\n\r\ndone")},
		{
			name: "D20 sends bad chunks", cause: Protocol, text: "not HTTP",
			handle: once("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nok\r\n0\r\n\r\n"),
		},
		{name: "D20 sends only 100", cause: Reset, text: "closed without an answer", handle: once("HTTP/1.1 100 Continue\r\n\r\n")},
		{name: "D20 sends 100, 103, 200", status: 200, text: "ok", handle: once("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + ok200)},
		{name: "D20 switches protocols", status: 101, handle: once("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n")},
		{name: "D20 status 0", cause: Protocol, text: "not HTTP", handle: once("HTTP/1.1 0 None\r\n\r\n")},
		{name: "D20 status 1000", cause: Protocol, text: "not HTTP", handle: once("HTTP/1.1 1000 Much\r\n\r\n")},
		{name: "D20 status 204 with a body", status: 204, handle: once("HTTP/1.1 204 None\r\nContent-Length: 5\r\n\r\nhello")},
		{name: "D20 negative length", cause: Protocol, text: "not HTTP", handle: once("HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n")},
		{name: "D20 two lengths", cause: Protocol, text: "not HTTP", handle: once("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nok")},
		{name: "D20 speaks SMTP", cause: Protocol, text: "not HTTP", handle: once("220 mail.example.com ESMTP\r\n")},
		{name: "D20 speaks HTTP/2", cause: Protocol, text: "not HTTP", handle: once("\x00\x00\x12\x04\x00\x00\x00\x00\x00\r\n\r\n")},
		{
			name: "D24 success with a complaint in the body", status: 200, text: `{"errors":true}`,
			handle: once("HTTP/1.1 200 OK\r\nContent-Length: 15\r\n\r\n" + `{"errors":true}`),
		},
		{
			name: "answers 200 and never reads", body: large, quick: true, cause: Timeout, text: "not all of it came",
			handle: func(tr *trap, c net.Conn) { io.WriteString(c, ok200); <-tr.done },
		},
		{
			name: "answers 200, reads half and closes", body: large, cause: Reset, text: "answered 200 before it had the whole request",
			handle: func(_ *trap, c net.Conn) { io.WriteString(c, ok200); io.CopyN(io.Discard, c, 16<<20) },
		},
		{
			name: "answers 401 and never reads", body: large, status: 401,
			handle: func(tr *trap, c net.Conn) {
				io.WriteString(c, "HTTP/1.1 401 No\r\nContent-Length: 0\r\n\r\n")
				<-tr.done
			},
		},
	} {
		t.Run(tc.name, func(t *testing.T) {
			tr := hostile(t, nil, tc.handle)
			c := newClient(t, nil)
			e := tr.endpoint()
			if tc.quick {
				e.RequestTimeout = quickly
			}
			q := request()
			if tc.body != nil {
				q.Body = pieces(tc.body)
			}
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			r := c.Send(t.Context(), e, q)
			runtime.ReadMemStats(&after)
			if r.Status != tc.status || r.Cause != tc.cause {
				t.Fatalf("status %d, cause %d, %v; want status %d, cause %d", r.Status, r.Cause, r.Err, tc.status, tc.cause)
			}
			if (r.Err == nil) != (r.Status != 0) {
				t.Errorf("status %d with error %v", r.Status, r.Err)
			}
			if said := r.Answer + fmt.Sprint(r.Err); !strings.Contains(said, tc.text) {
				t.Errorf("%q is not in %q", tc.text, said)
			}
			if len(r.Answer) > maxText {
				t.Errorf("an answer of %d bytes", len(r.Answer))
			}
			if r.Err != nil && Explain(e, r) == "" {
				t.Error("nothing is said about what to do")
			}
			if n := tr.conns.Load(); n != 1 {
				t.Errorf("%d connections, want 1", n)
			}
			if n := tr.requests.Load(); n > 1 {
				t.Errorf("%d requests on the wire", n)
			}
			// The collector's side allocates in this process too.
			if n := after.TotalAlloc - before.TotalAlloc; n > 8<<20 {
				t.Errorf("%d KiB allocated", n>>10)
			}
		})
	}
}

// once reads one request, writes text and closes.
func once(text string) func(*trap, net.Conn) {
	return func(tr *trap, c net.Conn) {
		if tr.read(bufio.NewReader(c)) {
			io.WriteString(c, text)
		}
	}
}

// dripping writes head, then a piece every 10 ms.
func dripping(head, piece string) func(*trap, net.Conn) {
	return func(tr *trap, c net.Conn) {
		tr.read(bufio.NewReader(c))
		_, err := io.WriteString(c, head)
		for tick := time.NewTicker(10 * time.Millisecond); err == nil; <-tick.C {
			_, err = io.WriteString(c, piece)
		}
	}
}

// flooding writes head, then pieces without pause.
func flooding(head, piece string, bytes int) func(*trap, net.Conn) {
	block := strings.Repeat(piece, 64<<10/len(piece))
	return func(tr *trap, c net.Conn) {
		tr.read(bufio.NewReader(c))
		_, err := io.WriteString(c, head)
		for n := 0; err == nil && n < bytes; n += len(block) {
			_, err = io.WriteString(c, block)
		}
	}
}

// gzipBomb is an answer of 100 KiB that unpacks to 100 MiB.
func gzipBomb(t *testing.T) string {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := w.Write(make([]byte, 1<<20)); err != nil {
		t.Fatal(err)
	}
	w.Close()
	members := strings.Repeat(b.String(), 100)
	return fmt.Sprintf("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n%s", len(members), members)
}
