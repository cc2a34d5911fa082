package collector

import (
	"context"
	"crypto/tls"
	"net"
	"strings"
)

// secure goes from a TCP connection to one that a request can be written to:
// TLS to an https proxy, CONNECT to an http one, TLS to the collector. Asked
// says that the collector wanted a client certificate.
func (a *attempt) secure(ctx context.Context, w *wire) (c net.Conn, asked bool, err error) {
	c = w
	if a.behindHTTP() {
		if a.proxy.Scheme == "https" {
			// The proxy is trusted like any public server; verify_tls and the
			// client certificate are about the collector.
			config := a.transport.tls.Clone()
			config.Certificates, config.InsecureSkipVerify = nil, false
			if c, _, err = handshake(ctx, c, config, a.proxy.Hostname()); err != nil {
				return nil, false, &hop{cause: TLS, host: hostPort(a.proxy), proxy: true, err: err}
			}
		}
		if a.url.Scheme == "https" {
			if err = tunnel(ctx, c, hostPort(a.url), a.proxy.User); err != nil {
				return nil, false, &hop{cause: Connect, host: hostPort(a.proxy), proxy: true, err: err}
			}
		}
	}
	if a.url.Scheme != "https" {
		return c, false, nil
	}
	if c, asked, err = handshake(ctx, c, a.transport.tls, a.url.Hostname()); err != nil {
		return nil, asked, &hop{cause: TLS, host: hostPort(a.url), asked: asked, err: err}
	}
	return c, asked, nil
}

// handshake makes a TLS connection to a host of a connection to it.
func handshake(ctx context.Context, c net.Conn, config *tls.Config, host string) (secured net.Conn, asked bool, err error) {
	config = config.Clone()
	config.ServerName = strings.TrimSuffix(host, ".")
	config.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) {
		asked = true
		if len(config.Certificates) == 0 {
			return new(tls.Certificate), nil
		}
		// Also when the collector names other authorities: its refusal says more
		// than an empty answer of ours.
		return &config.Certificates[0], nil
	}
	if !config.InsecureSkipVerify {
		config.VerifyConnection = strong
	}
	t := tls.Client(c, config)
	err = t.HandshakeContext(ctx)
	return t, asked, rootless(err, config.RootCAs != nil)
}
