package collector

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"

	"golang.org/x/net/http/httpguts"
	"golang.org/x/net/idna"
)

var errEmptyBody = &LocalError{What: "the body", Err: errors.New("it is empty, and collectors answer 200 to that without storing anything")}

// address reveals and checks the URL. Its errors never quote it.
func (a *attempt) address(v *vault) error {
	const what = "url"
	text, err := a.reveal(v, what, a.endpoint.URL)
	if err != nil {
		return err
	}
	secret := !a.endpoint.URL.Plain()
	u, err := parseURL(text)
	if err == nil && secret && u.Scheme == "http" && !a.endpoint.AllowHTTP && !loopback(u.Hostname()) {
		err = errors.New("http:// is refused except to a loopback address: allow_http = true permits it")
	}
	if err != nil {
		return &LocalError{What: what, Where: a.endpoint.URL.Source(), Err: err}
	}
	a.mask.url(u, secret)
	if user := u.User; user != nil {
		password, _ := user.Password()
		login := &http.Request{Header: a.header}
		login.SetBasicAuth(user.Username(), password)
		u.User = nil
	}
	a.url = u
	return nil
}

// parseURL accepts what can be posted to.
func parseURL(text string) (*url.URL, error) {
	u, err := url.Parse(strings.TrimSpace(text))
	switch {
	case err != nil:
		return nil, errors.New("it is not a URL") // the parser's error quotes it
	case u.Scheme != "https" && u.Scheme != "http":
		return nil, errors.New("it does not begin with https://")
	case u.Hostname() == "":
		return nil, errors.New("it names no host")
	}
	if p := u.Port(); p != "" {
		if _, err := netip.ParseAddrPort("127.0.0.1:" + p); err != nil {
			return nil, errors.New("its port is not a number up to 65535")
		}
	}
	host, err := idna.Lookup.ToASCII(u.Hostname())
	if err == nil && !strings.Contains(u.Hostname(), ":") {
		u.Host = host + strings.TrimPrefix(u.Host, u.Hostname())
	}
	u.Host = strings.TrimSuffix(u.Host, ":")
	u.Fragment, u.RawFragment = "", ""
	return u, nil
}

// loopback reports whether a host can only be this machine.
func loopback(host string) bool {
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || strings.HasSuffix(host, ".localhost") || err == nil && ip.Unmap().IsLoopback()
}

// hostPort is where a URL is dialled.
func hostPort(u *url.URL) string {
	port := u.Port()
	if port == "" {
		port = map[string]string{"http": "80", "https": "443", "socks5": "1080", "socks5h": "1080"}[u.Scheme]
	}
	return net.JoinHostPort(u.Hostname(), port)
}

func checkMethod(m string) (string, error) {
	switch m {
	case "":
		return http.MethodPost, nil
	case http.MethodPost, http.MethodPut:
		return m, nil
	}
	return "", &LocalError{What: "method", Err: fmt.Errorf("%q is neither POST nor PUT", printable(m, 20))}
}

func checkHeader(what, name, value string) error {
	if !httpguts.ValidHeaderFieldName(name) {
		return &LocalError{What: what, Err: errors.New("that is not a header name")}
	}
	if !httpguts.ValidHeaderFieldValue(value) {
		return &LocalError{What: what, Err: errors.New("it has a line end or a control character in it")}
	}
	return nil
}
