package collector

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// authority signs certificates.
type authority struct {
	cert *x509.Certificate
	der  []byte
	key  crypto.Signer
}

func (a authority) pem() string {
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: a.der}))
}

func shortKey(t *testing.T) crypto.Signer {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 1024)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func elliptical(t *testing.T) crypto.Signer {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// sign makes a certificate of that name for a key; without an authority it
// signs itself.
func (a authority) sign(t *testing.T, name string, key crypto.Signer, algorithm x509.SignatureAlgorithm) authority {
	t.Helper()
	c := template()
	c.Subject.CommonName, c.SignatureAlgorithm = name, algorithm
	parent, by := a.cert, a.key
	if parent == nil {
		parent, by = c, key
	}
	der, err := x509.CreateCertificate(rand.Reader, c, parent, key.Public(), by)
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return authority{parsed, der, key}
}

// E01: what is signed with SHA-1 or with a short key anybody may have made. It
// is refused with a reason and a remedy, on the one connection of the attempt,
// and no request is made; the order of the chain, which servers get wrong, does
// not matter.
func TestChains(t *testing.T) {
	root := authority{}.sign(t, "root", elliptical(t), 0)
	rsaKey, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	rsaRoot := authority{}.sign(t, "rsa root", rsaKey, 0)
	shortRoot := authority{}.sign(t, "short root", shortKey(t), 0)
	middle := root.sign(t, "middle", elliptical(t), 0)
	second := middle.sign(t, "second", elliptical(t), 0)
	oldMiddle := root.sign(t, "old middle", elliptical(t), x509.ECDSAWithSHA1)
	for _, tc := range []struct {
		name  string
		leaf  authority
		chain []authority // as it is sent after the leaf
		ca    authority
		text  string // "": it is trusted
		fix   string
	}{
		{"one", root.sign(t, "leaf", elliptical(t), 0), nil, root, "", ""},
		{"RSA", rsaRoot.sign(t, "leaf", rsaKey, 0), nil, rsaRoot, "", ""},
		{"in order", second.sign(t, "leaf", elliptical(t), 0), []authority{second, middle}, root, "", ""},
		{"in another order", second.sign(t, "leaf", elliptical(t), 0), []authority{middle, root, second}, root, "", ""},
		{"a link is missing", second.sign(t, "leaf", elliptical(t), 0), []authority{middle}, root, "an authority this machine does not know (its issuer is CN=second)", "--ca-certificate"},
		{"SHA-1", rsaRoot.sign(t, "leaf", rsaKey, x509.SHA1WithRSA), nil, rsaRoot, "CN=leaf is signed with SHA-1, which can be forged", "SHA-256"},
		{"SHA-1 and ECDSA", root.sign(t, "leaf", elliptical(t), x509.ECDSAWithSHA1), nil, root, "CN=leaf is signed with SHA-1, which can be forged", "SHA-256"},
		{"SHA-1 between", oldMiddle.sign(t, "leaf", elliptical(t), 0), []authority{oldMiddle}, root, "CN=old middle is signed with SHA-1, which can be forged", "SHA-256"},
		{"RSA-1024", rsaRoot.sign(t, "leaf", shortKey(t), 0), nil, rsaRoot, "has an RSA key of 1024 bits, which can be broken", "2048 bits or more"},
		{"RSA-1024 signs", shortRoot.sign(t, "leaf", elliptical(t), 0), nil, shortRoot, "is signed by CN=short root, whose RSA key of 1024 bits can be broken", "2048 bits or more"},
		{"RSA-1024 trusted by itself", shortRoot, nil, shortRoot, "has an RSA key of 1024 bits", "2048 bits or more"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			pair := tls.Certificate{Certificate: [][]byte{tc.leaf.der}, PrivateKey: tc.leaf.key}
			for _, c := range tc.chain {
				pair.Certificate = append(pair.Certificate, c.der)
			}
			for _, most := range []uint16{tls.VersionTLS12, tls.VersionTLS13} {
				tr := hostile(t, &tls.Config{Certificates: []tls.Certificate{pair}, MaxVersion: most}, answering(ok200))
				e := Endpoint{Name: "e", URL: Secret{Text: "https://" + tr.l.Addr().String()}, CA: tc.ca.pem()}
				r := newClient(t, nil).Send(t.Context(), e, request())
				if n := tr.conns.Load(); n != 1 {
					t.Errorf("%d connections for one attempt", n)
				}
				if tc.text == "" {
					if !r.OK() {
						t.Errorf("%+v", r)
					}
					continue
				}
				if r.Cause != TLS || tr.requests.Load() != 0 {
					t.Fatalf("%+v after %d requests", r, tr.requests.Load())
				}
				if !strings.Contains(r.Err.Error(), tc.text) || !strings.Contains(Explain(e, r), tc.fix) {
					t.Errorf("%v\n%s\nwant %q and %q", r.Err, Explain(e, r), tc.text, tc.fix)
				}
				found := newClient(t, nil).Check(t.Context(), e)
				if last := found[len(found)-1]; last.Step != "tls" || last.Text != r.Err.Error() || last.Certificate == nil {
					t.Errorf("Check: %+v", last)
				}
				e.SkipVerify = true
				if r := newClient(t, nil).Send(t.Context(), e, request()); !r.OK() {
					t.Errorf("E08, not verified: %+v", r)
				}
			}
		})
	}
}

// E07: on a machine that knows no authority, an image with nothing in it, that
// is what is said. The roots are read once in the life of a process, so this
// is another one.
func TestNoAuthorities(t *testing.T) {
	const child = "COLLECTOR_WITHOUT_AUTHORITIES"
	if os.Getenv(child) == "" {
		p := exec.Command(os.Args[0], "-test.run=^TestNoAuthorities$", "-test.v")
		p.Env = append(os.Environ(), child+"=1", "SSL_CERT_FILE="+t.TempDir()+"/none", "SSL_CERT_DIR="+t.TempDir())
		if out, err := p.CombinedOutput(); err != nil || strings.Contains(string(out), "SKIP") {
			t.Logf("%s", out)
			if err != nil {
				t.Error(err)
			} else {
				t.Skip("this system has other places for its authorities")
			}
		}
		return
	}
	if roots, err := x509.SystemCertPool(); err == nil && !roots.Equal(x509.NewCertPool()) {
		t.Skip("there are some")
	}
	pair, ca, _ := issue(t, nil)
	tr := hostile(t, &tls.Config{Certificates: []tls.Certificate{pair}}, answering(ok200))
	e := Endpoint{Name: "e", URL: Secret{Text: "https://" + tr.l.Addr().String()}}
	r := newClient(t, nil).Send(t.Context(), e, request())
	if r.Cause != TLS || !strings.Contains(r.Err.Error(), "this machine knows no authorities") || tr.conns.Load() != 1 || tr.requests.Load() != 0 {
		t.Errorf("%+v on %d connections", r, tr.conns.Load())
	}
	if fix := Explain(e, r); !strings.Contains(fix, "--ca-certificate FILE") || !strings.Contains(fix, "package ca-certificates") {
		t.Error(fix)
	}
	e.CA = string(ca)
	if r := newClient(t, nil).Send(t.Context(), e, request()); !r.OK() {
		t.Errorf("with the collector's own: %+v", r)
	}
	_, other, _ := issue(t, nil)
	e.CA = string(other)
	if r := newClient(t, nil).Send(t.Context(), e, request()); r.Cause != TLS || !strings.Contains(r.Err.Error(), "an authority this machine does not know") {
		t.Errorf("with another one: %+v", r)
	}
}
