package collector

import (
	"context"
	"errors"
	"fmt"
	"net"
	"syscall"
	"time"
)

// unconnected is the reply to an attempt that found no connection. TimedOut
// says that the clock of connecting ran out.
func (a *attempt) unconnected(ctx context.Context, err error, timedOut bool) Reply {
	if over(ctx) {
		return Reply{Cause: Interrupted, Err: errInterrupted}
	}
	h := new(hop)
	if !errors.As(err, &h) {
		h = &hop{cause: Connect, host: hostPort(a.url), err: err}
	}
	if err := h.shortage(); err != nil {
		return Reply{Cause: Local, Err: err}
	}
	limit := limitText(a.endpoint.connectTimeout(), "connection_timeout")
	var f *fault
	switch {
	case h.cause == TLS:
		f = tlsFault(h, timedOut, limit, time.Now())
	case h.cause == DNS:
		f = dnsFault(h, timedOut, limit)
	default:
		f = tcpFault(h, timedOut, limit)
	}
	if h.proxy {
		f.text = "proxy: " + f.text
		f.fix = "this is about the proxy in HTTPS_PROXY or HTTP_PROXY (NO_PROXY makes exceptions): " + f.fix
	}
	f.text = a.clean(f.text)
	return Reply{Cause: h.cause, Err: f}
}

// over: the context has ended, or is about to. Dialling ends at its deadline by
// a timer of its own, which may be a moment earlier than the context's.
func over(ctx context.Context) bool {
	end, ok := ctx.Deadline()
	return ctx.Err() != nil || ok && !time.Now().Before(end)
}

// clean makes a text with foreign words in it fit to be shown.
func (a *attempt) clean(text string) string { return printable(a.mask.hide(text, false), maxText) }

func dnsFault(h *hop, timedOut bool, limit string) *fault {
	dns := new(net.DNSError)
	errors.As(h.err, &dns)
	f := &fault{err: dns, fix: "check the host in url; `getent hosts " + hostOnly(h.host) + "` asks the same name servers"}
	switch {
	case timedOut:
		f.text = fmt.Sprintf("%s was not resolved %s", hostOnly(h.host), limit)
	case dns.IsNotFound:
		f.text = fmt.Sprintf("cannot resolve %s: no such host", hostOnly(h.host))
	case dns.IsTimeout:
		f.text = fmt.Sprintf("cannot resolve %s: the name server did not answer", hostOnly(h.host))
	default:
		f.text = fmt.Sprintf("cannot resolve %s: the name server failed", hostOnly(h.host))
	}
	return f
}

func tcpFault(h *hop, timedOut bool, limit string) *fault {
	refusal := new(refusalError)
	errno := syscall.Errno(0)
	errors.As(h.err, &errno)
	switch {
	case errors.As(h.err, &refusal):
		f := &fault{text: fmt.Sprintf("%s does not connect to the collector: %v", h.host, refusal), err: refusal}
		f.fix = "ask whoever runs it to permit the connection"
		if refusal.status == 407 {
			f.fix = "put its user and password into the variable: http://USER:PASSWORD@HOST:PORT"
		}
		return f
	case timedOut:
		return &fault{
			text: fmt.Sprintf("no connection to %s %s", h.host, limit),
			fix:  "a firewall between here and there may drop packets without a word, or the address is wrong",
		}
	case errors.Is(errno, syscall.ECONNREFUSED):
		return &fault{
			text: fmt.Sprintf("cannot connect to %s: connection refused", h.host), err: errno, unready: true,
			fix: "nothing listens there: start the collector, or correct host and port in url",
		}
	case errno != 0:
		return &fault{
			text: fmt.Sprintf("cannot connect to %s: %v", h.host, errno), err: errno,
			fix: "check the network, the route and the firewall between here and there",
		}
	}
	return &fault{
		text: fmt.Sprintf("cannot connect to %s: %v", h.host, h.err),
		fix:  "check host and port in url, and what stands between",
	}
}

func hostOnly(hostport string) string {
	if host, _, err := net.SplitHostPort(hostport); err == nil {
		return host
	}
	return hostport
}
