// Package collector makes one HTTPS request and reports one reply. It is the
// only home of net/http. It never retries, never follows a redirect and keeps
// no state but idle connections: every call of Send is one request on the wire.
package collector

import "time"

// Endpoint says where and how one integration is reached. It holds references
// to secrets, never their values.
type Endpoint struct {
	Name    string // of the integration, for messages
	URL     Secret // Text when it is no secret
	Method  string // POST or PUT
	Headers []Header

	ContentType string // of the body; lower case
	Compression string // none, gzip, zstd

	CA         string // PEM, or the path of a PEM file; added to the system's roots
	SkipVerify bool
	ClientCert string // path
	ClientKey  string // path

	ConnectTimeout time.Duration // TCP and TLS
	RequestTimeout time.Duration // request begun → answer complete

	Signing []Secret // Standard Webhooks secrets, newest first; all of them sign
}

// Header is one request header. Exactly one of its forms is used: Value.Text
// for a plain header.
type Header struct {
	Name   string
	Value  Secret
	Prefix string // before the secret
	Secret bool   // never shown
}

// Secret is a value, or where to read it. Exactly one field is set.
type Secret struct {
	Text       string // the value itself
	File       string // path; one trailing line end is cut
	Credential string // name of a file in $CREDENTIALS_DIRECTORY
	Env        string // name of an environment variable
}

// Plain reports whether the value stands in the configuration itself.
func (s Secret) Plain() bool { return s.File == "" && s.Credential == "" && s.Env == "" }
