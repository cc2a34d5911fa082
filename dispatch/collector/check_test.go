package collector

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/wnotify/wnotify/dispatch/receiver"
)

// path is what Check found, a word for each step.
func path(findings []Finding) string {
	var b strings.Builder
	for _, f := range findings {
		fmt.Fprintf(&b, "%s:%s ", f.Step, [...]string{"good", "warning", "bad"}[f.Level])
	}
	return strings.TrimSpace(b.String())
}

func TestCheck(t *testing.T) {
	r, good := listen(t, receiver.Options{TLS: true})
	strict, mtls := listen(t, receiver.Options{TLS: true, ClientCert: true})
	plain, _ := listen(t, receiver.Options{})
	ending, endingCA, _ := issue(t, func(c *x509.Certificate) { c.NotAfter = time.Now().Add(50 * time.Hour) })
	soonOver := hostile(t, &tls.Config{Certificates: []tls.Certificate{ending}}, answering(ok200))
	optional := hostile(t, &tls.Config{Certificates: []tls.Certificate{ending}, ClientAuth: tls.RequestClientCert}, answering(ok200))
	cert, key, err := strict.ClientPair()
	if err != nil {
		t.Fatal(err)
	}
	readable := write(t, "token", []byte("tok"))
	if err := os.Chmod(readable, 0o644); err != nil {
		t.Fatal(err)
	}
	ends := func(tr *trap) func(*Endpoint) {
		return func(e *Endpoint) {
			e.URL.Text, e.CA = "https://"+tr.l.Addr().String(), string(endingCA)
		}
	}
	for _, tc := range []struct {
		name string
		edit func(*Endpoint)
		path string
		text string // in the last finding
		fix  string
	}{
		{"good", func(*Endpoint) {}, "files:good tcp:good tls:good certificate:good", "for localhost, 127.0.0.1, ::1, valid until 20", ""},
		{"by name", func(e *Endpoint) { e.URL.Text = strings.Replace(e.URL.Text, "127.0.0.1", "localhost", 1) }, "files:good dns:good tcp:good tls:good certificate:good", "", ""},
		{"plain HTTP", func(e *Endpoint) { e.URL.Text = plain.URL() }, "files:good tcp:good", "", ""},
		{"CA missing", func(e *Endpoint) { e.CA = "/no/such/file" }, "files:bad", "/no/such/file", "mend it"},
		{"token readable", func(e *Endpoint) { e.Headers = []Header{{Name: "X-Token", Value: Secret{File: readable}}} }, "files:warning tcp:good tls:good certificate:good", "", ""},
		{"no such name", func(e *Endpoint) { e.URL.Text = "https://no-such-host.invalid/" }, "files:good dns:bad", "no-such-host.invalid", "getent hosts"},
		{"nothing listens", func(e *Endpoint) { e.URL.Text = "https://127.0.0.1:1/" }, "files:good tcp:bad", "connection refused", "start the collector"},
		{"unknown authority", func(e *Endpoint) { e.CA = "" }, "files:good tcp:good tls:bad", "does not know", "--ca-certificate"},
		{"not verified", func(e *Endpoint) { e.CA, e.SkipVerify = "", true }, "files:good tcp:good tls:warning certificate:good", "", ""},
		{"ends soon", ends(soonOver), "files:good tcp:good tls:good certificate:warning", "valid until", "in 2 days"},
		{"asks for a certificate", ends(optional), "files:good tcp:good tls:warning certificate:warning", "", ""},
		{"wants a certificate", func(e *Endpoint) { e.URL.Text, e.CA = mtls.URL.Text, mtls.CA }, "files:good tcp:good tls:bad", "asked for a client certificate", "client_certificate"},
		{"has a certificate", func(e *Endpoint) {
			e.URL.Text, e.CA, e.ClientCert, e.ClientKey = mtls.URL.Text, mtls.CA, write(t, "c", cert), write(t, "k", key)
		}, "files:good tcp:good tls:good certificate:good", "", ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			e := good
			e.ConnectTimeout = 5 * time.Second
			tc.edit(&e)
			findings := newClient(t, nil).Check(t.Context(), e)
			last := findings[len(findings)-1]
			if got := path(findings); got != tc.path || !strings.Contains(last.Text, tc.text) || !strings.Contains(last.Fix, tc.fix) {
				t.Errorf("%s\n%+v\nwant %s, %q, %q", got, last, tc.path, tc.text, tc.fix)
			}
			for _, f := range findings {
				if (f.Level == Good) != (f.Fix == "") {
					t.Errorf("%s: level %d with fix %q", f.Step, f.Level, f.Fix)
				}
			}
			if last.Step == "certificate" && (last.Certificate == nil || last.Certificate.NotAfter.IsZero() || len(last.Certificate.Names) == 0) {
				t.Errorf("no certificate: %+v", last.Certificate)
			}
			if strings.HasPrefix(tc.name, "unknown") && (last.Certificate == nil || !strings.Contains(last.Certificate.Issuer, "throw-away")) {
				t.Errorf("the certificate that is not trusted is not described: %+v", last.Certificate)
			}
		})
	}
	if n := r.Count() + strict.Count() + plain.Count() + int(soonOver.requests.Load()+optional.requests.Load()); n != 0 {
		t.Errorf("%d HTTP requests, want none", n)
	}
}

func TestCheckGoesThroughTheProxy(t *testing.T) {
	r, e := listen(t, receiver.Options{TLS: true, Names: []string{"collector.example.com"}})
	e.URL.Text = "https://collector.example.com/"
	good := forward(t, r.Addr(), 200, nil)
	c := newClient(t, map[string]string{"HTTPS_PROXY": good.l.Addr().String()})
	if got := path(c.Check(t.Context(), e)); got != "files:good tcp:good tls:good certificate:good" {
		t.Error(got)
	}
	bad := forward(t, r.Addr(), 403, nil)
	c = newClient(t, map[string]string{"HTTPS_PROXY": bad.l.Addr().String()})
	findings := c.Check(t.Context(), e)
	if got := path(findings); got != "files:good tcp:good proxy:bad" || !strings.Contains(findings[2].Text, "403 Forbidden") {
		t.Errorf("%+v", findings)
	}
	if r.Count() != 0 {
		t.Errorf("%d requests", r.Count())
	}
}

func TestCheckEndsWithTheClock(t *testing.T) {
	silent := hostile(t, nil, func(tr *trap, _ net.Conn) { <-tr.done })
	e := Endpoint{URL: Secret{Text: "https://" + silent.l.Addr().String()}, ConnectTimeout: quickly}
	findings := newClient(t, nil).Check(t.Context(), e)
	if got := path(findings); got != "files:good tcp:good tls:bad" || !strings.Contains(findings[2].Text, "within 200ms") {
		t.Errorf("%+v", findings)
	}
}
