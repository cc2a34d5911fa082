package collector

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"syscall"
	"time"
)

// judge makes a reply of what was said, or of why nothing was.
func (a *attempt) judge(ctx context.Context, c *conn, said answer, err error) Reply {
	if said.status != 0 && (err == nil || !said.ok()) {
		return a.answered(said)
	}
	switch {
	case ctx.Err() != nil:
		return Reply{Cause: Interrupted, Err: errInterrupted}
	case late(err):
		return Reply{Cause: Timeout, Err: a.timeout(said)}
	case remoteAlert(err) != "":
		return Reply{Cause: TLS, Err: a.alerted(c, remoteAlert(err))}
	case errors.Is(err, errEarly) || dropped(err):
		return Reply{Cause: Reset, Err: a.reset(said, err)}
	}
	return Reply{Cause: Protocol, Err: &fault{
		text: a.clean(fmt.Sprintf("what %s answered is not HTTP: %v", a.url.Host, err)),
		fix:  "check that host and port in url lead to an HTTP collector, not to another service",
	}}
}

func (a *attempt) answered(said answer) Reply {
	r := Reply{Status: said.status, Answer: a.excerpt(said)}
	switch {
	case said.status == http.StatusTooManyRequests || said.status == http.StatusServiceUnavailable:
		r.RetryAfter = retryAfter(said.header.Values("Retry-After"), time.Now())
	case said.status >= 300 && said.status <= 399:
		r.Location = a.location(said.header.Get("Location"))
	}
	return r
}

// excerpt is the start of the body, fit to be shown.
func (a *attempt) excerpt(said answer) string {
	if coding := said.header.Get("Content-Encoding"); coding != "" && coding != "identity" && len(said.body) > 0 {
		return printable(fmt.Sprintf("(%d bytes, encoded as %s)", len(said.body), a.mask.hide(coding, false)), maxText)
	}
	return printable(strings.TrimSpace(a.mask.hide(string(said.body), true)), maxText)
}

// location is where a redirect leads, without query and userinfo; without the
// path when the endpoint's own is a secret.
func (a *attempt) location(text string) string {
	if text == "" {
		return ""
	}
	u, err := a.url.Parse(text)
	if err != nil {
		return "(not a URL)"
	}
	return a.clean(shown(u, !a.endpoint.URL.Plain()))
}

// shown is what people may see of a URL.
func shown(u *url.URL, secret bool) string {
	s := url.URL{Scheme: u.Scheme, Host: u.Host}
	if !secret {
		s.Path, s.RawPath, s.Opaque = u.Path, u.RawPath, u.Opaque
	}
	return s.String()
}

func (a *attempt) timeout(said answer) *fault {
	limit := limitText(a.endpoint.requestTimeout(), "request_timeout")
	if said.ok() {
		return &fault{
			text: fmt.Sprintf("%s answered %d, but not all of it came %s", a.url.Host, said.status, limit),
			fix:  "something between holds the answer back, or the collector does not end it",
		}
	}
	return &fault{
		text: fmt.Sprintf("no answer from %s %s", a.url.Host, limit),
		fix:  "the collector is overloaded or blocked; it may store the request all the same, so expect a duplicate with the same Idempotency-Key. A higher request_timeout or a smaller batch_events helps a slow one",
	}
}

func (a *attempt) alerted(c *conn, alert string) *fault {
	if c.asked {
		return &fault{
			text: a.clean(fmt.Sprintf("%s asked for a client certificate and refused what it got: %s", a.url.Host, alert)),
			fix:  certificateFix,
		}
	}
	return &fault{
		text: a.clean(fmt.Sprintf("%s ended TLS: %s", a.url.Host, alert)),
		fix:  "the collector's log says why",
	}
}

func (a *attempt) reset(said answer, err error) *fault {
	how := "closed"
	if errors.Is(err, syscall.ECONNRESET) || errors.Is(err, syscall.EPIPE) {
		how = "reset"
	}
	f := &fault{fix: "the collector was restarted, or it refuses what it does not want to read: a large batch is halved when that happens twice. Its log says more"}
	switch {
	case errors.Is(err, errEarly):
		f.text = fmt.Sprintf("%s answered %d before it had the whole request, so it cannot have stored it", a.url.Host, said.status)
	case said.status != 0:
		f.text = fmt.Sprintf("%s answered %d, but the connection was %s before all of it came", a.url.Host, said.status, how)
	default:
		f.text = fmt.Sprintf("%s: the connection was %s without an answer", a.url.Host, how)
	}
	if a.url.Scheme == "http" && said.status == 0 {
		f.fix = "the port may speak TLS: try https:// in url. Otherwise, " + f.fix
	}
	return f
}
