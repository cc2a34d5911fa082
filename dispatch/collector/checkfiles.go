package collector

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
)

// files reports how the files of an endpoint stand: what could not be taken
// over since it changed, and secrets that others can read.
func (p *probe) files(c *Client, a *attempt) {
	if a.warn != nil {
		p.add(Finding{Step: "files", Level: Warning, Text: a.clean(a.warn.Error()), Fix: "what was there before is used until it is mended"})
	}
	good := true
	for _, path := range secretFiles(a.endpoint, c.vault.getenv("CREDENTIALS_DIRECTORY")) {
		info, err := os.Stat(path)
		if err != nil || runtime.GOOS == "windows" || info.Mode().Perm()&0o044 == 0 {
			continue
		}
		good = false
		p.add(Finding{
			Step: "files", Level: Warning,
			Text: fmt.Sprintf("others can read the secret in %s (mode %04o)", path, info.Mode().Perm()),
			Fix:  "chmod go-rwx " + path,
		})
	}
	if good && a.warn == nil {
		p.add(Finding{Step: "files", Text: "everything it refers to can be read"})
	}
}

// secretFiles are the paths of an endpoint's secrets and of its key.
func secretFiles(e Endpoint, credentials string) []string {
	secrets := append([]Secret{e.URL}, e.Signing...)
	for _, h := range e.Headers {
		secrets = append(secrets, h.Value)
	}
	var paths []string
	for _, s := range secrets {
		switch {
		case s.File != "":
			paths = append(paths, s.File)
		case s.Credential != "" && credentials != "":
			paths = append(paths, filepath.Join(credentials, s.Credential))
		}
	}
	if e.ClientKey != "" {
		paths = append(paths, e.ClientKey)
	}
	slices.Sort(paths)
	return slices.Compact(paths)
}
