package collector

import (
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"time"
)

// attempt is a request with everything revealed, ready to go out.
type attempt struct {
	endpoint  Endpoint
	method    string
	url       *url.URL
	proxy     *url.URL // nil: straight to the collector
	header    http.Header
	body      [][]byte // as it goes out, in pieces
	release   func()   // gives the body's memory back
	transport *transport
	mask      mask
	warn      error
}

// prepare reveals and checks everything that a request needs. Whatever fails
// here is ours, and nothing was sent.
func (c *Client) prepare(e Endpoint, r Request, now time.Time) (*attempt, error) {
	a := &attempt{endpoint: e, header: make(http.Header), release: func() {}}
	steps := []func() error{
		func() error { return a.address(&c.vault) },
		func() error { return a.route(c.vault.getenv) },
		func() error { return a.fill(&c.vault, c.Headers(e, r)) },
		func() error { return a.load(c, r.Body) },
		func() error { return a.sign(&c.vault, r.Key, now) },
		func() error { return a.trust(c) },
	}
	for _, step := range steps {
		if err := step(); err != nil {
			a.release()
			return nil, err
		}
	}
	return a, nil
}

// reveal reveals a secret and keeps the first warning.
func (a *attempt) reveal(v *vault, what string, s Secret) (string, error) {
	value, warn, err := v.reveal(what, s)
	if a.warn == nil {
		a.warn = warn
	}
	return value, err
}

// nothing is the body of a request that is prepared and never sent.
var nothing = [][]byte{[]byte("[]")}

func (a *attempt) load(c *Client, body [][]byte) (err error) {
	if a.method, err = checkMethod(a.endpoint.Method); err != nil {
		return err
	}
	if size(body) == 0 {
		return errEmptyBody
	}
	body, release, err := c.encoders.encode(a.endpoint.Compression, body)
	if err == nil {
		a.body, a.release = body, release
	}
	return err
}

func size(body [][]byte) (n int64) {
	for _, p := range body {
		n += int64(len(p))
	}
	return n
}

func (a *attempt) sign(v *vault, key string, now time.Time) error {
	secrets := make([]string, 0, len(a.endpoint.Signing))
	for _, s := range a.endpoint.Signing {
		value, err := a.reveal(v, "the signing secret", s)
		if err != nil {
			return err
		}
		a.mask.add(value)
		secrets = append(secrets, value)
	}
	return sign(a.header, secrets, key, now, a.body)
}

// request is what goes out. It is made anew for each connection it is tried
// on: writing it uses up the body.
func (a *attempt) request() *http.Request {
	header := a.header
	if a.forwarded() {
		header = header.Clone()
		proxyLogin(header, a.proxy.User)
	}
	body := net.Buffers(slices.Clone(a.body))
	return &http.Request{
		Method:        a.method,
		URL:           a.url,
		Host:          a.url.Host,
		Header:        header,
		Body:          io.NopCloser(&body),
		ContentLength: size(a.body), // known, so nothing is chunked
		Proto:         "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
	}
}
