package collector

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
	"testing"
	"time"
)

// issue makes a certificate for 127.0.0.1; edit changes it before it is
// signed, by itself.
func issue(t testing.TB, edit func(*x509.Certificate)) (pair tls.Certificate, certPEM, keyPEM []byte) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	c := template()
	if edit != nil {
		edit(c)
	}
	der, err := x509.CreateCertificate(rand.Reader, c, c, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	keyDER, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	certPEM = pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
	keyPEM = pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: keyDER})
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, certPEM, keyPEM
}

// template is a certificate for 127.0.0.1 that may sign others, before it is
// signed.
func template() *x509.Certificate {
	return &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "test"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(365 * 24 * time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, DNSNames: []string{"localhost"},
		IsCA: true, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature,
	}
}

// tlsOrNot returns a server's configuration, nil without TLS, and an endpoint
// that trusts it; the URL lacks the address.
func tlsOrNot(t testing.TB, secure bool) (*tls.Config, Endpoint) {
	t.Helper()
	if !secure {
		return nil, Endpoint{Name: "plain", URL: Secret{Text: "http://"}}
	}
	pair, ca, _ := issue(t, nil)
	return &tls.Config{Certificates: []tls.Certificate{pair}}, Endpoint{Name: "secure", URL: Secret{Text: "https://"}, CA: string(ca)}
}
