package collector

import (
	"context"
	"errors"
	"net"
	"net/url"
	"strings"

	"golang.org/x/net/proxy"
)

// hop is the step at which connecting failed.
type hop struct {
	cause Cause
	host  string // that was talked to: the collector, or the proxy
	proxy bool   // it was the proxy
	asked bool   // in TLS it asked for a client certificate
	err   error
}

func (h *hop) Error() string { return h.host + ": " + h.err.Error() }
func (h *hop) Unwrap() error { return h.err }

// connect returns a connection to the collector, over a proxy if there is one,
// TLS included. A fresh one was not used before. Errors are of type *hop.
func (a *attempt) connect(ctx context.Context, fresh bool) (*conn, error) {
	route := a.url.Scheme + "://" + hostPort(a.url)
	if a.proxy != nil {
		route += " via " + a.proxy.String()
	}
	if !fresh {
		if c := a.transport.idle.take(route); c != nil {
			return c, nil
		}
	}
	w, err := a.dial(ctx)
	if err != nil {
		return nil, err
	}
	c, asked, err := a.secure(ctx, w)
	if err != nil {
		w.Close()
		return nil, err
	}
	return newConn(c, w, route, asked), nil
}

// behindHTTP: an http or https proxy stands between. SOCKS is a way to dial.
func (a *attempt) behindHTTP() bool {
	return a.proxy != nil && strings.HasPrefix(a.proxy.Scheme, "http")
}

// forwarded: the proxy gets the request itself, not a tunnel to the collector.
func (a *attempt) forwarded() bool { return a.behindHTTP() && a.url.Scheme == "http" }

// dial opens the TCP connection, to the collector or to the proxy.
func (a *attempt) dial(ctx context.Context) (*wire, error) {
	var d proxy.ContextDialer = new(net.Dialer)
	to, proxied := a.url, a.proxy != nil
	switch {
	case a.behindHTTP():
		to = a.proxy
	case proxied:
		d = socks(a.proxy)
	}
	c, err := d.DialContext(ctx, "tcp", hostPort(to))
	if err == nil {
		return &wire{Conn: c}, nil
	}
	h := &hop{cause: Connect, host: hostPort(to), err: err}
	if proxied {
		h.proxy, h.host = true, hostPort(a.proxy)
	}
	if dns := new(net.DNSError); errors.As(err, &dns) {
		h.cause = DNS
	}
	return nil, h
}

// socks dials through a SOCKS5 proxy, which resolves the collector's name.
func socks(u *url.URL) proxy.ContextDialer {
	var login *proxy.Auth
	if u.User != nil {
		password, _ := u.User.Password()
		login = &proxy.Auth{User: u.User.Username(), Password: password}
	}
	d, _ := proxy.SOCKS5("tcp", hostPort(u), login, new(net.Dialer)) // its error is always nil
	return d.(proxy.ContextDialer)                                   //nolint:forcetypeassert // promised by its documentation
}
