package collector

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"time"
)

// tlsFault says why a handshake failed.
func tlsFault(h *hop, timedOut bool, limit string, now time.Time) *fault {
	var (
		notTLS  tls.RecordHeaderError
		unknown x509.UnknownAuthorityError
		name    x509.HostnameError
		invalid x509.CertificateInvalidError
		noRoots x509.SystemRootsError
		weak    = new(weakError)
		remote  = remoteAlert(h.err)
	)
	f := &fault{err: h.err}
	switch {
	case timedOut:
		f.err = nil
		f.text = fmt.Sprintf("%s did not finish the TLS handshake %s", h.host, limit)
		f.fix = "something accepts connections there and says nothing: check that the port speaks TLS"
	case errors.As(h.err, &notTLS):
		f.err, f.unready = nil, true
		f.text = h.host + " does not speak TLS"
		if string(notTLS.RecordHeader[:]) == "HTTP/" {
			f.text += ": it answered in plain HTTP"
		}
		f.fix = "turn TLS on at the collector, correct the port, or write http:// in url (with allow_http = true)"
	case errors.As(h.err, &name):
		f.text = fmt.Sprintf("the certificate of %s is for %s", h.host, certificateNames(name.Certificate))
		f.fix = "use one of its names in url, or give the collector a certificate for " + hostOnly(h.host)
	case errors.As(h.err, &invalid) && invalid.Reason == x509.Expired:
		expired(f, h.host, invalid.Cert, now)
	case errors.As(h.err, &noRoots):
		f.text = fmt.Sprintf("the certificate of %s cannot be checked: this machine knows no authorities", h.host)
		f.fix = "install them (package ca-certificates), or give the collector's with --ca-certificate FILE"
	case errors.As(h.err, &weak):
		f.text, f.fix = weakFault(h.host, weak)
	case errors.As(h.err, &unknown) && broken(unknown.Cert) != "":
		f.text = fmt.Sprintf("the certificate of %s counts for nothing: %s is signed with %s, which can be forged", h.host, subject(unknown.Cert), broken(unknown.Cert))
		f.fix = "have it signed again with SHA-256 or better; no --ca-certificate helps"
	case errors.As(h.err, &unknown):
		f.text = fmt.Sprintf("the certificate of %s is signed by an authority this machine does not know", h.host)
		if c := unknown.Cert; c != nil {
			f.text += fmt.Sprintf(" (%s)", issuer(c))
		}
		f.fix = "give that authority's certificate with --ca-certificate FILE; `openssl s_client -showcerts -connect " + h.host + "` shows what is sent"
	case errors.As(h.err, &invalid):
		f.text = fmt.Sprintf("the certificate of %s is not valid: %v", h.host, invalid)
		f.fix = "give the collector a certificate for a TLS server, signed with SHA-256 or better"
	case remote != "" && h.asked:
		f.text = fmt.Sprintf("%s asked for a client certificate and refused what it got: %s", h.host, remote)
		f.fix = certificateFix
	case remote != "":
		f.text = fmt.Sprintf("%s broke off the TLS handshake: %s", h.host, remote)
		f.fix = "the collector must speak TLS 1.2 or 1.3 and HTTP/1.1"
	case dropped(h.err):
		f.err, f.unready = nil, true
		f.text = h.host + " closed the connection in the TLS handshake"
		f.fix = "the port may not speak TLS, or something between closes what it does not know"
	default:
		f.text = fmt.Sprintf("the TLS handshake with %s failed: %v", h.host, h.err)
		f.fix = "the collector must speak TLS 1.2 or 1.3; `openssl s_client -connect " + h.host + "` shows more"
	}
	return f
}

func weakFault(host string, weak *weakError) (text, fix string) {
	if weak.leaf {
		return fmt.Sprintf("the certificate of %s has an RSA key of %d bits, which can be broken", host, weak.bits),
			fmt.Sprintf("give the collector a certificate with an RSA key of %d bits or more, or with an ECDSA key", leastRSA)
	}
	return fmt.Sprintf("the certificate of %s is signed by %s, whose RSA key of %d bits can be broken", host, subject(weak.cert), weak.bits),
		fmt.Sprintf("that authority needs an RSA key of %d bits or more, or an ECDSA key, and the collector a certificate signed with it", leastRSA)
}

const certificateFix = "set client_certificate and client_key to a pair that the collector's authority has signed"

func expired(f *fault, host string, c *x509.Certificate, now time.Time) {
	if now.Before(c.NotBefore) {
		f.text = fmt.Sprintf("the certificate of %s is valid only from %s; the clock here says %s", host, day(c.NotBefore), day(now))
		f.fix = "set the clock of this machine (timedatectl), or wait"
		return
	}
	f.text = fmt.Sprintf("the certificate of %s expired on %s; the clock here says %s", host, day(c.NotAfter), day(now))
	f.fix = "renew the collector's certificate, or set the clock of this machine (timedatectl)"
}

func day(t time.Time) string { return t.UTC().Format("2006-01-02 15:04 MST") }

// certificateNames is what a certificate is good for, at most five of it.
func certificateNames(c *x509.Certificate) string {
	if c == nil {
		return "another host"
	}
	names := append([]string(nil), c.DNSNames...)
	for _, ip := range c.IPAddresses {
		names = append(names, ip.String())
	}
	switch n := len(names); {
	case n == 0:
		return "no host at all: it has no subject alternative names"
	case n > 5:
		return strings.Join(names[:5], ", ") + fmt.Sprintf(" and %d more", n-5)
	}
	return strings.Join(names, ", ")
}

// subject is whom a certificate is about.
func subject(c *x509.Certificate) string {
	if name := c.Subject.String(); name != "" {
		return name
	}
	return "one without a name"
}

func issuer(c *x509.Certificate) string {
	if c.Issuer.String() == c.Subject.String() {
		return "it has signed itself"
	}
	return "its issuer is " + c.Issuer.String()
}

// remoteAlert is the alert with which the other side ended TLS, or "".
func remoteAlert(err error) string {
	if op := new(net.OpError); errors.As(err, &op) && op.Op == "remote error" {
		return op.Err.Error()
	}
	return ""
}

// dropped: the connection ended or was reset.
func dropped(err error) bool {
	op := new(net.OpError)
	return errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, net.ErrClosed) || errors.As(err, &op)
}
