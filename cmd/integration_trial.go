package cmd

import (
	"context"
	"strings"

	"github.com/wnotify/wnotify/cmd/config"
	"github.com/wnotify/wnotify/dispatch/collector"
)

// trial opens the files that an integration names, since now is when somebody
// looks, and with --test sends its test events before it is saved.
func (a *app) trial(ctx context.Context, f *config.File, name string, test bool) error {
	settings := f.Settings()
	i, _ := settings.Integration(name)
	var bad []config.Problem
	for _, p := range append(f.Warnings, f.CheckFiles(a.env.Getenv)...) {
		key, ok := p.Of(name)
		if !ok {
			continue
		}
		p.Path, p.Line, p.Column = "", 0, 0 // in a file that is not written yet
		if p.Warning || a.elsewhere(i.Endpoint, key) {
			a.warn(p)
		} else {
			bad = append(bad, p)
		}
	}
	if err := wrong(bad); err != nil || !test {
		return err
	}
	return a.withKeeper(ctx, f, func(k keeper) error { return k.Try(ctx, i) })
}

// elsewhere reports whether a secret can only be seen where wnotify will run:
// the credentials of a systemd unit and its environment are not those of the
// shell in which somebody types.
func (a *app) elsewhere(e collector.Endpoint, key string) bool {
	var secrets []collector.Secret
	switch table, header, _ := strings.Cut(key, "."); table {
	case "url":
		secrets = append(secrets, e.URL)
	case "signing_secret":
		secrets = e.Signing
	case "secret_headers":
		for _, h := range e.Headers {
			if strings.EqualFold(h.Name, unquoted(header)) {
				secrets = append(secrets, h.Value)
			}
		}
	}
	for _, s := range secrets {
		unset := s.Env != "" && a.env.Getenv(s.Env) == "" || s.Credential != "" && a.env.Getenv("CREDENTIALS_DIRECTORY") == ""
		if !unset {
			return false
		}
	}
	return len(secrets) > 0
}
