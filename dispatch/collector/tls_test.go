package collector

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/wnotify/wnotify/dispatch/receiver"
)

// TestTLSFailures are cases of section E of the study: each ends in TLS, says
// why, on one connection, and no request is made. Others are in [TestChains]
// and [TestHostileHandshake].
func TestTLSFailures(t *testing.T) {
	for _, tc := range []struct {
		name   string
		edit   func(*x509.Certificate)
		config func(*tls.Config)
		trust  bool
		text   string
		fix    string
	}{
		{"E01 unknown authority", nil, nil, false, "signed by an authority this machine does not know (it has signed itself)", "--ca-certificate"},
		{"E01 expired", func(c *x509.Certificate) { c.NotAfter = time.Now().Add(-time.Minute) }, nil, true, "expired on 20", "clock"},
		{"E01 not valid yet", func(c *x509.Certificate) { c.NotBefore = time.Now().Add(time.Hour) }, nil, true, "is valid only from 20", "clock"},
		{
			"E01 another host", func(c *x509.Certificate) { c.DNSNames, c.IPAddresses = []string{"a.example.com", "b.example.com"}, nil },
			nil, true, "is for a.example.com, b.example.com", "127.0.0.1",
		},
		{"E01 no names", func(c *x509.Certificate) { c.DNSNames, c.IPAddresses = nil, nil }, nil, true, "no host at all", ""},
		{
			"E01 for clients only", func(c *x509.Certificate) { c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth} },
			nil, true, "is not valid", "TLS server",
		},
		{"E02 TLS 1.1 only", nil, func(c *tls.Config) { c.MinVersion, c.MaxVersion = tls.VersionTLS10, tls.VersionTLS11 }, true, "protocol version", "TLS 1.2"},
		{"E09 another protocol only", nil, func(c *tls.Config) { c.NextProtos = []string{"grpc-exp"} }, true, "no application protocol", "HTTP/1.1"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			pair, ca, _ := issue(t, tc.edit)
			config := &tls.Config{Certificates: []tls.Certificate{pair}}
			if tc.config != nil {
				tc.config(config)
			}
			tr := hostile(t, config, answering(ok200))
			e := Endpoint{Name: "e", URL: Secret{Text: "https://" + tr.l.Addr().String()}}
			if tc.trust {
				e.CA = string(ca)
			}
			r := newClient(t, nil).Send(t.Context(), e, request())
			if r.Cause != TLS || tr.requests.Load() != 0 || tr.conns.Load() != 1 {
				t.Fatalf("%+v after %d requests on %d connections", r, tr.requests.Load(), tr.conns.Load())
			}
			if !strings.Contains(r.Err.Error(), tc.text) || !strings.Contains(Explain(e, r), tc.fix) {
				t.Errorf("%v\n%s\nwant %q and %q", r.Err, Explain(e, r), tc.text, tc.fix)
			}
		})
	}
}

func TestTLSToTheWrongPort(t *testing.T) {
	c := newClient(t, nil)
	plain, e := listen(t, receiver.Options{})
	e.URL.Text = strings.Replace(plain.URL(), "http:", "https:", 1)
	if r := c.Send(t.Context(), e, request()); r.Cause != TLS || !strings.Contains(r.Err.Error(), "answered in plain HTTP") {
		t.Errorf("https to http: %+v", r)
	}
	secure, e := listen(t, receiver.Options{TLS: true})
	e.URL.Text = strings.Replace(secure.URL(), "https:", "http:", 1)
	if r := c.Send(t.Context(), e, request()); r.Status != 400 || !strings.Contains(Explain(e, r), "https://") {
		t.Errorf("http to https: %+v: %s", r, Explain(e, r))
	}
}

