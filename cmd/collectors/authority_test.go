//go:build unix

package collectors

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"time"
)

// authority is a private one, with a certificate for a server on this machine
// and one for a client: paths of PEM files.
type authority struct {
	ca, cert, key         string
	clientCert, clientKey string

	root *x509.Certificate
	sign *ecdsa.PrivateKey
}

func newAuthority(d *desk) *authority {
	d.Helper()
	a := &authority{}
	a.root = &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "private authority"},
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageCRLSign,
	}
	a.ca, _, a.sign = a.issue(d, "ca", a.root)
	usage := x509.KeyUsageDigitalSignature
	a.cert, a.key, _ = a.issue(d, "server", &x509.Certificate{
		SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: "localhost"}, DNSNames: []string{"localhost"},
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, KeyUsage: usage, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	})
	a.clientCert, a.clientKey, _ = a.issue(d, "client", &x509.Certificate{
		SerialNumber: big.NewInt(3), Subject: pkix.Name{CommonName: "wnotify"},
		KeyUsage: usage, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth},
	})
	return a
}

// issue signs a certificate and writes it, and its key, below the desk.
func (a *authority) issue(d *desk, name string, c *x509.Certificate) (certPath, keyPath string, key *ecdsa.PrivateKey) {
	d.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	d.must(err)
	signer := a.sign
	if signer == nil {
		signer = key
	}
	c.NotBefore, c.NotAfter = time.Now().Add(-time.Hour), time.Now().Add(24*time.Hour)
	der, err := x509.CreateCertificate(rand.Reader, c, a.root, key.Public(), signer)
	d.must(err)
	if c == a.root {
		a.root, err = x509.ParseCertificate(der)
		d.must(err)
	}
	pkcs8, err := x509.MarshalPKCS8PrivateKey(key)
	d.must(err)
	certPath = d.write(name+".pem", pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))
	keyPath = d.write(name+".key", pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: pkcs8}))
	return certPath, keyPath, key
}

// client is what it takes to speak to the server. Fluentd refuses a certificate
// that it did not want.
func (a *authority) client(d *desk, mutual bool) *tls.Config {
	d.Helper()
	roots := x509.NewCertPool()
	roots.AddCert(a.root)
	config := &tls.Config{RootCAs: roots, ServerName: "localhost"}
	if mutual {
		pair, err := tls.LoadX509KeyPair(a.clientCert, a.clientKey)
		d.must(err)
		config.Certificates = []tls.Certificate{pair}
	}
	return config
}
