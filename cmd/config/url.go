package config

import (
	"errors"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
)

// url takes the URL, or where it is kept when it is a secret. A name and
// password in it are sent as Basic authentication, as curl does.
func (i *integration) url(v value) {
	switch v.kind {
	case table:
		secretOf(&i.Endpoint.URL, nil)(v)
	case text:
		u, err := parseURL(v.text)
		if err != nil {
			v.refusef("as https://collector.example.com/path", "%s", err)
			return
		}
		i.Endpoint.URL.Text = v.text
		i.target = u
	default:
		v.is(text)
	}
}

// The reasons never hold a part of the URL: any part may be a secret.
var (
	errNoURL    = errors.New("is not a URL")
	errScheme   = errors.New("must begin with https://")
	errNoHost   = errors.New("names no host")
	errPort     = errors.New("has a port that is not from 1 to 65535")
	errFragment = errors.New("has a fragment (#…), which is never sent")
	errEscape   = errors.New("has a % that begins no escape like %20")
	errBlank    = errors.New("has a blank or a control character in it")
)

func parseURL(s string) (*url.URL, error) {
	if strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r == 0x7f }) {
		return nil, errBlank
	}
	u, err := url.Parse(s)
	var escape url.EscapeError
	switch {
	case errors.As(err, &escape):
		return nil, errEscape
	case err != nil:
		return nil, errNoURL
	case u.Scheme != "https" && u.Scheme != "http":
		return nil, errScheme
	case u.Hostname() == "":
		return nil, errNoHost
	case strings.Contains(s, "#"):
		return nil, errFragment
	}
	if port, err := strconv.ParseUint(u.Port(), 10, 16); strings.HasSuffix(u.Host, ":") || u.Port() != "" && (err != nil || port == 0) {
		return nil, errPort
	}
	return u, nil
}

// loopback reports whether a host can only be this machine.
func loopback(host string) bool {
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	if host == "localhost" || strings.HasSuffix(host, ".localhost") {
		return true
	}
	addr, err := netip.ParseAddr(host)
	return err == nil && addr.Unmap().IsLoopback()
}
