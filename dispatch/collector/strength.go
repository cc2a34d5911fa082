package collector

import (
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
)

// leastRSA is how many bits an RSA key must have: what public authorities have
// had to demand since 2014 (Baseline Requirements of the CA/Browser Forum, 6.1.5).
// The standard library takes 1024.
const leastRSA = 2048

// weakError refuses a chain of certificates for a key in it that can be broken.
type weakError struct {
	cert *x509.Certificate
	bits int
	leaf bool // it is the collector's own, not an authority's
}

func (e *weakError) Error() string {
	return fmt.Sprintf("%s has an RSA key of %d bits", e.cert.Subject, e.bits)
}

// strong is the VerifyConnection of a [tls.Config]: one of the chains that were
// verified must have no short key.
func strong(s tls.ConnectionState) error {
	var weak *weakError
	for _, chain := range s.VerifiedChains {
		if weak = weakIn(chain); weak == nil {
			return nil
		}
	}
	if weak == nil {
		return nil
	}
	return &tls.CertificateVerificationError{UnverifiedCertificates: s.PeerCertificates, Err: weak}
}

func weakIn(chain []*x509.Certificate) *weakError {
	for i, c := range chain {
		if key, ok := c.PublicKey.(*rsa.PublicKey); ok && key.N.BitLen() < leastRSA {
			return &weakError{cert: c, bits: key.N.BitLen(), leaf: i == 0}
		}
	}
	return nil
}

// broken names the hash with which a certificate is signed if nobody may rely
// on it any more, else "". Of one that signed itself the signature says nothing.
func broken(c *x509.Certificate) string {
	if c == nil || c.Issuer.String() == c.Subject.String() {
		return ""
	}
	switch c.SignatureAlgorithm {
	case x509.SHA1WithRSA, x509.ECDSAWithSHA1, x509.DSAWithSHA1:
		return "SHA-1"
	case x509.MD5WithRSA, x509.MD2WithRSA:
		return "MD5"
	default:
		return ""
	}
}

// rootless makes the error of an authority that is not known one that says why,
// when this machine knows none at all: an image with nothing in it.
func rootless(err error, own bool) error {
	unknown := new(x509.UnknownAuthorityError)
	if own || !errors.As(err, unknown) {
		return err
	}
	if roots, rerr := x509.SystemCertPool(); rerr == nil && !roots.Equal(x509.NewCertPool()) {
		return err
	}
	return x509.SystemRootsError{Err: err}
}
