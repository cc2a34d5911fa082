package collector

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"strings"
)

// transport is what an endpoint's connections have in common: whom they trust,
// who they say they are, and those that are idle.
type transport struct {
	settings string
	material material
	tls      *tls.Config
	idle     pool
}

// material is the content of an endpoint's certificate files.
type material struct{ ca, cert, key []byte }

func (m material) equal(o material) bool {
	return bytes.Equal(m.ca, o.ca) && bytes.Equal(m.cert, o.cert) && bytes.Equal(m.key, o.key)
}

// trust finds the endpoint's transport, or makes it when its settings or the
// content of its files changed. Files that changed to something unusable leave
// the transport as it was, with a warning.
func (a *attempt) trust(c *Client) error {
	e := a.endpoint
	settings := fmt.Sprintf("%q %q %q %t", e.CA, e.ClientCert, e.ClientKey, e.SkipVerify)
	m, err := a.material(&c.vault.files)
	if err != nil {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	old := c.transports[e.Name]
	if old != nil && old.settings == settings && old.material.equal(m) {
		a.transport = old
		return nil
	}
	config, err := tlsConfig(e, m)
	switch {
	case err != nil && old != nil && old.settings == settings:
		a.warn, a.transport = err, old
		return nil
	case err != nil:
		return err
	}
	if old != nil {
		old.idle.close()
	}
	a.transport = &transport{settings: settings, material: m, tls: config}
	if c.closed {
		a.transport.idle.close()
	}
	c.transports[e.Name] = a.transport
	return nil
}

func (a *attempt) material(f *files) (m material, err error) {
	e := a.endpoint
	read := func(what, path string) []byte {
		if err != nil || path == "" {
			return nil
		}
		data, warn, problem := f.read(what, path, anything)
		if a.warn == nil {
			a.warn = warn
		}
		err = problem
		return data
	}
	if inline(e.CA) {
		m.ca = []byte(e.CA)
	} else {
		m.ca = read("the CA certificate", e.CA)
	}
	m.cert = read("the client certificate", e.ClientCert)
	m.key = read("the client key", e.ClientKey)
	return m, err
}

func anything([]byte) error { return nil }

func inline(ca string) bool { return strings.Contains(ca, "-----BEGIN") }

func tlsConfig(e Endpoint, m material) (*tls.Config, error) {
	config := &tls.Config{
		MinVersion:         tls.VersionTLS12,
		NextProtos:         []string{"http/1.1"},
		InsecureSkipVerify: e.SkipVerify, //nolint:gosec // verify_tls = false, which the user asked for
		// Bodies are large and nobody waits for their first byte: full records
		// take a tenth of the write calls.
		DynamicRecordSizingDisabled: true,
	}
	if e.CA != "" {
		roots, err := x509.SystemCertPool()
		if err != nil {
			roots = x509.NewCertPool() // a machine without roots still has the endpoint's own
		}
		if !roots.AppendCertsFromPEM(m.ca) {
			where := e.CA
			if inline(e.CA) {
				where = "ca_certificate"
			}
			return nil, &LocalError{What: "the CA certificate", Where: where, Err: errors.New("there is no PEM certificate in it")}
		}
		config.RootCAs = roots
	}
	if e.ClientCert == "" {
		if e.ClientKey != "" {
			return nil, &LocalError{What: "the client key", Where: e.ClientKey, Err: errors.New("there is no client certificate to go with it")}
		}
		return config, nil
	}
	pair, err := keyPair(e, m)
	if err != nil {
		return nil, err
	}
	config.Certificates = []tls.Certificate{pair}
	return config, nil
}

func keyPair(e Endpoint, m material) (tls.Certificate, error) {
	key, where := m.key, e.ClientKey
	if where == "" {
		key, where = m.cert, e.ClientCert
	}
	if encrypted(key) {
		return tls.Certificate{}, &LocalError{What: "the client key", Where: where, Err: errors.New("it is encrypted, and nobody is there to type the passphrase: openssl pkey -in IN -out OUT")}
	}
	pair, err := tls.X509KeyPair(m.cert, key)
	if err != nil {
		// The library's errors name what is wrong, never what is in the key.
		return tls.Certificate{}, &LocalError{What: "the client certificate and key", Where: e.ClientCert, Err: err}
	}
	return pair, nil
}

func encrypted(key []byte) bool {
	for block, rest := pem.Decode(key); block != nil; block, rest = pem.Decode(rest) {
		if block.Type == "ENCRYPTED PRIVATE KEY" || strings.Contains(block.Headers["Proc-Type"], "ENCRYPTED") {
			return true
		}
	}
	return false
}
