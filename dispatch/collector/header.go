package collector

import (
	"net/http"
	"slices"
	"strings"
)

// reserved headers frame the message; a configured value would break it.
// Expect is one of them: after a 413 some collectors take the body that comes
// anyway for new requests (Logstash).
var reserved = []string{"Host", "Content-Length", "Transfer-Encoding", "Connection", "Expect", "Trailer", "Upgrade"}

// Headers returns the headers of a request as Send would send them, in order,
// secrets as references. Configured headers win over ours, the reserved ones
// (Host, Content-Length, …) aside. Those of a signature come only when it is
// made.
func (c *Client) Headers(e Endpoint, r Request) []Header {
	typ := strings.ToLower(e.ContentType)
	if typ == "" {
		typ = r.Type
	}
	own := []Header{
		{Name: "Content-Type", Value: Secret{Text: typ}},
		{Name: "User-Agent", Value: Secret{Text: "wnotify/" + c.version}},
		{Name: "Idempotency-Key", Value: Secret{Text: r.Key}},
	}
	if e.Compression != "" && e.Compression != "none" {
		own = append(own, Header{Name: "Content-Encoding", Value: Secret{Text: e.Compression}})
	}
	configured := slices.DeleteFunc(slices.Clone(e.Headers), func(h Header) bool {
		return slices.ContainsFunc(reserved, func(name string) bool { return strings.EqualFold(name, h.Name) })
	})
	own = slices.DeleteFunc(own, func(o Header) bool {
		return o.Value.Text == "" || slices.ContainsFunc(configured, func(h Header) bool { return strings.EqualFold(o.Name, h.Name) })
	})
	return append(own, configured...)
}

// fill reveals headers into h.
func (a *attempt) fill(v *vault, headers []Header) error {
	for _, h := range headers {
		what := "the value of header " + printable(h.Name, maxText)
		value, err := a.reveal(v, what, h.Value)
		if err != nil {
			return err
		}
		if !h.Value.Plain() || h.Secret {
			a.mask.header(value)
		}
		if err := checkHeader(what, h.Name, h.Prefix+value); err != nil {
			return err
		}
		a.header[http.CanonicalHeaderKey(h.Name)] = append(a.header[http.CanonicalHeaderKey(h.Name)], h.Prefix+value)
	}
	return nil
}
