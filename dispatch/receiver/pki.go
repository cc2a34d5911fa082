package receiver

import (
	"crypto"
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

// lifetime of the certificates: longer than anybody tries things.
const lifetime = 90 * 24 * time.Hour

// pki is an authority made for one receiver, and its certificate.
type pki struct {
	ca    *x509.Certificate
	caKey crypto.Signer
	caPEM []byte
	own   tls.Certificate
}

func newPKI(names []string, now time.Time) (*pki, error) {
	ca := &x509.Certificate{
		Subject:               pkix.Name{CommonName: "wnotify throw-away authority"},
		IsCA:                  true,
		BasicConstraintsValid: true,
		KeyUsage:              x509.KeyUsageCertSign,
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	p := &pki{ca: ca, caKey: key}
	der, err := p.issue(ca, key.Public(), now)
	if err != nil {
		return nil, err
	}
	if p.ca, err = x509.ParseCertificate(der); err != nil {
		return nil, err
	}
	p.caPEM = pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})

	server := &x509.Certificate{
		Subject:     pkix.Name{CommonName: names[0]},
		KeyUsage:    x509.KeyUsageDigitalSignature,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	for _, n := range names {
		if ip := net.ParseIP(n); ip != nil {
			server.IPAddresses = append(server.IPAddresses, ip)
		} else {
			server.DNSNames = append(server.DNSNames, n)
		}
	}
	serverKey, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	if der, err = p.issue(server, serverKey.Public(), now); err != nil {
		return nil, err
	}
	p.own = tls.Certificate{Certificate: [][]byte{der}, PrivateKey: serverKey}
	return p, nil
}

// issue signs a certificate.
func (p *pki) issue(c *x509.Certificate, key crypto.PublicKey, now time.Time) ([]byte, error) {
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 120))
	if err != nil {
		return nil, err
	}
	c.SerialNumber = serial
	c.NotBefore, c.NotAfter = now.Add(-time.Hour), now.Add(lifetime) // clocks differ
	return x509.CreateCertificate(rand.Reader, c, p.ca, key, p.caKey)
}

// server is what it takes to serve TLS.
func (p *pki) server(clientCert bool) *tls.Config {
	config := &tls.Config{MinVersion: tls.VersionTLS12, NextProtos: []string{"http/1.1"}, Certificates: []tls.Certificate{p.own}}
	if clientCert {
		config.ClientCAs = x509.NewCertPool()
		config.ClientCAs.AddCert(p.ca)
		config.ClientAuth = tls.RequireAndVerifyClientCert
	}
	return config
}

// client makes a client certificate and its key, as PEM.
func (p *pki) client(now time.Time) (cert, key []byte, err error) {
	k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, nil, err
	}
	der, err := p.issue(&x509.Certificate{
		Subject:     pkix.Name{CommonName: "wnotify"},
		KeyUsage:    x509.KeyUsageDigitalSignature,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth},
	}, k.Public(), now)
	if err != nil {
		return nil, nil, err
	}
	keyDER, err := x509.MarshalPKCS8PrivateKey(k)
	if err != nil {
		return nil, nil, err
	}
	cert = pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
	return cert, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: keyDER}), nil
}
