package collector

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strings"
	"time"
)

// Level says how much a finding matters.
type Level uint8

// The levels.
const (
	Good Level = iota
	Warning
	Bad
)

// Finding is the result of one step on the way to a collector.
type Finding struct {
	Step  string // files, dns, tcp, proxy, tls, certificate
	Level Level
	Text  string // redacted
	Fix   string // empty when there is nothing to do
	Took  time.Duration

	Certificate *Certificate // of the step certificate, and of tls when it failed over one
}

// Certificate is what a collector says it is.
type Certificate struct {
	Names     []string
	Issuer    string
	NotBefore time.Time
	NotAfter  time.Time
}

// soon is when the end of a certificate becomes a warning.
const soon = 14 * 24 * time.Hour

// Check goes the way to a collector step by step, files, DNS, TCP, TLS and
// certificate, and stops at the first that fails. It never makes an HTTP
// request: some collectors store an event for each (at most a CONNECT goes to a
// proxy).
func (c *Client) Check(ctx context.Context, e Endpoint) []Finding {
	p := &probe{}
	start := time.Now()
	a, err := c.prepare(e, Request{Body: nothing, Type: "application/json"}, start)
	if err != nil {
		p.add(Finding{Step: "files", Level: Bad, Text: err.Error(), Fix: Explain(e, Reply{Cause: Local, Err: err})})
		return p.findings
	}
	defer a.release()
	p.files(c, a)
	ctx, cancel := context.WithTimeout(ctx, e.connectTimeout())
	defer cancel()
	p.walk(ctx, a)
	return p.findings
}

type probe struct{ findings []Finding }

func (p *probe) add(f Finding) { p.findings = append(p.findings, f) }

// fail turns the error of a step into a finding.
func (p *probe) fail(ctx context.Context, a *attempt, step string, start time.Time, err error) {
	r := a.unconnected(context.WithoutCancel(ctx), err, over(ctx))
	f := Finding{Step: step, Level: Bad, Text: r.Err.Error(), Fix: Explain(a.endpoint, r), Took: time.Since(start)}
	if v := new(tls.CertificateVerificationError); errors.As(err, &v) && len(v.UnverifiedCertificates) > 0 {
		f.Certificate = describe(a, v.UnverifiedCertificates[0])
	}
	p.add(f)
}

func (p *probe) walk(ctx context.Context, a *attempt) {
	start := time.Now()
	host := a.url.Hostname()
	if _, err := netip.ParseAddr(host); err != nil && a.proxy == nil {
		addresses, err := net.DefaultResolver.LookupHost(ctx, host)
		if err != nil {
			p.fail(ctx, a, "dns", start, &hop{cause: DNS, host: hostPort(a.url), err: err})
			return
		}
		p.add(Finding{Step: "dns", Text: host + " is " + strings.Join(addresses, ", "), Took: time.Since(start)})
	}
	start = time.Now()
	w, err := a.dial(ctx)
	if err != nil {
		p.fail(ctx, a, "tcp", start, err)
		return
	}
	defer w.Close()
	p.add(Finding{Step: "tcp", Text: "connected to " + a.firstHop(), Took: time.Since(start)})

	start = time.Now()
	conn, asked, err := a.secure(ctx, w)
	if err == nil {
		err = refusal(conn, asked, hostPort(a.url))
	}
	if err != nil {
		step := "tls"
		if h := new(hop); errors.As(err, &h) && h.proxy {
			step = "proxy"
		}
		p.fail(ctx, a, step, start, err)
		return
	}
	if t, ok := conn.(*tls.Conn); ok && a.url.Scheme == "https" {
		p.secured(a, t.ConnectionState(), asked, time.Since(start))
	}
}

func (a *attempt) firstHop() string {
	if a.proxy == nil {
		return hostPort(a.url)
	}
	return "the proxy " + a.proxy.Host
}

// refusal waits for the alert with which TLS 1.3 refuses a client certificate:
// it comes after the handshake.
func refusal(c net.Conn, asked bool, host string) error {
	if !asked {
		return nil
	}
	if err := c.SetReadDeadline(time.Now().Add(time.Second)); err != nil {
		return err
	}
	_, err := c.Read(make([]byte, 1))
	if remoteAlert(err) == "" {
		return nil
	}
	return &hop{cause: TLS, host: host, asked: true, err: err}
}

func (p *probe) secured(a *attempt, s tls.ConnectionState, asked bool, took time.Duration) {
	f := Finding{Step: "tls", Text: tls.VersionName(s.Version) + ", " + tls.CipherSuiteName(s.CipherSuite), Took: took}
	switch {
	case a.endpoint.SkipVerify:
		f.Level, f.Fix = Warning, "the certificate is not checked (verify_tls = false): anybody in between can read and change events; ca_certificate does better"
	case asked && a.endpoint.ClientCert == "":
		f.Level, f.Fix = Warning, "it asked for a client certificate and was content without one; if it refuses requests with 400, "+certificateFix
	}
	p.add(f)
	if len(s.PeerCertificates) > 0 {
		p.certificate(a, s.PeerCertificates[0], time.Now())
	}
}

func (p *probe) certificate(a *attempt, c *x509.Certificate, now time.Time) {
	d := describe(a, c)
	f := Finding{
		Step:        "certificate",
		Text:        a.clean(fmt.Sprintf("for %s, valid until %s", certificateNames(c), day(c.NotAfter))),
		Certificate: d,
	}
	switch left := c.NotAfter.Sub(now); {
	case left <= 0:
		f.Level, f.Fix = Warning, "it has expired: renew it"
	case left < soon:
		f.Level, f.Fix = Warning, fmt.Sprintf("it expires in %d days: renew it before it stops delivery", int(left/(24*time.Hour)))
	}
	p.add(f)
}

func describe(a *attempt, c *x509.Certificate) *Certificate {
	d := &Certificate{Issuer: a.clean(c.Issuer.String()), NotBefore: c.NotBefore.UTC(), NotAfter: c.NotAfter.UTC()}
	for _, name := range c.DNSNames {
		d.Names = append(d.Names, a.clean(name))
	}
	for _, ip := range c.IPAddresses {
		d.Names = append(d.Names, ip.String())
	}
	return d
}
