// Package collector makes one HTTPS request and reports one reply. With
// dispatch/receiver it is the only home of net/http. It never retries, never
// follows a redirect and keeps no state but idle connections and the last good
// content of the files it was told to read.
//
// One call of [Client.Send] is exactly one request on the wire. That is why it
// drives a connection itself, with net/http to write the request and to read
// the answer, and does without [net/http.Transport]:
//
//   - A Transport sends a request that carries an Idempotency-Key again by
//     itself, and its HTTP/2 side does so after GOAWAY and REFUSED_STREAM.
//   - It takes bytes that wait on an idle connection for the answer to the next
//     request if that is quick enough: a stray "200 OK" would be a delivery that
//     never was. Here a connection with anything to read is never used again.
//   - It drops an answer once a write fails. A collector that refuses a large
//     body with 413 and closes is heard here (see exchange.go).
//   - It has one clock where two are promised, dials on after its caller has
//     left, and prints what a collector says out of turn to the process's log.
//
// HTTP/1.1 is the only version spoken. A lane has one request on the wire, so
// streams would gain nothing; and a connection that others write to cannot tell
// whether a byte of ours left the machine.
package collector

import "time"

// The timeouts of an endpoint that sets none.
const (
	DefaultConnectTimeout = 20 * time.Second
	DefaultRequestTimeout = 15 * time.Second
)

// Endpoint says where and how one integration is reached. It holds references
// to secrets, never their values.
type Endpoint struct {
	Name    string // of the integration, for messages
	Type    string // webhook, fluentd or logstash; only advice depends on it
	URL     Secret // Text when it is no secret
	Method  string // POST (also when empty) or PUT
	Headers []Header

	ContentType string // of the body; lower case
	Compression string // none (also when empty), gzip, zstd

	// AllowHTTP permits http:// to other hosts than this one. It is asked only
	// for a URL that is a secret: the configuration checks the others.
	AllowHTTP bool

	CA         string // PEM, or the path of a PEM file; added to the system's roots
	SkipVerify bool
	ClientCert string // path
	ClientKey  string // path; empty: the key is in ClientCert

	ConnectTimeout time.Duration // TCP, proxy and TLS; 0: 20 s
	RequestTimeout time.Duration // request begun → answer complete; 0: 15 s

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

// Source says where the value is read, without it: "/run/secrets/token",
// "credential token", "$TOKEN", or "" for a plain one.
func (s Secret) Source() string {
	switch {
	case s.File != "":
		return s.File
	case s.Credential != "":
		return "credential " + s.Credential
	case s.Env != "":
		return "$" + s.Env
	}
	return ""
}

func (e Endpoint) connectTimeout() time.Duration {
	if e.ConnectTimeout > 0 {
		return e.ConnectTimeout
	}
	return DefaultConnectTimeout
}

func (e Endpoint) requestTimeout() time.Duration {
	if e.RequestTimeout > 0 {
		return e.RequestTimeout
	}
	return DefaultRequestTimeout
}
