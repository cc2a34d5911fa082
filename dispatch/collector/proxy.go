package collector

import (
	"cmp"
	"errors"
	"net/url"
	"slices"
	"strings"

	"golang.org/x/net/http/httpproxy"
)

// route decides whether a proxy stands between, as curl and net/http do:
// HTTPS_PROXY, HTTP_PROXY and NO_PROXY, or in lower case. Loopback addresses
// are never asked for through one.
func (a *attempt) route(getenv func(string) string) error {
	either := func(name string) string { return cmp.Or(getenv(name), getenv(strings.ToLower(name))) }
	c := httpproxy.Config{HTTPProxy: either("HTTP_PROXY"), HTTPSProxy: either("HTTPS_PROXY"), NoProxy: either("NO_PROXY")}

	name, value := "$HTTPS_PROXY", c.HTTPSProxy
	if a.url.Scheme == "http" {
		name, value = "$HTTP_PROXY", c.HTTPProxy
	}
	// httpproxy ignores a proxy that it cannot read and goes straight to the
	// collector, past what somebody put there on purpose.
	if value != "" && !usable(value) {
		return &LocalError{What: "the proxy", Where: name, Err: errors.New("it is not a URL like http://proxy.example.com:3128")}
	}
	var err error
	if a.proxy, err = c.ProxyFunc()(a.url); err != nil {
		return &LocalError{What: "the proxy", Where: name, Err: errors.New("it cannot be used")} // the error may quote it
	}
	if a.proxy != nil {
		a.mask.userinfo(a.proxy.User)
	}
	return nil
}

var proxySchemes = []string{"http", "https", "socks5", "socks5h"}

func usable(proxy string) bool {
	if !strings.Contains(proxy, "://") {
		proxy = "http://" + proxy
	}
	u, err := url.Parse(proxy)
	return err == nil && u.Hostname() != "" && slices.Contains(proxySchemes, u.Scheme)
}
