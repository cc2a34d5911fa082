package config

import (
	"crypto/x509"
	"encoding/pem"
	"errors"
	"strings"
)

// authorityOf takes a CA: the path of a PEM file, or PEM with at least one
// certificate.
func authorityOf(to *string) field {
	return func(v value) {
		switch {
		case !v.is(text):
		case strings.Contains(v.text, "-----BEGIN"):
			if err := checkCertificates([]byte(v.text)); err != nil {
				v.refusef("", "%s", err)
				return
			}
			*to = v.text
		case strings.TrimSpace(v.text) == "":
			v.refusef("delete the key to trust only the system's authorities", "is empty")
		default:
			pathOf(to)(v)
		}
	}
}

var (
	errNoCertificate = errors.New("holds no certificate in PEM form")
	errPrivateKey    = errors.New("holds a private key, which does not belong here")
)

// checkCertificates refuses PEM without a certificate that can be read.
func checkCertificates(data []byte) error {
	found := 0
	for {
		var block *pem.Block
		if block, data = pem.Decode(data); block == nil {
			break
		}
		if strings.HasSuffix(block.Type, "PRIVATE KEY") {
			return errPrivateKey
		}
		if block.Type != "CERTIFICATE" {
			continue
		}
		if _, err := x509.ParseCertificate(block.Bytes); err != nil {
			return errors.New("holds a certificate that cannot be read")
		}
		found++
	}
	if found == 0 {
		return errNoCertificate
	}
	return nil
}
