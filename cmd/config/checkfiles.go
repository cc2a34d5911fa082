package config

import (
	"cmp"
	"crypto/tls"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/wnotify/wnotify/dispatch/collector"
)

// CheckFiles opens what the file names: certificates, keys and secrets, also
// those of disabled integrations. Getenv finds environment variables and
// $CREDENTIALS_DIRECTORY. A problem's Err is why the file cannot be used; a
// file that others can read is a warning. No secret is in any of the texts.
func (f *File) CheckFiles(getenv func(string) string) []Problem {
	c := checker{getenv: getenv}
	for _, i := range f.settings.Integrations {
		c.integration(f.read[i.Name])
	}
	if f.Store.Credentials != (collector.Secret{}) {
		n := f.tree().find("store", "credentials")
		r := &reader{path: f.Path, places: newPlaces(f.Text)}
		c.secret(value{n, r, "store.credentials"}, f.Store.Credentials, nil)
	}
	slices.SortStableFunc(c.problems, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	return c.problems
}

type checker struct {
	getenv   func(string) string
	problems []Problem
}

func (c *checker) integration(i integration) {
	e := i.Endpoint
	if e.CA != "" && !strings.Contains(e.CA, "-----BEGIN") {
		c.file(i.set["ca_certificate"], e.CA, false, checkCertificates)
	}
	if e.ClientCert != "" {
		certificate := c.file(i.set["client_certificate"], e.ClientCert, false, checkCertificates)
		key := c.file(i.set["client_key"], e.ClientKey, true, nil)
		if certificate != nil && key != nil {
			if _, err := tls.X509KeyPair(certificate, key); err != nil {
				c.note(i.set["client_key"], "", errors.New("it does not belong to client_certificate, or is no key in PEM form"))
			}
		}
	}
	if !e.URL.Plain() {
		c.secret(i.set["url"], e.URL, func(data []byte) error {
			u, err := parseURL(string(data))
			if err == nil && u.Scheme == "http" && !e.AllowHTTP && !loopback(u.Hostname()) {
				err = errors.New("sends events unencrypted; use https, or set allow_http = true")
			}
			return err
		})
	}
	for _, h := range e.Headers {
		if !h.Value.Plain() {
			c.secret(i.set["header "+strings.ToLower(h.Name)], h.Value, oneLine)
		}
	}
	for _, s := range e.Signing {
		c.secret(i.set["signing_secret"], s, func(data []byte) error { return collector.CheckSigningSecret(string(data)) })
	}
}

func oneLine(data []byte) error {
	if strings.ContainsFunc(string(data), func(r rune) bool { return r < ' ' && r != '\t' || r == 0x7f }) {
		return errors.New("has a line break or a control character in it")
	}
	return nil
}

// secret checks that a secret can be read and is not empty.
func (c *checker) secret(v value, s collector.Secret, check func([]byte) error) {
	full := func(data []byte) error {
		data = []byte(strings.TrimSuffix(strings.TrimSuffix(string(data), "\n"), "\r"))
		if len(data) == 0 {
			return errors.New("is empty")
		}
		if check == nil {
			return nil
		}
		return check(data)
	}
	switch dir := c.getenv("CREDENTIALS_DIRECTORY"); {
	case s.File != "":
		c.file(v, s.File, true, full)
	case s.Credential != "" && dir == "":
		c.note(v, "", errors.New("$CREDENTIALS_DIRECTORY is not set; systemd sets it for a unit with LoadCredential="))
	case s.Credential != "":
		c.file(v, filepath.Join(dir, s.Credential), true, full)
	case s.Env != "":
		if err := full([]byte(c.getenv(s.Env))); err != nil {
			c.note(v, "", fmt.Errorf("the variable $%s %w", s.Env, err))
		}
	}
}

// file checks one file and returns what is in it, or nil.
func (c *checker) file(v value, path string, secret bool, check func([]byte) error) []byte {
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() && !info.IsDir() {
		c.note(v, path, errors.New("is not a regular file")) // opening a pipe would wait for a writer
		return nil
	}
	data, info, err := readFile(path)
	if err == nil && secret {
		err = writableByOthers(path, info)
	}
	if err == nil && check != nil {
		err = check(data)
	}
	if err != nil {
		c.note(v, path, err)
		return nil
	}
	if secret && guarded(info) && info.Mode().Perm()&0o044 != 0 {
		c.problems = append(c.problems, v.placed(Problem{
			Message: fmt.Sprintf("others can read %s (mode %04o)", path, info.Mode().Perm()),
			Hint:    "chmod go-r " + ShellQuote(path), Warning: true,
		}))
	}
	return data
}

func (c *checker) note(v value, path string, err error) {
	p := Problem{Message: reason(err).Error(), Err: err}
	var open *PermissionError
	switch {
	case errors.As(err, &open):
		p.Message = fmt.Sprintf("others can write %s (mode %04o)", path, open.Mode.Perm())
		p.Hint = open.Fix()
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, fs.ErrPermission):
		p.Message = fmt.Sprintf("cannot read %s: %v", path, reason(err))
	case path != "":
		p.Message = path + ": " + p.Message
	}
	c.problems = append(c.problems, v.placed(p))
}
