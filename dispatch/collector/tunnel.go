package collector

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"time"
)

// RefusalError is the answer of a proxy that does not connect.
type refusalError struct{ status int }

func (e *refusalError) Error() string {
	return fmt.Sprintf("it answered %d %s", e.status, http.StatusText(e.status))
}

// tunnel asks the proxy at the other end of a connection to connect it to a
// host.
func tunnel(ctx context.Context, c net.Conn, host string, login *url.Userinfo) error {
	q := &http.Request{Method: http.MethodConnect, URL: &url.URL{Opaque: host}, Host: host, Header: make(http.Header)}
	proxyLogin(q.Header, login)
	q.Header.Set("User-Agent", "") // the proxy need not know
	stop := context.AfterFunc(ctx, func() { _ = c.SetDeadline(past) })
	defer stop()

	if err := q.Write(c); err != nil {
		return cmpErr(ctx, err)
	}
	in := bufio.NewReader(io.LimitReader(c, maxHead))
	answer, err := http.ReadResponse(in, q) //nolint:bodyclose // what follows an answer to CONNECT is the tunnel
	switch {
	case err != nil:
		return cmpErr(ctx, err)
	case answer.StatusCode < 200 || answer.StatusCode > 299:
		return &refusalError{answer.StatusCode}
	case in.Buffered() > 0:
		return errors.New("it spoke before it was spoken to")
	case !stop():
		return context.Cause(ctx)
	}
	return c.SetDeadline(time.Time{})
}

// proxyLogin adds the credentials of a proxy's URL.
func proxyLogin(h http.Header, login *url.Userinfo) {
	if login == nil {
		return
	}
	password, _ := login.Password()
	basic := &http.Request{Header: make(http.Header)}
	basic.SetBasicAuth(login.Username(), password)
	h.Set("Proxy-Authorization", basic.Header.Get("Authorization"))
}

// cmpErr prefers the reason for which a context ended to what came of it.
func cmpErr(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return err
}
