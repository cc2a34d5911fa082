package collector

import "net/url"

// Shown is what people may see of the endpoint's URL: neither query nor
// userinfo. Of a URL that is a secret it says where it is read; with its host
// there is [Client.Shown].
func (e Endpoint) Shown() string {
	if !e.URL.Plain() {
		return "(url from " + e.URL.Source() + ")"
	}
	u, err := url.Parse(e.URL.Text)
	if err != nil {
		return "(not a URL)"
	}
	return printable(shown(u, false), maxText)
}

// Shown is what people may see of the endpoint's URL; of one that is a secret,
// scheme and host, or where it is read if it cannot be.
func (c *Client) Shown(e Endpoint) string {
	if e.URL.Plain() {
		return e.Shown()
	}
	text, _, err := c.vault.reveal("url", e.URL)
	if err != nil {
		return e.Shown()
	}
	u, err := parseURL(text)
	if err != nil {
		return e.Shown()
	}
	return printable(shown(u, true), maxText)
}
