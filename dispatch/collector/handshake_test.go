package collector

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"io"
	"net"
	"runtime"
	"strings"
	"testing"
	"time"
)

// TestHostileHandshake makes one attempt at each of those that do TLS badly:
// one connection, no request, a reason and a remedy, in time and in little
// memory. Only those that are quick may run into the clock of connecting.
func TestHostileHandshake(t *testing.T) {
	large, _, _ := issue(t, func(c *x509.Certificate) {
		for range 20_000 {
			c.DNSNames = append(c.DNSNames, "another.example.com")
		}
	})
	for _, tc := range []struct {
		name   string
		config *tls.Config
		handle func(tr *trap, c net.Conn)
		quick  bool
		text   string
	}{
		{name: "E10 says nothing", quick: true, text: "TLS handshake within 200ms (connection_timeout)", handle: func(tr *trap, _ net.Conn) { <-tr.done }},
		{name: "E10 drips a record", quick: true, text: "TLS handshake within 200ms (connection_timeout)", handle: raw("\x16\x03\x03\x40\x00", "x", 10*time.Millisecond)},
		{name: "E10 drips records of one byte", quick: true, text: "TLS handshake within 200ms (connection_timeout)", handle: raw("\x16\x03\x03\x00\x04\x02\x00\x40\x00", "\x16\x03\x03\x00\x01\x00", 10*time.Millisecond)},
		{name: "sends empty records without end", text: "TLS handshake", handle: raw("", "\x16\x03\x03\x00\x00", 0)},
		{name: "sends warnings without end", text: "TLS handshake", handle: raw("", "\x15\x03\x03\x00\x02\x01\x5a", 0)},
		{name: "sends a record that is too long", text: "does not speak TLS", handle: raw("\x16\x03\x03\xff\xff", "xxxxxxxxxxxxxxxx", 0)},
		{name: "sends a message of 16 MiB", text: "TLS handshake", handle: raw("", "\x16\x03\x03\x00\x04\x02\xff\xff\xff", 0)},
		{name: "sends a certificate of 400 KiB", text: "TLS handshake", config: &tls.Config{Certificates: []tls.Certificate{large}}, handle: answering(ok200)},
		{name: "E03 speaks plain HTTP, without end", text: "answered in plain HTTP", handle: raw("HTTP/1.1 200 OK\r\n\r\n", "xxxxxxxxxxxxxxxx", 0)},
		{name: "E03 speaks SSH", text: "does not speak TLS", handle: raw("SSH-2.0-OpenSSH_9.9\r\n", "xxxxxxxxxxxxxxxx", 0)},
		{name: "closes", text: "closed the connection in the TLS handshake", handle: func(_ *trap, c net.Conn) { c.Read(make([]byte, 1)) }},
		{name: "resets", text: "closed the connection in the TLS handshake", handle: func(_ *trap, c net.Conn) {
			c.Read(make([]byte, 1))
			c.(*net.TCPConn).SetLinger(0)
		}},
		{name: "E02 TLS 1.0", text: "protocol version", config: &tls.Config{MinVersion: tls.VersionTLS10, MaxVersion: tls.VersionTLS10, Certificates: []tls.Certificate{large}}, handle: answering(ok200)},
		{name: "E02 TLS 1.1", text: "protocol version", config: &tls.Config{MinVersion: tls.VersionTLS10, MaxVersion: tls.VersionTLS11, Certificates: []tls.Certificate{large}}, handle: answering(ok200)},
	} {
		t.Run(tc.name, func(t *testing.T) {
			tr := hostile(t, tc.config, tc.handle)
			e := Endpoint{Name: "e", URL: Secret{Text: "https://" + tr.l.Addr().String()}, ConnectTimeout: time.Minute}
			if tc.quick {
				e.ConnectTimeout = quickly
			}
			c := newClient(t, nil)
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			r := c.Send(t.Context(), e, request())
			runtime.ReadMemStats(&after)
			if r.Cause != TLS || !strings.Contains(r.Err.Error(), tc.text) || Explain(e, r) == "" {
				t.Errorf("%+v, want %q", r, tc.text)
			}
			if !tc.quick && strings.Contains(r.Err.Error(), "connection_timeout") {
				t.Errorf("it ran into the clock: %v", r.Err)
			}
			if n := tr.conns.Load(); n != 1 || tr.requests.Load() != 0 {
				t.Errorf("%d connections, %d requests", n, tr.requests.Load())
			}
			// The collector's side allocates in this process too.
			if n := after.TotalAlloc - before.TotalAlloc; n > 8<<20 {
				t.Errorf("%d KiB allocated", n>>10)
			}
		})
	}
}

// raw hears the first byte, writes head, and then pieces until nobody listens:
// one each pause, or without a pause many at once.
func raw(head, piece string, pause time.Duration) func(*trap, net.Conn) {
	many := []byte(piece)
	if pause == 0 {
		many = bytes.Repeat(many, 16<<10/len(piece))
	}
	return func(tr *trap, c net.Conn) {
		c.Read(make([]byte, 1))
		_, err := io.WriteString(c, head)
		for err == nil {
			_, err = c.Write(many)
			select {
			case <-tr.done:
				return
			case <-time.After(pause):
			}
		}
	}
}