func TestSpeaksHTTP11WhereHTTP2IsOffered(t *testing.T) {
	pair, ca, _ := issue(t, nil)
	version := make(chan tls.ConnectionState, 1)
	tr := hostile(t, &tls.Config{Certificates: []tls.Certificate{pair}, NextProtos: []string{"h2", "http/1.1"}}, func(tr *trap, c net.Conn) {
		s, _ := c.(*tls.Conn)
		if s.HandshakeContext(t.Context()) == nil {
			version <- s.ConnectionState()
		}
		answering(ok200)(tr, c)
	})
	e := Endpoint{Name: "e", URL: Secret{Text: "https://" + tr.l.Addr().String()}, CA: string(ca)}
	if r := newClient(t, nil).Send(t.Context(), e, request()); !r.OK() {
		t.Fatalf("%+v", r)
	}
	if s := <-version; s.NegotiatedProtocol != "http/1.1" || s.Version != tls.VersionTLS13 {
		t.Errorf("%s over %s", s.NegotiatedProtocol, tls.VersionName(s.Version))
	}
}

func TestSkipVerify(t *testing.T) {
	_, e := listen(t, receiver.Options{TLS: true})
	e.CA, e.SkipVerify = "", true
	if r := newClient(t, nil).Send(t.Context(), e, request()); !r.OK() {
		t.Errorf("%+v", r)
	}
}

