package config

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"io/fs"
	"math/big"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"
)

// pair writes a certificate and its key.
func pair(t *testing.T, dir, name string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour)}
	cert, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, name+".pem"), string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: cert})), 0o644)
	write(t, filepath.Join(dir, name+".key"), string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private})), 0o600)
}

func write(t *testing.T, path, content string, mode fs.FileMode) {
	t.Helper()
	if err := errors.Join(os.WriteFile(path, []byte(content), 0o600), os.Chmod(path, mode)); err != nil {
		t.Fatal(err)
	}
}

func TestCheckFiles(t *testing.T) {
	dir := t.TempDir()
	pair(t, dir, "a")
	pair(t, dir, "b")
	write(t, filepath.Join(dir, "good"), "canarycanary\r\n", 0o600)
	write(t, filepath.Join(dir, "empty"), "\n", 0o600)
	write(t, filepath.Join(dir, "two"), "canary\nsecond\n", 0o600)
	write(t, filepath.Join(dir, "open"), "canary", 0o620)
	write(t, filepath.Join(dir, "seen"), "canary", 0o644)
	write(t, filepath.Join(dir, "url"), "https://u:canary@h.example/\n", 0o600)
	write(t, filepath.Join(dir, "plain"), "http://canary.example/\n", 0o600)
	f, err := Decode([]byte(`
[integration.right]
url = { file = "url" }
ca_certificate = "a.pem"
client_certificate = "a.pem"
client_key = "a.key"
signing_secret = [{ file = "good" }, { credential = "good" }]
secret_headers = { A = { env = "GOOD" } }
[integration.wrong]
enabled = false
url = { file = "plain" }
ca_certificate = "a.key"
client_certificate = "a.pem"
client_key = "b.key"
signing_secret = [{ file = "none" }, { file = "seen" }]
[integration.wrong.secret_headers]
A = { file = "empty" }
B = { file = "two" }
C = { file = "open" }
D = { file = "seen" }
E = { credential = "none" }
F = { env = "UNSET" }
G = { file = "." }
[store]
credentials = { file = "none.creds" }
`), filepath.Join(dir, "config.toml"))
	if err != nil {
		t.Fatal(err)
	}
	getenv := func(name string) string {
		return map[string]string{"GOOD": "canary", "CREDENTIALS_DIRECTORY": dir}[name]
	}
	want := []string{
		"11:7: integration.wrong.url: DIR/plain: sends events unencrypted; use https, or set allow_http = true",
		"12:18: integration.wrong.ca_certificate: DIR/a.key: holds a private key, which does not belong here",
		"14:14: integration.wrong.client_key: it does not belong to client_certificate, or is no key in PEM form",
		"15:18: integration.wrong.signing_secret: cannot read DIR/none: no such file or directory",
		"15:18: integration.wrong.signing_secret: DIR/seen: it is not base64, with or without whsec_ before it",
		"17:5: integration.wrong.secret_headers.A: DIR/empty: is empty",
		"18:5: integration.wrong.secret_headers.B: DIR/two: has a line break or a control character in it",
		"19:5: integration.wrong.secret_headers.C: others can write DIR/open (mode 0620) (chmod go-w DIR/open)",
		"20:5: integration.wrong.secret_headers.D: others can read DIR/seen (mode 0644) (chmod go-r DIR/seen)",
		"21:5: integration.wrong.secret_headers.E: cannot read DIR/none: no such file or directory",
		"22:5: integration.wrong.secret_headers.F: the variable $UNSET is empty",
		"23:5: integration.wrong.secret_headers.G: DIR: is a directory",
		"25:15: store.credentials: cannot read DIR/none.creds: no such file or directory",
	}
	var got []string
	for _, p := range f.CheckFiles(getenv) {
		got = append(got, strings.ReplaceAll(strings.TrimPrefix(p.String(), dir+"/config.toml:"), dir, "DIR"))
		var open *PermissionError
		if p.Warning != strings.Contains(p.Key, ".D") || errors.As(p.Err, &open) != strings.HasSuffix(p.Key, ".C") ||
			errors.Is(p.Err, fs.ErrNotExist) != strings.Contains(p.Message, "no such") {
			t.Errorf("warning %v, error %v: %s", p.Warning, p.Err, p)
		}
	}
	if runtime.GOOS != "windows" && !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if strings.Contains(strings.Join(got, ""), "canary") {
		t.Error("a secret is shown")
	}
	unset := f.CheckFiles(func(string) string { return "" })
	if !slices.ContainsFunc(unset, func(p Problem) bool { return strings.Contains(p.Message, "$CREDENTIALS_DIRECTORY is not set") }) {
		t.Errorf("%v", unset)
	}
}