func write(t testing.TB, name string, data []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestClientCertificate(t *testing.T) {
	r, e := listen(t, receiver.Options{TLS: true, ClientCert: true})
	cert, key, err := r.ClientPair()
	if err != nil {
		t.Fatal(err)
	}
	_, otherCert, otherKey := issue(t, nil)
	c := newClient(t, nil)

	without := c.Send(t.Context(), e, request())
	if without.Cause != TLS || !strings.Contains(without.Err.Error(), "asked for a client certificate") || !strings.Contains(Explain(e, without), "client_certificate") {
		t.Errorf("without: %+v", without)
	}
	e.ClientCert, e.ClientKey = write(t, "cert.pem", otherCert), write(t, "key.pem", otherKey)
	if wrong := c.Send(t.Context(), e, request()); wrong.Cause != TLS || !strings.Contains(wrong.Err.Error(), "refused what it got") {
		t.Errorf("wrong: %+v", wrong)
	}
	e.ClientCert, e.ClientKey = write(t, "cert.pem", cert), write(t, "key.pem", key)
	if right := c.Send(t.Context(), e, request()); !right.OK() || r.Requests()[0].Client != "wnotify" {
		t.Errorf("right: %+v", right)
	}
	e.ClientCert, e.ClientKey = write(t, "both.pem", append(cert, key...)), ""
	if both := c.Send(t.Context(), e, request()); !both.OK() {
		t.Errorf("both in one file: %+v", both)
	}
	if n := r.Count(); n != 2 {
		t.Errorf("%d requests, want 2", n)
	}
}

// What is ours and unusable: nothing is sent, the error has a type and says
// which file.
func TestLocalFaults(t *testing.T) {
	r, e := listen(t, receiver.Options{TLS: true})
	good := e
	_, cert, key := issue(t, nil)
	encrypted := []byte("-----BEGIN ENCRYPTED PRIVATE KEY-----\nMIIB\n-----END ENCRYPTED PRIVATE KEY-----\n")
	open := write(t, "token", []byte("tok"))
	if err := os.Chmod(open, 0o622); err != nil {
		t.Fatal(err)
	}
	missing := filepath.Join(t.TempDir(), "missing")
	for _, tc := range []struct {
		name string
		edit func(*Endpoint)
		text string
	}{
		{"E06 CA missing", func(e *Endpoint) { e.CA = missing }, "cannot read the CA certificate from " + missing + ": no such file"},
		{"E06 CA empty", func(e *Endpoint) { e.CA = write(t, "ca", nil) }, "no PEM certificate"},
		{"E06 CA is no certificate", func(e *Endpoint) { e.CA = write(t, "ca", key) }, "no PEM certificate"},
		{"E06 CA others can write", func(e *Endpoint) { e.CA = open }, "chmod go-w " + open},
		{"E06 CA is a folder", func(e *Endpoint) { e.CA = t.TempDir() }, "not a regular file"},
		{"E05 key missing", func(e *Endpoint) { e.ClientCert, e.ClientKey = write(t, "c", cert), missing }, "the client key from " + missing},
		{"E05 key of another certificate", func(e *Endpoint) {
			_, _, other := issue(t, nil)
			e.ClientCert, e.ClientKey = write(t, "c", cert), write(t, "k", other)
		}, "does not match"},
		{"E05 key encrypted", func(e *Endpoint) { e.ClientCert, e.ClientKey = write(t, "c", cert), write(t, "k", encrypted) }, "it is encrypted"},
		{"E05 key without certificate", func(e *Endpoint) { e.ClientKey = write(t, "k", key) }, "no client certificate"},
		{"E05 key others can write", func(e *Endpoint) { e.ClientCert, e.ClientKey = write(t, "c", cert), open }, "chmod go-w " + open},
		{"E05 certificate is none", func(e *Endpoint) { e.ClientCert, e.ClientKey = write(t, "c", []byte("x")), write(t, "k", key) }, "client certificate"},
		{"secret missing", func(e *Endpoint) { e.Headers[0].Value = Secret{File: missing} }, "header Authorization from " + missing},
		{"secret empty", func(e *Endpoint) { e.Headers[0].Value = Secret{File: write(t, "s", []byte("\n"))} }, "it is empty"},
		{"secret of two lines", func(e *Endpoint) { e.Headers[0].Value = Secret{File: write(t, "s", []byte("a\nb\n"))} }, "line end"},
		{"secret not set", func(e *Endpoint) { e.Headers[0].Value = Secret{Env: "NOT_SET"} }, "$NOT_SET: the variable is not set"},
		{"credential without systemd", func(e *Endpoint) { e.Headers[0].Value = Secret{Credential: "tok"} }, "$CREDENTIALS_DIRECTORY"},
		{"secret others can write", func(e *Endpoint) { e.Headers[0].Value = Secret{File: open} }, "chmod go-w " + open},
		{"signing secret empty", func(e *Endpoint) { e.Signing = []Secret{{Text: "whsec_"}} }, "nothing behind whsec_"},
		{"signing secret not base64", func(e *Endpoint) { e.Signing = []Secret{{Text: "whsec_!!!"}} }, "the signing secret"},
		{"URL of another scheme", func(e *Endpoint) { e.URL.Text = "ftp://example.com" }, "https://"},
		{"URL without host", func(e *Endpoint) { e.URL.Text = "https:///x" }, "no host"},
		{"secret URL in plain HTTP", func(e *Endpoint) { e.URL = Secret{File: write(t, "u", []byte("http://c.example.com/T0/SECRET"))} }, "allow_http"},
		{"bad header name", func(e *Endpoint) { e.Headers[0] = Header{Name: "a b", Value: Secret{Text: "x"}} }, "not a header name"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			e := good
			e.Headers = []Header{{Name: "Authorization", Value: Secret{Text: "x"}, Secret: true}}
			tc.edit(&e)
			c := newClient(t, nil)
			reply := c.Send(t.Context(), e, request())
			if reply.Cause != Local || !strings.Contains(reply.Err.Error(), tc.text) {
				t.Errorf("%+v, want %q", reply, tc.text)
			}
			local, perm := new(LocalError), new(PermError)
			if !errors.As(reply.Err, &local) && !errors.As(reply.Err, &perm) {
				t.Errorf("%T has no type to decide on", reply.Err)
			}
			if err := c.Ready(e); err == nil || err.Error() != reply.Err.Error() {
				t.Errorf("Ready says %v, Send %v", err, reply.Err)
			}
			if Explain(e, reply) == "" {
				t.Error("nothing is said about what to do")
			}
		})
	}
	if r.Count() != 0 || r.Connections() != 0 {
		t.Errorf("%d requests on %d connections, want none", r.Count(), r.Connections())
	}
	if err := newClient(t, nil).Ready(good); err != nil {
		t.Errorf("the good endpoint: %v", err)
	}
}
